/** Terraform state of a stack outside AWS: a file, or a backend of Terraform. */
import type { TerraformStack } from 'cdktf';
import { stateArguments, type StateSettings } from '../../environments/state-settings';
import { useLocalState } from '../local/local-state';

/**
 * Keeps the stack's state where the settings say, under the stack's own name.
 *
 * No stack reads another's state: what one hands to the next is known at synthesis. So the backend needs no construct of
 * CDKTF, which has none for Kubernetes.
 */
export function addState(stack: TerraformStack, settings: StateSettings): void {
  if (settings.kind === 'file') {
    useLocalState(stack);
    return;
  }
  const { type, arguments: others } = settings;
  stack.addOverride('terraform.backend', { [type]: { ...others, [stateArguments[type]]: stack.node.id } });
}

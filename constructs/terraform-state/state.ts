/** Terraform state of a stack outside AWS: a file, or a backend of Terraform. */
import { TerraformBackend, type TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import { stateArguments, type StateSettings } from '../../environments/state-settings';
import { useLocalState } from '../local/local-state';

/** Keeps the stack's state where the settings say, under the stack's own name. */
export function addState(stack: TerraformStack, settings: StateSettings): void {
  if (settings.kind === 'file') useLocalState(stack);
  else new NamedBackend(stack, settings);
}

type BackendSettings = Extract<StateSettings, { kind: 'backend' }>;

/** Any backend, by its name in Terraform: CDKTF has no class for that of Kubernetes. */
class NamedBackend extends TerraformBackend {
  readonly #attributes: Readonly<Record<string, unknown>>;

  constructor(stack: TerraformStack, { type, arguments: given }: BackendSettings) {
    super(stack, 'backend', type);
    this.#attributes = { ...given, [stateArguments[type]]: stack.node.id };
  }

  protected override synthesizeAttributes() {
    return { ...this.#attributes };
  }

  protected override synthesizeHclAttributes() {
    return { ...this.#attributes };
  }

  /** Stacks hand on what is known at synthesis. @throws Error if one reads the state of another after all */
  override getRemoteStateDataSource(scope: Construct, name: string): never {
    throw new Error(`${scope.node.path} reads '${name}' of the state of another stack: hand the value on at synthesis`);
  }
}

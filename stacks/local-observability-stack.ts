/** What watches the local platform. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { LocalObservability, type LocalObservabilityProps } from '../constructs/local/local-observability';
import { useLocalState } from '../constructs/local/local-state';

export class LocalObservabilityStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: LocalObservabilityProps) {
    super(scope, id);
    useLocalState(this);
    const { addresses } = new LocalObservability(this, 'observability', props);
    new TerraformOutput(this, 'addresses', { value: addresses, description: 'Where to look, by what is there' });
  }
}

/** The api and worker pair on the local platform. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { LocalApplication, type LocalApplicationProps } from '../constructs/local/local-application';
import { useLocalState } from '../constructs/local/local-state';

export class LocalApplicationStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: LocalApplicationProps) {
    super(scope, id);
    useLocalState(this);
    const { apiUrls } = new LocalApplication(this, 'application', props);
    new TerraformOutput(this, 'api_urls', { value: apiUrls, description: 'Processes of the api; OpenAPI at /docs' });
  }
}

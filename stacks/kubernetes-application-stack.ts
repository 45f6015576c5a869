/** The api and worker pair on a Kubernetes cluster that exists, and a proof that they work together. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { endpointViolations, type DeployedRedisEndpoint } from '../constructs/application/mounted-endpoints';
import { serviceUrl } from '../constructs/application/programs';
import type { DeployedDatabaseEndpoint } from '../constructs/database/endpoint';
import { addKubeconfigProviders } from '../constructs/kubernetes/kubeconfig-providers';
import { clusterPasswords } from '../constructs/passwords/cluster-passwords';
import { holdWorkloadsToPolicies } from '../constructs/policies/workload-policies';
import { addState } from '../constructs/terraform-state/state';
import { throwViolations } from '../constructs/validation/violations';
import { programsOf } from '../environments/kubernetes-environment';
import { deployPrograms, proveDeployment } from './application-programs';
import type { KubernetesStackProps } from './kubernetes-stacks';

export interface KubernetesApplicationStackProps extends KubernetesStackProps {
  readonly redis: DeployedRedisEndpoint;
  readonly database: DeployedDatabaseEndpoint;
}

/** @throws ViolationsError if the endpoints are not such that the programs can use them */
export class KubernetesApplicationStack extends TerraformStack {
  constructor(scope: Construct, id: string, props: KubernetesApplicationStackProps) {
    super(scope, id);
    const { environment, kubeconfig, redis, database } = props;
    throwViolations(id, endpointViolations(redis, database, ['app', 'worker']));
    addState(this, environment.terraformState);
    addKubeconfigProviders(this, kubeconfig);
    holdWorkloadsToPolicies(this);
    const settings = programsOf(environment);
    const deployed = deployPrograms(this, {
      environment: environment.name,
      settings,
      redis,
      database,
      databasePasswordGeneration: environment.database.applicationPasswordGeneration,
      addresses: environment.kubernetes.addresses,
      passwords: clusterPasswords,
      gatewayCounts: false,
      entry: 'service',
    });
    proveDeployment(this, { settings, ...deployed });
    new TerraformOutput(this, 'api_url', {
      value: serviceUrl('api'),
      description: 'The api inside the cluster; OpenAPI at /docs',
    });
  }
}

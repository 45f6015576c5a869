/** Postgres, the source of truth, on a Kubernetes cluster that exists. */
import type { Construct } from 'constructs';
import { TerraformStack } from 'cdktf';
import type { DeployedDatabaseEndpoint } from '../constructs/database/endpoint';
import { PostgresOnKubernetes } from '../constructs/database/postgres-on-kubernetes';
import { addKubeconfigProviders } from '../constructs/kubernetes/kubeconfig-providers';
import { clusterPasswords } from '../constructs/passwords/cluster-passwords';
import { holdWorkloadsToPolicies } from '../constructs/policies/workload-policies';
import { addState } from '../constructs/terraform-state/state';
import type { KubernetesStackProps } from './kubernetes-stacks';

/** The stack of the cluster's services comes before: it issues certificates, and generates passwords. */
export class KubernetesDatabaseStack extends TerraformStack {
  readonly endpoint: DeployedDatabaseEndpoint;

  constructor(scope: Construct, id: string, { environment, kubeconfig }: KubernetesStackProps) {
    super(scope, id);
    const { name, database: settings, kubernetes, terraformState } = environment;
    const [zone = ''] = kubernetes.zones;
    addState(this, terraformState);
    addKubeconfigProviders(this, kubeconfig);
    holdWorkloadsToPolicies(this);
    this.endpoint = new PostgresOnKubernetes(this, 'postgres', {
      settings,
      environment: name,
      passwords: clusterPasswords,
      zone,
    }).endpoint;
  }
}

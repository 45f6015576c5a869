/** Redis on a Kubernetes cluster that exists, by Bitnami's charts. */
import type { Construct } from 'constructs';
import { TerraformStack } from 'cdktf';
import { addKubeconfigProviders } from '../constructs/kubernetes/kubeconfig-providers';
import { zoneVolumes } from '../constructs/kubernetes/zone-storage';
import { clusterPasswords } from '../constructs/passwords/cluster-passwords';
import { holdWorkloadsToPolicies } from '../constructs/policies/workload-policies';
import { addState } from '../constructs/terraform-state/state';
import { addBitnamiRedis, type BitnamiEndpoint } from './bitnami-redis-stack';
import type { KubernetesStackProps } from './kubernetes-stacks';

/** The stack of the cluster's services comes before: it issues certificates, and generates passwords. */
export class KubernetesRedisStack extends TerraformStack {
  readonly endpoint: BitnamiEndpoint;

  constructor(scope: Construct, id: string, { environment, kubeconfig }: KubernetesStackProps) {
    super(scope, id);
    const { name, platform, kubernetes, terraformState } = environment;
    addState(this, terraformState);
    addKubeconfigProviders(this, kubeconfig);
    holdWorkloadsToPolicies(this);
    this.endpoint = addBitnamiRedis(this, {
      environment: name,
      settings: platform,
      zones: kubernetes.zones,
      passwords: clusterPasswords,
      storageClassOf: zoneVolumes,
      placement: kubernetes.redisNodes.kind,
    });
  }
}

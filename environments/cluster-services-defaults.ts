/** Services of a cluster as they are tested together: versions, sizes, and a mirror of the environment's own. */
import type { ClusterServicesSettings, GatewaySettings } from './cluster-services-settings';

/** Everything but the gateway: `{ ...defaultClusterServices, gateway: { … } }`. */
export const defaultClusterServices: Omit<ClusterServicesSettings, 'gateway'> = {
  source: { kind: 'mirror', registry: { kind: 'own' }, prefix: 'mirror' },
  certManager: { chart: 'v1.21.1', image: 'v1.21.1', digests: {}, replicas: 2, memoryMebibytes: 256 },
  externalSecrets: { chart: '2.9.0', image: 'v2.9.0', digests: {}, replicas: 2, memoryMebibytes: 256 },
  keda: { chart: '2.20.2', image: '2.20.2', digests: {}, replicas: 2, memoryMebibytes: 512 },
  loadBalancerController: { chart: '3.5.0', image: 'v3.5.0', digests: {}, replicas: 2, memoryMebibytes: 256 },
};

/** The gateway without what only the environment knows: who its clients are, its names and certificate. */
export const defaultGateway: Omit<GatewaySettings, 'loadBalancer' | 'hostNames' | 'certificate'> = {
  chart: '41.3.0',
  image: 'v3.7.11',
  digests: {},
  minimumReplicas: 3,
  maximumReplicas: 9,
  cpuMillicores: 500,
  memoryMebibytes: 512,
};

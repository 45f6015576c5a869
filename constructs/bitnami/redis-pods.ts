/** What pods of Redis on Kubernetes request. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import type { AwsAccount } from '../aws/account';
import { chartPods } from '../kubernetes/chart-workloads';
import type { PodDemand } from '../kubernetes/pod-demand';
import { arrangeResources } from './arrange-resources';
import { clusterValues, clusterWorkloads } from './cluster-values';
import { redisNamespace, releaseName } from './names';
import { sentinelValues, sentinelWorkloads } from './sentinel-values';
import { imagesOf } from './sources';

/** Names of ConfigMaps, which don't change what pods request. */
const files = { programs: '', configuration: '' };

/** Nor does the number of zones. */
const zones = 1;

/** The servers, and with Redis Cluster the job that forms the cluster, on general nodes. */
export function redisPods(settings: BitnamiSettings, account: AwsAccount): readonly PodDemand[] {
  const images = imagesOf(settings, account);
  const onRedisNodes = { namespace: redisNamespace, priority: 'redis', nodes: 'redis' } as const;
  if (settings.kind === 'bitnami-sentinel') {
    return chartPods(sentinelValues({ settings, images, files }), sentinelWorkloads, onRedisNodes);
  }
  return [
    ...chartPods(clusterValues({ settings, images, files, zones }), clusterWorkloads, onRedisNodes),
    ...chartPods({ resources: arrangeResources }, arrangeJob, { namespace: redisNamespace, priority: 'application' }),
  ];
}

const arrangeJob = [{ name: `${releaseName}-arrange`, kind: 'job', replicas: 1, containers: ['resources'] }] as const;

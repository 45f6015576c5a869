/** All pods of an environment's cluster, and what they request. */
import { programPods } from '../constructs/application/program-pods';
import type { AwsAccount } from '../constructs/aws/account';
import { redisPods } from '../constructs/bitnami/redis-pods';
import { servicePods } from '../constructs/cluster-services/service-pods';
import type { PodDemand } from '../constructs/kubernetes/pod-demand';
import { systemPods } from '../constructs/kubernetes/system-pods';
import { observabilityPods } from '../constructs/observability/cluster/monitoring-pods';
import { surgePods } from './application-deployment-settings';
import type { CloudEnvironment } from './cloud-environment';

/** In no order that matters. Where Redis isn't in the cluster, nothing of it is. */
export function podInventory(environment: CloudEnvironment): readonly PodDemand[] {
  const { name, accountId, region, tags, platform, clusterServices, observability, application } = environment;
  const account: AwsAccount = { environment: name, accountId, region, tags };
  return [
    ...systemPods,
    ...servicePods(clusterServices, account),
    ...observabilityPods({ account, source: clusterServices.source, settings: observability }),
    ...programPods(application, surgePods),
    ...(platform.kind === 'bitnami-cluster' || platform.kind === 'bitnami-sentinel'
      ? redisPods(platform, account)
      : []),
  ];
}

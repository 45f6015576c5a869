/** What pods of metrics, logs and dashboards request. */
import { chartPods } from '../../kubernetes/chart-workloads';
import type { PodDemand } from '../../kubernetes/pod-demand';
import { alloyValues, alloyWorkloads } from './alloy-values';
import { grafanaValues, grafanaWorkloads } from './grafana-values';
import type { WatcherProps } from './images';
import { lokiValues, lokiWorkloads } from './loki-values';
import { monitoringPodValues, monitoringWorkloads } from './monitoring-values';
import { observabilityNamespace } from './names';

const shared = { namespace: observabilityNamespace, priority: 'services' } as const;

/** Names of a bucket, of dashboards and of the cluster are left out: they don't change what pods request. */
export function observabilityPods(props: WatcherProps): readonly PodDemand[] {
  return [
    ...chartPods(monitoringPodValues(props), monitoringWorkloads, shared),
    ...chartPods(lokiValues({ ...props, bucket: '' }), lokiWorkloads, shared),
    ...chartPods(alloyValues({ ...props, platform: { clusterName: '' } }), alloyWorkloads, shared),
    ...chartPods(grafanaValues({ ...props, dashboards: '' }), grafanaWorkloads, shared),
  ];
}

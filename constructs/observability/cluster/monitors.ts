/** Which pods Prometheus asks, and with which labels their series come: those that rules and dashboards go by. */
import { podLabels, programPortName } from '../../application/programs';
import { exporterPortName } from '../../bitnami/exporter-sidecar';
import { redisPodLabels } from '../../bitnami/names';
import { namespaces } from '../../cluster-services/names';
import type { Labels } from '../../cluster-services/pods';
import type { KubernetesObject } from '../../kubernetes/custom-resources';
import { prometheusRules } from '../prometheus-rules';
import { jobs, type WatchedPlatform } from '../rules/watched-platform';
import { releases, watcherPods } from './names';

const monitoring = 'monitoring.coreos.com/v1';

/** Where a node says in which zone it is. */
const zoneOfNode = '__meta_kubernetes_node_label_topology_kubernetes_io_zone';

interface Target {
  /** Value of the label `job`. */
  readonly job: string;
  readonly namespace: string;
  readonly pods: Labels;
  /** Name of the container's port. */
  readonly port: string;
}

/** Objects of the operator's kinds: who is asked, and the rules. */
export function monitoringObjects(platform: WatchedPlatform): readonly KubernetesObject[] {
  return [
    ...targets(platform).map((target) => podMonitor(platform, target)),
    ...(['loki', 'alloy', 'grafana'] as const).map(watcherMonitor),
    {
      apiVersion: monitoring,
      kind: 'PrometheusRule',
      metadata: { name: platform.clusterName },
      spec: prometheusRules(platform),
    },
  ];
}

function targets({ redis, application: { namespace } }: WatchedPlatform): readonly Target[] {
  return [
    ...(redis.kind === 'exporters'
      ? [{ job: jobs.redis, namespace: redis.namespace, pods: redisPodLabels, port: exporterPortName }]
      : []),
    { job: jobs.api, namespace, pods: podLabels('api'), port: programPortName },
    { job: jobs.worker, namespace, pods: podLabels('worker'), port: programPortName },
  ];
}

/** Pods rather than a service: one that isn't ready is what is asked for. `namespace` and `pod` come by themselves. */
function podMonitor({ clusterName }: WatchedPlatform, { job, namespace, pods, port }: Target): KubernetesObject {
  return {
    apiVersion: monitoring,
    kind: 'PodMonitor',
    metadata: { name: job },
    spec: {
      namespaceSelector: { matchNames: [namespace] },
      selector: { matchLabels: pods },
      attachMetadata: { node: true },
      podMetricsEndpoints: [
        {
          port,
          relabelings: [
            { targetLabel: 'job', replacement: job },
            { targetLabel: 'redis_cluster', replacement: clusterName },
            { sourceLabels: [zoneOfNode], targetLabel: 'zone' },
          ],
        },
      ],
    },
  };
}

/** Names of the ports with metrics of what the chart of the operator doesn't watch by itself. */
const watcherMetrics = { loki: 'http-metrics', alloy: 'http-metrics', grafana: 'grafana' } as const;

const watcherMonitor = (watcher: keyof typeof watcherMetrics): KubernetesObject => ({
  apiVersion: monitoring,
  kind: 'PodMonitor',
  metadata: { name: releases[watcher] },
  spec: {
    namespaceSelector: { matchNames: [namespaces.observability] },
    selector: { matchLabels: watcherPods[watcher] },
    podMetricsEndpoints: [{ port: watcherMetrics[watcher] }],
  },
});

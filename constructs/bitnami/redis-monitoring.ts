/** What the Prometheus operator is told of Redis on Kubernetes: whom to ask, and when roles are not where they belong. */
import type { BitnamiClusterSettings, BitnamiSettings } from '../../environments/bitnami-settings';
import type { KubernetesObject } from '../kubernetes/custom-resources';
import { clusterPodNames } from './cluster-values';
import { exporterPortName } from './exporter-sidecar';
import { redisNamespace, redisPodLabels, redisPorts } from './names';
import { shardsOf } from './placement';

export interface RedisMonitoringProps {
  readonly settings: BitnamiSettings;
  /** Availability zones. */
  readonly zones: number;
  /** Name of the platform, the label `redis_cluster` of its metrics and alerts. */
  readonly clusterName: string;
}

const name = 'redis-metrics';

/** What the Service is found by; pods have other labels. */
const serviceLabels = { 'app.kubernetes.io/name': name } as const;

const scrapeInterval = '15s';

/** How long a role is elsewhere before somebody is told: a failover and a deployment are over by then. */
const driftFor = '15m';

/** Where the way back is told. */
const runbook = 'docs/guides/self-hosted.md#masters-are-not-where-they-belong';

/** Objects of the namespace of Redis; none without the operator. */
export function redisMonitoring(props: RedisMonitoringProps): readonly KubernetesObject[] {
  const { monitoring } = props.settings;
  if (monitoring.kind === 'none') return [];
  const { labels } = monitoring;
  return [metricsService, serviceMonitor(props, labels), ...driftRules(props, labels)];
}

/** The address of each pod's exporter, ready or not: one that isn't ready is what is asked for. */
const metricsService: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, labels: serviceLabels },
  spec: {
    clusterIP: 'None',
    publishNotReadyAddresses: true,
    selector: redisPodLabels,
    ports: [{ name: exporterPortName, port: redisPorts.exporter, targetPort: exporterPortName }],
  },
};

type Labels = Readonly<Record<string, string>>;

function serviceMonitor({ clusterName }: RedisMonitoringProps, labels: Labels): KubernetesObject {
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { name: 'redis', labels },
    spec: {
      namespaceSelector: { matchNames: [redisNamespace] },
      selector: { matchLabels: serviceLabels },
      endpoints: [
        {
          port: exporterPortName,
          interval: scrapeInterval,
          relabelings: [{ targetLabel: 'redis_cluster', replacement: clusterName }],
        },
      ],
    },
  };
}

/** With Sentinels the master may be anywhere. In a cluster each zone has its own, or its loss takes two of them. */
function driftRules({ settings, zones, clusterName }: RedisMonitoringProps, labels: Labels): KubernetesObject[] {
  if (settings.kind !== 'bitnami-cluster') return [];
  return [
    {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'PrometheusRule',
      metadata: { name: 'redis-roles', labels },
      spec: { groups: [{ name: 'redis-roles', rules: [awayFromHome(settings, zones, clusterName)] }] },
    },
  ];
}

function awayFromHome(settings: BitnamiClusterSettings, zones: number, clusterName: string) {
  const pods = clusterPodNames(settings);
  const homes = shardsOf(settings, zones).map(([first = 0]) => pods[first]);
  return {
    alert: 'RedisMasterAwayFromHome',
    expr: `redis_instance_info{redis_cluster="${clusterName}",pod=~"${homes.join('|')}",role="slave"} == 1`,
    for: driftFor,
    labels: { severity: 'warning', namespace: redisNamespace, redis_cluster: clusterName },
    annotations: {
      summary: 'A shard of {{ $labels.redis_cluster }} has its master in another zone than its own',
      description:
        '{{ $labels.pod }} should be a master and is a replica. Zones have unequal numbers of masters: the loss of one may take the majority, and the cluster with it.',
      runbook,
    },
  };
}

/** Which connections the pods that watch have; none else are let pass. */
import { podLabels, programPorts } from '../../application/programs';
import { redisPodLabels, redisPorts } from '../../bitnami/names';
import { namespaces } from '../../cluster-services/names';
import type { Labels } from '../../cluster-services/pods';
import {
  callAws,
  callKubernetes,
  fromControlPlane,
  resolveNames,
  type ClusterAddresses,
  type Peer,
  type Port,
  type TrafficRule,
} from '../../cluster-services/traffic';
import { controlPlaneCalls } from '../../kubernetes/control-plane-calls';
import { clusterDns } from '../../kubernetes/names';
import { watcherPods, watcherPorts } from './names';

const { operator, prometheus, alertmanager, stateMetrics, loki, alloy, grafana } = watcherPods;

/** Port of the metrics of DNS. */
export const dnsMetricsPort = 9_153;

export interface WatcherTraffic {
  readonly addresses: ClusterAddresses;
  /** Whether Redis runs in pods that Prometheus asks. */
  readonly redisInPods: boolean;
  /** Ports of servers that take mail. */
  readonly mailPorts: readonly number[];
}

/** Rules of the namespace. What its pods say to each other is bound where it arrives. */
export function watcherTraffic({ addresses, redisInPods, mailPorts }: WatcherTraffic): readonly TrafficRule[] {
  return [
    resolveNames,
    { name: 'within-namespace', direction: 'egress', peers: [{ pods: {} }] },
    ...withinNamespace,
    fromControlPlane(addresses, 'webhook', operator, 'prometheusOperatorWebhook'),
    ...Object.entries({ operator, prometheus, 'state-metrics': stateMetrics, alloy }).map(([name, pods]) => ({
      ...callKubernetes(addresses),
      name: `${name}-calls-kubernetes`,
      pods,
    })),
    ...scrapes(addresses, redisInPods),
    tellReceivers(mailPorts),
    ...Object.entries({ loki, grafana }).flatMap(([name, pods]) =>
      callAws(pods).map((rule) => ({ ...rule, name: `${name}-${rule.name}` })),
    ),
  ];
}

const called = (name: string, pods: Labels, callers: readonly Labels[], ...ports: readonly Port[]): TrafficRule => ({
  name,
  pods,
  direction: 'ingress',
  peers: callers.map((caller) => ({ pods: caller })),
  ports,
});

/** Who asks whom here. Prometheus asks everybody how they are. */
const withinNamespace: readonly TrafficRule[] = [
  called('to-operator', operator, [prometheus], { port: watcherPorts.operator }),
  called('to-prometheus', prometheus, [prometheus, grafana], { port: watcherPorts.prometheus }),
  called('to-prometheus-reloader', prometheus, [prometheus], { port: watcherPorts.reloader }),
  called('to-alertmanager', alertmanager, [prometheus, grafana], { port: watcherPorts.alertmanager }),
  called('to-alertmanager-reloader', alertmanager, [prometheus], { port: watcherPorts.reloader }),
  called(
    'alertmanager-mesh',
    alertmanager,
    [alertmanager],
    { port: watcherPorts.alertmanagerMesh },
    { port: watcherPorts.alertmanagerMesh, protocol: 'UDP' },
  ),
  called('to-state-metrics', stateMetrics, [prometheus], { port: watcherPorts.stateMetrics }),
  called('to-loki', loki, [alloy, grafana, prometheus], { port: watcherPorts.loki }),
  called('loki-mesh', loki, [loki], { port: watcherPorts.lokiMembers }, { port: watcherPorts.lokiRpc }),
  called('to-alloy', alloy, [alloy, prometheus], { port: watcherPorts.alloy }),
  called('to-grafana', grafana, [prometheus], { port: watcherPorts.grafana }),
];

/** What Prometheus asks elsewhere: the application, Redis, DNS and the kubelets. */
function scrapes({ networkCidr }: ClusterAddresses, redisInPods: boolean): readonly TrafficRule[] {
  const ask = (what: string, peer: Peer, port: number): TrafficRule => ({
    name: `scrape-${what}`,
    pods: prometheus,
    direction: 'egress',
    peers: [peer],
    ports: [{ port }],
  });
  return [
    ...(['api', 'worker'] as const).map((program) =>
      ask(program, { namespace: namespaces.application, pods: podLabels(program) }, programPorts[program]),
    ),
    ...(redisInPods ? [ask('redis', { namespace: namespaces.redis, pods: redisPodLabels }, redisPorts.exporter)] : []),
    ask('dns', { namespace: clusterDns.namespace, pods: clusterDns.pods }, dnsMetricsPort),
    ask('kubelets', { cidr: networkCidr }, controlPlaneCalls.kubelet.port),
  ];
}

/** Anywhere: the addresses of whom Alertmanager tells change. */
const tellReceivers = (mailPorts: readonly number[]): TrafficRule => ({
  name: 'tell-receivers',
  pods: alertmanager,
  direction: 'egress',
  peers: [{ cidr: '0.0.0.0/0' }],
  ports: [443, ...mailPorts].map((port) => ({ port })),
});

/** Connections that the pods that watch need. */
import { podLabels, programPorts } from '../../application/programs';
import { redisPodLabels, redisPorts } from '../../bitnami/names';
import { callsAws, callsKubernetes, controlPlaneCallsPods, podsOf } from '../../cluster-services/flows';
import { namespaces } from '../../cluster-services/names';
import { addOnNamespace, dnsPods } from '../../kubernetes/add-on-pods';
import { controlPlaneCalls } from '../../kubernetes/control-plane-calls';
import type { Flow, FlowEnd } from '../../network/flows';
import { observabilityNamespace, watcherPods, watcherPorts } from './names';
import { dnsMetricsPort, type WatcherTraffic } from './traffic';

type Watcher = keyof typeof watcherPods;

const watcher = (name: Watcher): FlowEnd => podsOf(observabilityNamespace, watcherPods[name]);

const flow = (from: Watcher, to: Watcher, port: keyof typeof watcherPorts, why: string): Flow => ({
  from: watcher(from),
  to: watcher(to),
  port: watcherPorts[port],
  why,
});

export function watcherFlows({ redisInPods, mailPorts }: Pick<WatcherTraffic, 'redisInPods' | 'mailPorts'>) {
  return [
    controlPlaneCallsPods(watcher('operator'), 'prometheusOperatorWebhook'),
    ...(['operator', 'prometheus', 'stateMetrics', 'alloy'] as const).map((name) =>
      callsKubernetes(watcher(name), 'objects and pods are read'),
    ),
    ...callsAws(watcher('loki'), ['s3'], 'lines are kept in S3'),
    ...callsAws(watcher('grafana'), ['monitoring'], 'CloudWatch is asked for metrics'),
    ...withinNamespace,
    ...scrapes(redisInPods),
    ...[443, ...mailPorts].map((port): Flow => ({
      from: watcher('alertmanager'),
      to: { kind: 'internet' },
      port,
      why: 'receivers are notified of alerts',
    })),
  ] satisfies readonly Flow[];
}

const withinNamespace: readonly Flow[] = [
  flow('prometheus', 'alertmanager', 'alertmanager', 'alerts are sent'),
  flow('grafana', 'prometheus', 'prometheus', 'panels ask for metrics'),
  flow('grafana', 'alertmanager', 'alertmanager', 'panels show alerts'),
  flow('grafana', 'loki', 'loki', 'panels ask for lines'),
  flow('alloy', 'loki', 'loki', 'lines are sent'),
  flow('alloy', 'alloy', 'alloy', 'pods of Alloy divide containers among them'),
  flow('loki', 'loki', 'lokiRpc', 'pods of Loki share lines'),
  flow('loki', 'loki', 'lokiMembers', 'pods of Loki find each other'),
  flow('alertmanager', 'alertmanager', 'alertmanagerMesh', 'pods of Alertmanager notify once'),
  { ...flow('alertmanager', 'alertmanager', 'alertmanagerMesh', 'pods of Alertmanager notify once'), protocol: 'udp' },
];

/** Prometheus asks all that watch, the application, Redis in pods, DNS and kubelets. */
function scrapes(redisInPods: boolean): readonly Flow[] {
  const from = watcher('prometheus');
  const why = 'metrics are read';
  const watchers: readonly (readonly [Watcher, keyof typeof watcherPorts])[] = [
    ['operator', 'operator'],
    ['prometheus', 'prometheus'],
    ['prometheus', 'reloader'],
    ['alertmanager', 'alertmanager'],
    ['alertmanager', 'reloader'],
    ['stateMetrics', 'stateMetrics'],
    ['loki', 'loki'],
    ['alloy', 'alloy'],
    ['grafana', 'grafana'],
  ];
  return [
    ...watchers.map(([to, port]) => flow('prometheus', to, port, why)),
    ...(['api', 'worker'] as const).map((program): Flow => ({
      from,
      to: podsOf(namespaces.application, podLabels(program)),
      port: programPorts[program],
      why,
    })),
    ...(redisInPods ? [{ from, to: podsOf(namespaces.redis, redisPodLabels), port: redisPorts.exporter, why }] : []),
    { from, to: podsOf(addOnNamespace, dnsPods), port: dnsMetricsPort, why },
    { from, to: { kind: 'nodes' }, port: controlPlaneCalls.kubelet.port, why },
  ];
}

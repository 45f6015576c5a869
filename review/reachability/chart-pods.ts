/**
 * Pods of charts and add-ons and where they listen, by the constants that values, policies and charts share. Ports that no
 * constant names are defaults of the charts; sources beside each.
 */
import { redisPodLabels, redisPorts } from '../../constructs/bitnami/names';
import { certManagerPods } from '../../constructs/cluster-services/cert-manager-values';
import { externalSecretsPods } from '../../constructs/cluster-services/external-secrets-values';
import { kedaOperatorPort, kedaPods } from '../../constructs/cluster-services/keda-values';
import { loadBalancerPods } from '../../constructs/cluster-services/load-balancer-controller-values';
import type { Labels } from '../../constructs/cluster-services/pods';
import { gatewayPods, gatewayPort } from '../../constructs/cluster-services/traefik-values';
import { dnsPods, metricsServerPods, volumeDriverPods } from '../../constructs/kubernetes/add-on-pods';
import { controlPlaneCalls } from '../../constructs/kubernetes/control-plane-calls';
import { watcherPods, watcherPorts } from '../../constructs/observability/cluster/names';
import { tcp, type Listener } from './party';

/** Pods of one kind. */
export interface ChartPods {
  /** Unique in the namespace. */
  readonly name: string;
  readonly labels: Labels;
  readonly listeners: readonly Listener[];
}

/** What a chart or an add-on runs; another source of the same may take its place. */
export type ListenersOfCharts = Readonly<Partial<Record<string, readonly ChartPods[]>>>;

const { certManagerWebhook, externalSecretsWebhook, kedaMetrics, kedaWebhook, loadBalancerWebhook } = controlPlaneCalls;

/** Metrics of controllers. Sources: `metricsServer`/`metrics` of the charts' values. */
const controllerMetrics = 8_080;
const certManagerMetrics = 9_402;

const redis: readonly ChartPods[] = [
  {
    name: 'redis',
    labels: redisPodLabels,
    listeners: tcp(redisPorts.redis, redisPorts.bus, redisPorts.sentinel, redisPorts.exporter),
  },
];

/** By name of the chart. */
export const chartPods: ListenersOfCharts = {
  'cert-manager': [
    // 9403 and 6080: health.
    { name: 'controller', labels: certManagerPods('controller'), listeners: tcp(certManagerMetrics, 9_403) },
    { name: 'injector', labels: certManagerPods('cainjector'), listeners: tcp(certManagerMetrics) },
    {
      name: 'webhook',
      labels: certManagerPods('webhook'),
      listeners: tcp(certManagerWebhook.port, certManagerMetrics, 6_080),
    },
    { name: 'startup-check', labels: certManagerPods('startupapicheck'), listeners: [] },
  ],
  'external-secrets': [
    // 8082 and 8081: health.
    { name: 'controller', labels: externalSecretsPods.controller, listeners: tcp(controllerMetrics, 8_082) },
    {
      name: 'webhook',
      labels: externalSecretsPods.webhook,
      listeners: tcp(externalSecretsWebhook.port, controllerMetrics, 8_081),
    },
  ],
  keda: [
    { name: 'operator', labels: kedaPods.operator, listeners: tcp(kedaOperatorPort, controllerMetrics) },
    { name: 'metrics', labels: kedaPods.metricsServer, listeners: tcp(kedaMetrics.port, controllerMetrics) },
    { name: 'webhooks', labels: kedaPods.webhooks, listeners: tcp(kedaWebhook.port, controllerMetrics) },
  ],
  'aws-load-balancer-controller': [
    { name: 'controller', labels: loadBalancerPods, listeners: tcp(loadBalancerWebhook.port, controllerMetrics) },
  ],
  // 8000 and 8080: its entry points `web`, which no service has, and `traefik` for probes; 9100: metrics.
  traefik: [{ name: 'traefik', labels: gatewayPods, listeners: tcp(gatewayPort, 8_000, 8_080, 9_100) }],
  'kube-prometheus-stack': [
    { name: 'operator', labels: watcherPods.operator, listeners: tcp(watcherPorts.operator) },
    {
      name: 'prometheus',
      labels: watcherPods.prometheus,
      listeners: tcp(watcherPorts.prometheus, watcherPorts.reloader),
    },
    {
      name: 'alertmanager',
      labels: watcherPods.alertmanager,
      listeners: [
        ...tcp(watcherPorts.alertmanager, watcherPorts.reloader, watcherPorts.alertmanagerMesh),
        { port: watcherPorts.alertmanagerMesh, protocol: 'udp' },
      ],
    },
    // 8081: metrics of its own.
    { name: 'state-metrics', labels: watcherPods.stateMetrics, listeners: tcp(watcherPorts.stateMetrics, 8_081) },
  ],
  loki: [
    {
      name: 'loki',
      labels: watcherPods.loki,
      listeners: tcp(watcherPorts.loki, watcherPorts.lokiRpc, watcherPorts.lokiMembers),
    },
  ],
  alloy: [{ name: 'alloy', labels: watcherPods.alloy, listeners: tcp(watcherPorts.alloy) }],
  // 9094: alerts of several Grafanas among themselves; 6060: profiles.
  grafana: [
    {
      name: 'grafana',
      labels: watcherPods.grafana,
      listeners: [...tcp(watcherPorts.grafana, 9_094, 6_060), { port: 9_094, protocol: 'udp' }],
    },
  ],
  'redis-cluster': redis,
  redis,
};

/** Charts that run nothing. */
export const chartsWithoutPods: readonly string[] = ['prometheus-operator-crds'];

/** By name of the add-on; what has the network of its node is a part of the node. */
export const addOnPods: ListenersOfCharts = {
  // 8080 and 8181: health.
  coredns: [
    { name: 'dns', labels: dnsPods, listeners: [...tcp(53, 9_153, 8_080, 8_181), { port: 53, protocol: 'udp' }] },
  ],
  'metrics-server': [
    { name: 'metrics-server', labels: metricsServerPods, listeners: tcp(controlPlaneCalls.metricsServer.port) },
  ],
  'aws-ebs-csi-driver': [{ name: 'volumes', labels: volumeDriverPods, listeners: [] }],
  'kube-proxy': [],
  'vpc-cni': [],
  'eks-pod-identity-agent': [],
};

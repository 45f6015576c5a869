/** Values of the chart kube-prometheus-stack, by the keys of version 88.5; the one place that knows them. */
import { namespaceNameLabel, platformIssuer, servicePriorityClass } from '../../cluster-services/names';
import { ephemeralStorage, hardenedContainer, resources, spreadOverZones } from '../../cluster-services/pods';
import type { ChartValues } from '../../kubernetes/chart-release';
import type { ChartWorkload } from '../../kubernetes/chart-workloads';
import { defaultStorageClass } from '../../kubernetes/storage-class-names';
import { duration, type WatchedPlatform } from '../rules/watched-platform';
import type { alertmanagerConfiguration } from '../alertmanager/configuration';
import { imageWithSha, imageWithWholeSha, type WatcherProps } from './images';
import { observabilityNamespace, receiversSecret, releases, watcherPods, watcherPorts } from './names';

export interface MonitoringProps extends WatcherProps {
  readonly platform: Pick<WatchedPlatform, 'clusterName'>;
  readonly alertmanager: ReturnType<typeof alertmanagerConfiguration>;
}

/** Share of a volume that is for metrics: the log of what is written, and what is made of it, need the rest. */
const retainedShare = 0.85;

/** Memory of the program that reloads configurations. */
const reloaderMebibytes = 64;

export function monitoringValues(props: MonitoringProps): ChartValues {
  const pods = monitoringPodValues(props);
  return {
    fullnameOverride: releases.monitoring,
    cleanPrometheusOperatorObjectNames: true,
    // A chart of its own has them: Helm neither upgrades nor removes what a chart has in its folder of definitions.
    crds: { enabled: false },
    ...notInstalled,
    'kube-state-metrics': pods['kube-state-metrics'],
    defaultRules: defaultRules(props),
    prometheusOperator: pods.prometheusOperator,
    prometheus: pods.prometheus,
    alertmanager: { config: props.alertmanager, ...pods.alertmanager },
  };
}

/** The values that say which pods there are, and what they request. */
export function monitoringPodValues(props: WatcherProps) {
  return {
    'kube-state-metrics': stateMetrics(props),
    prometheusOperator: operator(props),
    prometheus: prometheus(props),
    alertmanager: alertmanager(props),
  };
}

const off = { enabled: false };

/** The kubelet, DNS and objects of Kubernetes. EKS hides the control plane, and lets nobody be root on a node. */
const notInstalled = {
  kubeApiServer: off,
  kubeControllerManager: off,
  kubeEtcd: off,
  kubeScheduler: off,
  kubeProxy: off,
  nodeExporter: off,
  grafana: { ...off, forceDeployDashboards: false },
} as const;

function stateMetrics(props: WatcherProps) {
  const { stateMetricsImage, digests, memoryMebibytes } = props.settings.operator;
  return {
    image: imageWithWholeSha(props, 'kubeStateMetrics', { image: stateMetricsImage, digests }),
    // Names of Secrets and of their keys are nobody's business here.
    collectorsExclude: ['secrets'],
    resources: resources({ memoryMebibytes }),
    priorityClassName: servicePriorityClass,
  };
}

/** Groups of rules of the chart that say something in EKS, and that no rule of the platform's own says. */
const usefulRules = [
  'alertmanager',
  'configReloaders',
  'kubeStateMetrics',
  'kubelet',
  'kubernetesApps',
  'kubernetesStorage',
  'kubernetesSystem',
  'prometheus',
  'prometheusOperator',
];

/** All that the chart has but Windows'. */
const otherRules = [
  'etcd',
  'general',
  'k8sContainerCpuUsageSecondsTotal',
  'k8sContainerMemoryCache',
  'k8sContainerMemoryRss',
  'k8sContainerMemorySwap',
  'k8sContainerMemoryWorkingSetBytes',
  'k8sContainerResource',
  'k8sPodOwner',
  'kubeApiserverAvailability',
  'kubeApiserverBurnrate',
  'kubeApiserverHistogram',
  'kubeApiserverSlos',
  'kubeControllerManager',
  'kubePrometheusGeneral',
  'kubePrometheusNodeRecording',
  'kubeProxy',
  'kubeSchedulerAlerting',
  'kubeSchedulerRecording',
  'kubernetesResources',
  'network',
  'node',
  'nodeExporterAlerting',
  'nodeExporterRecording',
  'windows',
];

/** Their alerts say which platform they are about, as all others do. */
function defaultRules({ platform }: MonitoringProps) {
  return {
    create: true,
    rules: {
      ...Object.fromEntries(usefulRules.map((group) => [group, true])),
      ...Object.fromEntries(otherRules.map((group) => [group, false])),
    },
    additionalRuleLabels: { redis_cluster: platform.clusterName },
  };
}

function operator(props: WatcherProps) {
  const { image, digests, memoryMebibytes } = props.settings.operator;
  return {
    image: imageWithSha(props, 'prometheusOperator', { image, digests }),
    prometheusConfigReloader: {
      image: imageWithSha(props, 'prometheusConfigReloader', { image, digests }),
      resources: resources({ cpuMillicores: 10, memoryMebibytes: reloaderMebibytes }),
    },
    // Of its own namespace alone: who may write elsewhere doesn't decide what is asked, and by whom.
    namespaces: { releaseNamespace: true },
    // While it is installed its own rules come before it can look at them; from then on none come unseen.
    admissionWebhooks: {
      failurePolicy: 'IgnoreOnInstallOnly',
      certManager: { enabled: true, issuerRef: platformIssuer },
    },
    tls: { internalPort: watcherPorts.operator },
    resources: resources({ memoryMebibytes }),
    priorityClassName: servicePriorityClass,
  };
}

/** Objects of the namespace, whatever their labels: with the chart's defaults those without its own are left out unseen. */
function ownObjects(): ChartValues {
  const namespace = { matchLabels: { [namespaceNameLabel]: observabilityNamespace } };
  const kinds = ['rule', 'serviceMonitor', 'podMonitor', 'probe', 'scrapeConfig'];
  return Object.fromEntries(
    kinds.flatMap((kind): [string, unknown][] => [
      [`${kind}SelectorNilUsesHelmValues`, false],
      [`${kind}NamespaceSelector`, namespace],
    ]),
  );
}

const volume = (gibibytes: number) => ({
  volumeClaimTemplate: {
    spec: {
      storageClassName: defaultStorageClass,
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: `${gibibytes}Gi` } },
    },
  },
});

/** Pods of a StatefulSet have another label for their version. */
const spread = (labels: Readonly<Record<string, string>>) =>
  spreadOverZones(labels).map((constraint) => ({ ...constraint, matchLabelKeys: ['controller-revision-hash'] }));

/** The chart has `minAvailable` of its own, which may not stand beside this. */
const oneAway = { enabled: true, minAvailable: null, maxUnavailable: 1 };

function prometheus(props: WatcherProps) {
  const { prometheus: settings } = props.settings;
  const { image, digests, replicas, scrapeSeconds, retentionDays, volumeGibibytes, memoryMebibytes } = settings;
  return {
    podDisruptionBudget: oneAway,
    prometheusSpec: {
      image: imageWithSha(props, 'prometheus', { image, digests }),
      replicas,
      ...ownObjects(),
      scrapeInterval: duration(scrapeSeconds),
      evaluationInterval: duration(scrapeSeconds),
      externalLabels: { environment: props.account.environment },
      retention: `${retentionDays}d`,
      retentionSize: `${Math.floor(volumeGibibytes * 1_024 * retainedShare)}MiB`,
      storageSpec: volume(volumeGibibytes),
      persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
      resources: resources({ cpuMillicores: 200, memoryMebibytes }),
      podAntiAffinity: 'hard',
      topologySpreadConstraints: spread(watcherPods.prometheus),
      priorityClassName: servicePriorityClass,
      ...hardened('prometheus'),
    },
  };
}

function alertmanager(props: WatcherProps) {
  const { image, digests, replicas, volumeGibibytes } = props.settings.alertmanager;
  return {
    podDisruptionBudget: oneAway,
    serviceAccount: { automountServiceAccountToken: false },
    alertmanagerSpec: {
      image: imageWithSha(props, 'alertmanager', { image, digests }),
      replicas,
      secrets: [receiversSecret],
      automountServiceAccountToken: false,
      storage: volume(volumeGibibytes),
      resources: resources({ memoryMebibytes: 128 }),
      podAntiAffinity: 'hard',
      topologySpreadConstraints: spread(watcherPods.alertmanager),
      priorityClassName: servicePriorityClass,
      ...hardened('alertmanager'),
    },
  };
}

/** What the operator's own settings lack of the profile that every container here has. */
const hardened = (container: string) => ({
  containers: [{ name: container, securityContext: hardenedContainer }, reloader('config-reloader')],
  initContainers: [reloader('init-config-reloader')],
});

/** The operator gives these processors and memory alone. */
const reloader = (name: string) => ({ name, resources: ephemeralStorage() });

/** Values of the chart prometheus-operator-crds. What is of these kinds stays when the chart goes. */
export const definitionsValues: ChartValues = { crds: { annotations: { 'helm.sh/resource-policy': 'keep' } } };

const reloaderResources = 'prometheusOperator.prometheusConfigReloader.resources';

/** Where `monitoringPodValues` say what pods request. The operator makes the StatefulSets, each with a reloader. */
export const monitoringWorkloads: readonly ChartWorkload[] = [
  {
    name: `${releases.monitoring}-operator`,
    kind: 'deployment',
    replicas: 1,
    containers: ['prometheusOperator.resources'],
  },
  {
    name: `${releases.monitoring}-kube-state-metrics`,
    kind: 'deployment',
    replicas: 1,
    containers: ['kube-state-metrics.resources'],
  },
  ...['prometheus', 'alertmanager'].map((server) => ({
    name: `${server}-${releases.monitoring}`,
    kind: 'stateful' as const,
    replicas: `${server}.${server}Spec.replicas`,
    containers: [`${server}.${server}Spec.resources`, reloaderResources],
    spread: `${server}.${server}Spec.topologySpreadConstraints`,
    apart: `${server}.${server}Spec.podAntiAffinity`,
    zoneBound: true,
  })),
];

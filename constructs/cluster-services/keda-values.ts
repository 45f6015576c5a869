/** Values of the chart keda, by the keys of version 2.20; the one place that knows them. */
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import type { AwsAccount } from '../aws/account';
import type { ChartValues } from '../kubernetes/chart-release';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import { controlPlaneCalls } from '../kubernetes/control-plane-calls';
import { clusterName } from '../kubernetes/names';
import { servicePriorityClass } from './names';
import { hardenedContainer, oneAtATime, resources, spreadOverZones } from './pods';
import { imageReference, pinnedTag, type ImageName } from './sources';

/** Port on which the metrics server asks the operator. */
export const kedaOperatorPort = 9666;

/** Labels of pods. */
export const kedaPods = {
  operator: { app: 'keda-operator' },
  metricsServer: { app: 'keda-operator-metrics-apiserver' },
  webhooks: { app: 'keda-admission-webhooks' },
} as const;

/** The chart's own limit to processors, which is merged under these values, is taken away. */
function resourcesOf(memoryMebibytes: number) {
  const { requests, limits } = resources({ memoryMebibytes });
  return { requests, limits: { ...limits, cpu: null } };
}

/** Pods say that they are not root, containers the rest. */
const { runAsNonRoot, ...container } = hardenedContainer;

export function kedaValues({ source, keda: settings }: ClusterServicesSettings, account: AwsAccount): ChartValues {
  const { replicas: replicaCount, memoryMebibytes } = settings;
  const image = (name: ImageName) => {
    const reference = imageReference(source, account, name, settings);
    return { registry: reference.registry, repository: reference.repository, tag: pinnedTag(reference) };
  };
  const everywhere = <Value>(value: Value) => ({ operator: value, metricServer: value, webhooks: value });
  const off = { enabled: false };
  return {
    image: {
      keda: image('kedaOperator'),
      metricsApiServer: image('kedaMetrics'),
      webhooks: image('kedaWebhooks'),
      pullPolicy: 'IfNotPresent',
    },
    clusterName: clusterName(account),
    crds: { install: true, additionalAnnotations: { 'helm.sh/resource-policy': 'keep' } },
    operator: { replicaCount },
    metricsServer: { replicaCount },
    webhooks: { replicaCount, port: controlPlaneCalls.kedaWebhook.port },
    service: { portHttpsTarget: controlPlaneCalls.kedaMetrics.port },
    podDisruptionBudget: everywhere(oneAtATime),
    topologySpreadConstraints: {
      operator: spreadOverZones(kedaPods.operator),
      metricsServer: spreadOverZones(kedaPods.metricsServer),
      webhooks: spreadOverZones(kedaPods.webhooks),
    },
    priorityClassName: servicePriorityClass,
    securityContext: everywhere(container),
    podSecurityContext: everywhere({ runAsNonRoot }),
    resources: {
      operator: resourcesOf(memoryMebibytes),
      metricServer: resourcesOf(256),
      webhooks: resourcesOf(128),
    },
    // Deployments and stateful sets are scaled, nothing else; the chart's default is any kind of any group.
    rbac: { enabledCustomScaledRefKinds: false },
    // Secrets of its own namespace alone, by a ClusterTriggerAuthentication. The default is every secret there is.
    permissions: { operator: { restrict: { secret: true } }, metricServer: { restrict: { secret: true } } },
    prometheus: {
      operator: { enabled: true, serviceMonitor: off },
      metricServer: { enabled: true, serviceMonitor: off },
      webhooks: { enabled: true, serviceMonitor: off },
    },
    enableServiceLinks: false,
  };
}

/** Where the values say what pods request. The chart has two names for the metrics server. */
export const kedaWorkloads: readonly ChartWorkload[] = [
  { name: 'keda-operator', part: 'operator', resources: 'operator' },
  { name: 'keda-operator-metrics-apiserver', part: 'metricsServer', resources: 'metricServer' },
  { name: 'keda-admission-webhooks', part: 'webhooks', resources: 'webhooks' },
].map(({ name, part, resources: container }) => ({
  name,
  kind: 'deployment',
  replicas: `${part}.replicaCount`,
  containers: [`resources.${container}`],
  spread: `topologySpreadConstraints.${part}`,
}));

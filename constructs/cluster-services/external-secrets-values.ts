/** Values of the chart external-secrets, by the keys of version 2.9; the one place that knows them. */
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import type { RegistryAccount } from '../aws/account';
import type { ChartValues } from '../kubernetes/chart-release';
import { controlPlaneCalls } from '../kubernetes/control-plane-calls';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import { externalSecretsServiceAccount, platformIssuer, servicePriorityClass } from './names';
import { hardenedContainer, resources, spreadOverZones } from './pods';
import { fullRepository, imageReference, pinnedTag } from './sources';

const instance = { 'app.kubernetes.io/instance': 'external-secrets' };

/** Labels of pods. */
export const externalSecretsPods = {
  controller: { ...instance, 'app.kubernetes.io/name': 'external-secrets' },
  webhook: { ...instance, 'app.kubernetes.io/name': 'external-secrets-webhook' },
} as const;

export function externalSecretsValues(
  { source, externalSecrets: settings }: Pick<ClusterServicesSettings, 'source' | 'externalSecrets'>,
  account: RegistryAccount,
): ChartValues {
  const { replicas: replicaCount, memoryMebibytes } = settings;
  const reference = imageReference(source, account, 'externalSecrets', settings);
  const shared = {
    image: { repository: fullRepository(reference), tag: pinnedTag(reference) },
    replicaCount,
    priorityClassName: servicePriorityClass,
    // This chart knows `minAvailable` alone. One of two or more: a drain goes on.
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    securityContext: { enabled: true, ...hardenedContainer, runAsUser: 1000 },
  };
  return {
    ...shared,
    serviceMonitor: { enabled: false },
    leaderElect: true,
    installCRDs: true,
    // What isn't used is neither defined nor allowed: secrets go from AWS to one namespace, and not back.
    crds: {
      createClusterExternalSecret: false,
      createClusterGenerator: false,
      createClusterPushSecret: false,
      createPushSecret: false,
      annotations: { 'helm.sh/resource-policy': 'keep' },
    },
    processClusterExternalSecret: false,
    processClusterGenerator: false,
    processClusterPushSecret: false,
    processPushSecret: false,
    // The chart would grant tokens of every service account of the cluster: `TokenAccess` grants those of one.
    rbac: { serviceAccountTokenCreate: false },
    serviceAccount: { create: true, name: externalSecretsServiceAccount },
    resources: resources({ memoryMebibytes }),
    topologySpreadConstraints: spreadOverZones(externalSecretsPods.controller),
    livenessProbe: { enabled: true },
    readinessProbe: { enabled: true },
    webhook: {
      ...shared,
      port: controlPlaneCalls.externalSecretsWebhook.port,
      resources: resources({ memoryMebibytes: 128 }),
      topologySpreadConstraints: spreadOverZones(externalSecretsPods.webhook),
      certManager: {
        enabled: true,
        cert: { create: true, issuerRef: platformIssuer, duration: '2160h', renewBefore: '720h' },
      },
    },
    // It would make certificates for the webhook, which cert-manager does.
    certController: { create: false },
  };
}

/** Where the values say what pods request. */
export const externalSecretsWorkloads: readonly ChartWorkload[] = [
  {
    name: 'external-secrets',
    kind: 'deployment',
    replicas: 'replicaCount',
    containers: ['resources'],
    spread: 'topologySpreadConstraints',
  },
  {
    name: 'external-secrets-webhook',
    kind: 'deployment',
    replicas: 'webhook.replicaCount',
    containers: ['webhook.resources'],
    spread: 'webhook.topologySpreadConstraints',
  },
];

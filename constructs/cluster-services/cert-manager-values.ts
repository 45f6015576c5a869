/** Values of the chart cert-manager, by the keys of version 1.21; the one place that knows them. */
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import type { RegistryAccount } from '../aws/account';
import type { ChartValues } from '../kubernetes/chart-release';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import { controlPlaneCalls } from '../kubernetes/control-plane-calls';
import { namespaces, servicePriorityClass } from './names';
import { oneAtATime, resources, spreadOverZones } from './pods';
import { fullRepository, imageReference, type ImageName } from './sources';

/** Labels of pods of a component: `controller`, `webhook`, `cainjector`. */
export const certManagerPods = (component: string) => ({
  'app.kubernetes.io/instance': 'cert-manager',
  'app.kubernetes.io/component': component,
});

export function certManagerValues(
  { source, certManager: settings }: Pick<ClusterServicesSettings, 'source' | 'certManager'>,
  account: RegistryAccount,
): ChartValues {
  const { replicas: replicaCount, memoryMebibytes } = settings;
  const image = (name: ImageName) => {
    const reference = imageReference(source, account, name, settings);
    const { tag, digest } = reference;
    return { repository: fullRepository(reference), tag, ...(digest !== undefined && { digest }) };
  };
  const part = (component: string, name: ImageName, memory: number) => ({
    image: image(name),
    replicaCount,
    podDisruptionBudget: { enabled: true, ...oneAtATime },
    topologySpreadConstraints: spreadOverZones(certManagerPods(component)),
    resources: resources({ memoryMebibytes: memory }),
  });
  return {
    // Whoever removes the chart keeps the definitions, and with them every certificate.
    crds: { enabled: true, keep: true },
    global: {
      priorityClassName: servicePriorityClass,
      // By default in kube-system, which needs a role there.
      leaderElection: { namespace: namespaces.certManager },
    },
    ...part('controller', 'certManagerController', memoryMebibytes),
    webhook: { ...part('webhook', 'certManagerWebhook', 128), securePort: controlPlaneCalls.certManagerWebhook.port },
    cainjector: part('cainjector', 'certManagerInjector', memoryMebibytes),
    // A job after the installation: the deployment goes on when the webhook answers.
    startupapicheck: {
      image: image('certManagerCheck'),
      timeout: '5m',
      resources: resources({ memoryMebibytes: 64 }),
    },
    prometheus: { enabled: true, servicemonitor: { enabled: false } },
  };
}

/** Where the values say what pods request. */
export const certManagerWorkloads: readonly ChartWorkload[] = [
  {
    name: 'cert-manager',
    kind: 'deployment',
    replicas: 'replicaCount',
    containers: ['resources'],
    spread: 'topologySpreadConstraints',
  },
  ...['webhook', 'cainjector'].map((part) => ({
    name: `cert-manager-${part}`,
    kind: 'deployment' as const,
    replicas: `${part}.replicaCount`,
    containers: [`${part}.resources`],
    spread: `${part}.topologySpreadConstraints`,
  })),
  { name: 'cert-manager-startupapicheck', kind: 'job', replicas: 1, containers: ['startupapicheck.resources'] },
];

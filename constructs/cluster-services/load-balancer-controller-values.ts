/** Values of the chart aws-load-balancer-controller, by the keys of version 3.5; the one place that knows them. */
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import type { AwsAccount } from '../aws/account';
import type { ChartValues } from '../kubernetes/chart-release';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import { controlPlaneCalls } from '../kubernetes/control-plane-calls';
import { clusterName } from '../kubernetes/names';
import { servicePriorityClass } from './names';
import { hardenedContainer, oneAtATime, resources, spreadOverZones } from './pods';
import { fullRepository, imageReference, pinnedTag } from './sources';

/** Name of the service account, which takes on the role. */
export const loadBalancerServiceAccount = 'aws-load-balancer-controller';

/** Labels of pods. */
export const loadBalancerPods = { 'app.kubernetes.io/name': 'aws-load-balancer-controller' } as const;

export function loadBalancerControllerValues(
  { source, loadBalancerController: settings }: ClusterServicesSettings,
  account: AwsAccount,
  vpcId: string,
): ChartValues {
  const { replicas: replicaCount, memoryMebibytes } = settings;
  const reference = imageReference(source, account, 'loadBalancerController', settings);
  return {
    image: { repository: fullRepository(reference), tag: pinnedTag(reference) },
    replicaCount,
    clusterName: clusterName(account),
    // Else it would ask the instance's metadata, which pods don't reach.
    region: account.region,
    vpcId,
    defaultTags: { ...account.tags, environment: account.environment },
    serviceAccount: { create: true, name: loadBalancerServiceAccount },
    // A key that the chart makes itself would be another one at every upgrade.
    enableCertManager: true,
    webhookBindPort: controlPlaneCalls.loadBalancerWebhook.port,
    priorityClassName: servicePriorityClass,
    podDisruptionBudget: oneAtATime,
    configureDefaultAffinity: false,
    topologySpreadConstraints: spreadOverZones(loadBalancerPods),
    resources: resources({ memoryMebibytes }),
    securityContext: hardenedContainer,
    // Services say which controller they mean. The webhook that would choose for them stops every new one when it fails.
    enableServiceMutatorWebhook: false,
    // Services alone: no ingresses, no Gateway API, no firewalls.
    controllerConfig: { featureGates: { NLBGatewayAPI: false, ALBGatewayAPI: false, GatewayListenerSet: false } },
    createIngressClassResource: false,
    ingressClassParams: { create: false },
    enableShield: false,
    enableWaf: false,
    enableWafv2: false,
    serviceMonitor: { enabled: false },
  };
}

/** Where the values say what pods request. */
export const loadBalancerControllerWorkloads: readonly ChartWorkload[] = [
  {
    name: 'aws-load-balancer-controller',
    kind: 'deployment',
    replicas: 'replicaCount',
    containers: ['resources'],
    spread: 'topologySpreadConstraints',
  },
];

/** What pods of the services of a cluster request. */
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import type { AwsAccount } from '../aws/account';
import { chartPods } from '../kubernetes/chart-workloads';
import type { PodDemand } from '../kubernetes/pod-demand';
import { certManagerValues, certManagerWorkloads } from './cert-manager-values';
import { externalSecretsValues, externalSecretsWorkloads } from './external-secrets-values';
import { kedaValues, kedaWorkloads } from './keda-values';
import { loadBalancerControllerValues, loadBalancerControllerWorkloads } from './load-balancer-controller-values';
import { namespaces } from './names';
import { traefikValues, traefikWorkloads } from './traefik-values';

const inNamespace = (namespace: string) => ({ namespace, priority: 'services' }) as const;

/** Ids and addresses of the network are left out: they don't change what pods request. */
export function servicePods(settings: ClusterServicesSettings, account: AwsAccount): readonly PodDemand[] {
  return [
    ...chartPods(certManagerValues(settings, account), certManagerWorkloads, inNamespace(namespaces.certManager)),
    ...chartPods(
      externalSecretsValues(settings, account),
      externalSecretsWorkloads,
      inNamespace(namespaces.externalSecrets),
    ),
    ...chartPods(kedaValues(settings, account), kedaWorkloads, inNamespace(namespaces.keda)),
    ...chartPods(
      loadBalancerControllerValues(settings, account, ''),
      loadBalancerControllerWorkloads,
      inNamespace(namespaces.loadBalancers),
    ),
    ...chartPods(
      traefikValues(settings, account, { networkCidr: '' }),
      traefikWorkloads,
      inNamespace(namespaces.gateway),
    ),
  ];
}

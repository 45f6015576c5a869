import { controlPlaneCalls } from '../../../constructs/kubernetes/control-plane-calls';
import { certManagerValues } from '../../../constructs/cluster-services/cert-manager-values';
import { externalSecretsValues } from '../../../constructs/cluster-services/external-secrets-values';
import { kedaValues } from '../../../constructs/cluster-services/keda-values';
import { loadBalancerControllerValues } from '../../../constructs/cluster-services/load-balancer-controller-values';
import { testClusterServices } from '../../support/cluster-services';
import { kubernetesWith } from '../../support/kubernetes';
import { watcherValues } from '../../support/observability';
import { resourcesOf, testAccount } from '../../support/synthesized-construct';

/** Where each server listens, by the values of its chart or add-on; the kubelet's port is Kubernetes' own. */
const listening = {
  certManagerWebhook: portAt(certManagerValues(testClusterServices, testAccount), 'webhook.securePort'),
  externalSecretsWebhook: portAt(externalSecretsValues(testClusterServices, testAccount), 'webhook.port'),
  kedaMetrics: portAt(kedaValues(testClusterServices, testAccount), 'service.portHttpsTarget'),
  kedaWebhook: portAt(kedaValues(testClusterServices, testAccount), 'webhooks.port'),
  loadBalancerWebhook: portAt(
    loadBalancerControllerValues(testClusterServices, testAccount, 'vpc-1'),
    'webhookBindPort',
  ),
  metricsServer: portAt(metricsServerConfiguration(), 'containerPort'),
  prometheusOperatorWebhook: portAt(
    watcherValues()['kube-prometheus-stack'] ?? {},
    'prometheusOperator.tls.internalPort',
  ),
};

function portAt(values: object, setting: string): unknown {
  return setting.split('.').reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], values);
}

function metricsServerConfiguration(): object {
  const addOns = Object.values(resourcesOf(kubernetesWith(), 'aws_eks_addon'));
  const addOn = addOns.find(({ addon_name: name }) => name === 'metrics-server');
  return JSON.parse(String(addOn?.configuration_values)) as object;
}

/** Ports of nodes that the control plane's security group may call. */
function admitted(): unknown[] {
  return Object.values(resourcesOf(kubernetesWith(), 'aws_vpc_security_group_ingress_rule'))
    .filter(({ description }) => String(description).startsWith('The control plane calls'))
    .map(({ from_port: port }) => port);
}

test.each(Object.entries(listening))('%s listens where the control plane calls, and is admitted', (call, port) => {
  expect(port).toBe(controlPlaneCalls[call as keyof typeof listening].port);
  expect(admitted()).toContain(port);
});

test('nothing but these and the kubelet is called', () => {
  expect(Object.keys(controlPlaneCalls).sort()).toEqual([...Object.keys(listening), 'kubelet'].sort());
  expect(new Set(admitted())).toEqual(new Set([10_250, ...Object.values(listening)]));
});

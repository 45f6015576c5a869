/** Autoscaling of pods by what they have to do: the length of a queue, say. */
import { Construct } from 'constructs';
import { ChartRelease } from '../kubernetes/chart-release';
import { declareFlows } from '../network/flows';
import { callsKubernetes, controlPlaneCallsPods, podsOf } from './flows';
import { kedaOperatorPort, kedaPods, kedaValues } from './keda-values';
import { namespaces } from './names';
import { ServiceNamespace } from './service-namespace';
import type { ServiceProps } from './service-props';
import { chartRepository } from './sources';
import { callKubernetes, fromControlPlane, resolveNames, type TrafficRule } from './traffic';

const { operator, metricsServer, webhooks } = kedaPods;

/** Each part may ask the operator; it has no other callers. */
const askOperator: readonly TrafficRule[] = [
  {
    name: 'ask-operator',
    pods: metricsServer,
    direction: 'egress',
    peers: [{ pods: operator }],
    ports: [{ port: kedaOperatorPort }],
  },
  {
    name: 'operator',
    pods: operator,
    direction: 'ingress',
    peers: [{ pods: metricsServer }],
    ports: [{ port: kedaOperatorPort }],
  },
];

/** What the operator asks to decide is let pass by whoever has it asked, with a policy of their own in this namespace. */
export class Keda extends Construct {
  constructor(scope: Construct, id: string, { account, settings, addresses, dependsOn }: ServiceProps) {
    super(scope, id);
    const namespace = namespaces.keda;
    declareFlows(this, [
      callsKubernetes(podsOf(namespace), 'what is scaled, and by what, is read'),
      controlPlaneCallsPods(podsOf(namespace, metricsServer), 'kedaMetrics'),
      controlPlaneCallsPods(podsOf(namespace, webhooks), 'kedaWebhook'),
      {
        from: podsOf(namespace, metricsServer),
        to: podsOf(namespace, operator),
        port: kedaOperatorPort,
        why: 'the metrics server asks the operator',
      },
    ]);
    const { dependables } = new ServiceNamespace(this, 'namespace', {
      name: namespace,
      traffic: [
        resolveNames,
        callKubernetes(addresses),
        ...askOperator,
        fromControlPlane(addresses, 'metrics', metricsServer, 'kedaMetrics'),
        fromControlPlane(addresses, 'webhook', webhooks, 'kedaWebhook'),
      ],
      dependsOn,
    });
    new ChartRelease(this, 'chart', {
      name: 'keda',
      namespace,
      chart: 'keda',
      repository: chartRepository(settings.source, account, 'keda'),
      version: settings.keda.chart,
      values: kedaValues(settings, account),
      dependsOn: dependables,
    });
  }
}

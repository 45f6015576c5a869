/** Connections that pods of most services need, by what they are for. */
import { addOnNamespace, dnsPods } from '../kubernetes/add-on-pods';
import { controlPlaneCalls, kubernetesApiPort, type ControlPlaneCall } from '../kubernetes/control-plane-calls';
import { podIdentityAgent, type Flow, type FlowEnd } from '../network/flows';
import type { Labels } from './pods';

/** Pods of a namespace, all of them without labels. */
export const podsOf = (namespace: string, labels: Labels = {}): FlowEnd => ({ kind: 'pods', namespace, labels });

/** Names in the cluster and outside. DNS goes over to TCP for long answers. */
export const resolvesNames = (from: FlowEnd): readonly Flow[] =>
  (['udp', 'tcp'] as const).map((protocol) => ({
    from,
    to: podsOf(addOnNamespace, dnsPods),
    port: 53,
    protocol,
    why: 'names are resolved',
  }));

export const callsKubernetes = (from: FlowEnd, why: string): Flow => ({
  from,
  to: { kind: 'control-plane' },
  port: kubernetesApiPort,
  why,
});

/** Webhooks and metrics that the API of Kubernetes asks for. */
export const controlPlaneCallsPods = (to: FlowEnd, call: ControlPlaneCall): Flow => ({
  from: { kind: 'control-plane' },
  to,
  port: controlPlaneCalls[call].port,
  why: `the control plane calls ${controlPlaneCalls[call].what}`,
});

/** Services of AWS by the names of their endpoints, with the role of the pods. */
export const callsAws = (from: FlowEnd, services: readonly string[], why: string): readonly Flow[] => [
  ...services.map((service): Flow => ({ from, to: { kind: 'aws', service }, port: 443, why })),
  {
    from,
    to: { kind: 'pod-identity-agent' },
    port: podIdentityAgent.port,
    why: 'pods take on their role in AWS',
  },
];

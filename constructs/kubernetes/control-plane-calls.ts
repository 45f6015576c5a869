/** Ports between the control plane, nodes and pods. */

/** TCP port of the API of Kubernetes, on the control plane's network interfaces in private subnets. */
export const kubernetesApiPort = 443;

/**
 * Everything that the control plane calls, and on which TCP port. The one list: values of charts and add-ons make their
 * servers listen on a port of it, network policies let the control plane in by an entry of it (`fromControlPlane`), and the
 * security group of nodes admits all of it. A webhook that the control plane can't reach fails whatever waits for it.
 */
export const controlPlaneCalls = {
  /** Logs, commands in pods and port forwarding. Source: "Ports and Protocols" of Kubernetes. */
  kubelet: { port: 10_250, what: 'kubelets' },
  /** The default of EKS' add-on; other distributions have others. Source: "metrics-server" of the EKS User Guide. */
  metricsServer: { port: 10_251, what: 'metrics-server' },
  certManagerWebhook: { port: 10_250, what: 'cert-manager' },
  externalSecretsWebhook: { port: 10_250, what: 'External Secrets' },
  prometheusOperatorWebhook: { port: 10_250, what: 'the Prometheus operator' },
  /** Metrics that pods are scaled by, which the control plane asks for in the autoscaler's name. */
  kedaMetrics: { port: 6_443, what: 'metrics of KEDA' },
  kedaWebhook: { port: 9_443, what: 'KEDA' },
  loadBalancerWebhook: { port: 9_443, what: 'the AWS Load Balancer Controller' },
} as const satisfies Readonly<Record<string, { readonly port: number; readonly what: string }>>;

export type ControlPlaneCall = keyof typeof controlPlaneCalls;

/** What the control plane calls on each port, by ascending port. */
export function calledPorts(): readonly (readonly [port: number, what: readonly string[]])[] {
  const calls = Object.values(controlPlaneCalls);
  const ports = [...new Set(calls.map(({ port }) => port))].sort((a, b) => a - b);
  return ports.map((port) => [port, calls.filter((call) => call.port === port).map(({ what }) => what)]);
}

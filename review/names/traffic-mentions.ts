/** Labels and ports that pods are found by: in network policies, monitors, workloads and security groups. */
import { defines, reads, type Named } from './mention';
import { branch, list, text, type Branch, type Node, type Resource } from './synthesized-tree';

export const portKind = (namespace: string) => `port of pods in ${namespace}`;

const labelKind = (label: string, namespace: string) => `label ${label} of pods in ${namespace}`;

/** Ports of servers outside of the cluster, that policies know by addresses alone. */
const serverPort = 'port of servers at addresses';

/** Ports of pods that the control plane calls: nothing comes through unless a security group lets it pass, too. */
const controlPlanePort = 'port for the control plane';

export function trafficMentions(resource: Resource, node: Node): readonly Named[] {
  const { type } = resource;
  if (node.path === '') return [...policy(resource), ...securityGroup(resource), ...release(resource)];
  if (node.key === 'containerPort') return defines(portKind(node.namespace), node.value);
  if (/^spec\.port\[\d+\]\.port$/.test(node.path) && type === 'kubernetes_service_v1') {
    return defines(portKind(node.namespace), node.value);
  }
  if (node.path === 'spec.template.metadata.labels') return labels(defines, node.namespace, node.value);
  return [...portNames(node), ...monitor(branch(node.value))];
}

type Role = typeof defines;

const labels = (role: Role, namespace: string, values: unknown): Named[] =>
  Object.entries(branch(values)).flatMap(([label, value]) => role(labelKind(label, namespace), value));

/** Charts give their pods the name of the release as a label. Source: "Labels and Annotations" of Helm's best practices. */
function release({ type, arguments: { name, namespace } }: Resource): readonly Named[] {
  if (type !== 'helm_release') return [];
  return defines(labelKind('app.kubernetes.io/instance', text(namespace)), name);
}

function policy({ type, arguments: { metadata, spec } }: Resource): readonly Named[] {
  if (type !== 'kubernetes_network_policy_v1') return [];
  const own = text(branch(metadata).namespace);
  const { podSelector, ingress, egress } = branch(spec);
  const pods = labels(reads, own, branch(podSelector).matchLabels);
  const ingressRules = list(ingress).flatMap((rule) => {
    const { from, ports } = branch(rule);
    const isAddressed = list(from).some((peer) => 'ipBlock' in branch(peer));
    return [
      ...list(from).flatMap((peer) => peerPods(own, branch(peer))),
      ...numbers(defines, [portKind(own)], ports),
      // Who knows no pods calls the same port at addresses.
      ...(isAddressed ? numbers(reads, [controlPlanePort], ports) : numbers(defines, [serverPort], ports)),
    ];
  });
  const egressRules = list(egress).flatMap((rule) => {
    const { to, ports } = branch(rule);
    const kinds = list(to).map((peer) =>
      'ipBlock' in branch(peer) ? serverPort : portKind(namespaceOf(own, branch(peer))),
    );
    return [...list(to).flatMap((peer) => peerPods(own, branch(peer))), ...numbers(reads, [...new Set(kinds)], ports)];
  });
  return [...pods, ...ingressRules, ...egressRules];
}

const numbers = (role: Role, kinds: readonly string[], ports: unknown): Named[] =>
  list(ports).flatMap((port) => kinds.flatMap((kind) => role(kind, branch(port).port)));

function namespaceOf(own: string, { namespaceSelector }: Branch): string {
  const named = text(branch(branch(namespaceSelector).matchLabels)['kubernetes.io/metadata.name']);
  return named === '' ? own : named;
}

const peerPods = (own: string, peer: Branch): Named[] =>
  labels(reads, namespaceOf(own, peer), branch(peer.podSelector).matchLabels);

function securityGroup({ type, construct, arguments: { fromPort, ipProtocol } }: Resource): readonly Named[] {
  if (type !== 'aws_vpc_security_group_ingress_rule' || ipProtocol !== 'tcp') return [];
  return defines(construct.includes('control-plane-to-nodes') ? controlPlanePort : serverPort, fromPort);
}

/** Names of containers' ports. */
function portNames({ value, namespace }: Node): readonly Named[] {
  const { containerPort, name } = branch(value);
  return containerPort === undefined ? [] : defines(portNameKind(namespace), name);
}

const portNameKind = (namespace: string) => `port name of pods in ${namespace}`;

/** What the operator of Prometheus looks for. */
function monitor({ kind, spec }: Branch): readonly Named[] {
  if (kind !== 'PodMonitor') return [];
  const { selector, namespaceSelector, podMetricsEndpoints } = branch(spec);
  const namespace = text(list(branch(namespaceSelector).matchNames)[0]);
  return [
    ...labels(reads, namespace, branch(selector).matchLabels),
    ...list(podMetricsEndpoints).flatMap((endpoint) => reads(portNameKind(namespace), branch(endpoint).port)),
  ];
}

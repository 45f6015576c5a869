/**
 * Network policies of Kubernetes. Source: "Network Policies" of the Kubernetes documentation. A block of addresses matches
 * pods, too: in EKS pods have addresses of the network, which its controller of policies compares with blocks.
 */
import { namespaceNameLabel } from '../../constructs/cluster-services/names';
import { blocksOf, textOf, type Block } from '../synthesis/blocks';
import { customObjects } from '../synthesis/helm-objects';
import type { ResolvedResource } from '../synthesis/resources';
import type { Direction } from './network-acls';
import { allPorts, blockOf, type PacketRule, type PortRange } from './packets';

export interface PodIdentity {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface PolicyRule {
  readonly peers: readonly Block[];
  readonly ports: readonly { readonly protocol: string; readonly ports: PortRange }[];
}

interface Policy {
  /** `<namespace>/<name>` */
  readonly name: string;
  readonly namespace: string;
  readonly selector: Block;
  readonly rules: Readonly<Partial<Record<Direction, readonly PolicyRule[]>>>;
}

const everywhere = blockOf('0.0.0.0/0', 'everywhere');

export class NetworkPolicies {
  readonly #policies: readonly Policy[];
  readonly #asked = new Map<string, readonly PacketRule[] | undefined>();
  readonly #labels: ReadonlyMap<string, Readonly<Record<string, string>>>;

  /** @throws Error for a policy that can't be read exactly */
  constructor(resources: readonly ResolvedResource[]) {
    const other = customObjects(resources).find(({ object }) => object.kind.endsWith('NetworkPolicy'));
    if (other) throw new Error(`${other.address}: a ${other.object.kind} in a chart isn't read here`);
    this.#policies = resources.filter(({ type }) => type === 'kubernetes_network_policy_v1').map(policyOf);
    this.#labels = new Map(
      resources
        .filter(({ type }) => type === 'kubernetes_namespace_v1')
        .map(({ values }) => {
          const [metadata = {}] = blocksOf(values.metadata);
          const name = textOf(metadata.name);
          return [name, { ...(metadata.labels as object), [namespaceNameLabel]: name }];
        }),
    );
  }

  /**
   * Rules for what a pod sends or gets from one other end; undefined if no policy selects the pod, and all is let pass.
   *
   * @param other the pod at the other end, if it is one
   */
  rulesOf(
    pod: PodIdentity,
    direction: Direction,
    protocol: 'tcp' | 'udp',
    other: PodIdentity | undefined,
  ): readonly PacketRule[] | undefined {
    const key = `${identity(pod)} ${direction} ${protocol} ${identity(other)}`;
    if (!this.#asked.has(key)) this.#asked.set(key, this.#find(pod, direction, protocol, other));
    return this.#asked.get(key);
  }

  #find(pod: PodIdentity, direction: Direction, protocol: 'tcp' | 'udp', other: PodIdentity | undefined) {
    const selecting = this.#policies.filter(
      ({ namespace, selector, rules }) =>
        namespace === pod.namespace && rules[direction] !== undefined && selects(selector, pod.labels),
    );
    if (selecting.length === 0) return undefined;
    return selecting.flatMap((policy) =>
      (policy.rules[direction] ?? []).flatMap(({ peers, ports }) =>
        ports
          .filter((entry) => entry.protocol === protocol)
          .flatMap((entry) =>
            this.#blocksOf(policy, peers, other).map((block) => ({
              name: policy.name,
              verdict: 'allow' as const,
              block,
              ports: entry.ports,
            })),
          ),
      ),
    );
  }

  /** Blocks of addresses that the peers stand for; all addresses for one that selects the pod at the other end. */
  #blocksOf(policy: Policy, peers: readonly Block[], other: PodIdentity | undefined) {
    if (peers.length === 0) return [everywhere];
    return peers.flatMap((peer) => {
      const [ipBlock] = blocksOf(peer.ip_block);
      if (ipBlock) {
        if (((ipBlock.except ?? []) as readonly unknown[]).length > 0) {
          throw new Error(`${policy.name}: an ip_block with exceptions isn't read here`);
        }
        return [blockOf(ipBlock.cidr, policy.name)];
      }
      return other && this.#selectsPeer(policy, peer, other) ? [everywhere] : [];
    });
  }

  #selectsPeer(policy: Policy, peer: Block, { namespace, labels }: PodIdentity): boolean {
    const [namespaces] = blocksOf(peer.namespace_selector);
    const [pods] = blocksOf(peer.pod_selector);
    if (!namespaces && !pods) throw new Error(`${policy.name}: a peer of no kind that is read here`);
    const labelsOfNamespace = this.#labels.get(namespace) ?? { [namespaceNameLabel]: namespace };
    const inNamespace = namespaces ? selects(namespaces, labelsOfNamespace) : namespace === policy.namespace;
    return inNamespace && (!pods || selects(pods, labels));
  }
}

const identity = (pod: PodIdentity | undefined) => (pod ? `${pod.namespace} ${JSON.stringify(pod.labels)}` : '');

function selects(selector: Block, labels: Readonly<Record<string, string>>): boolean {
  if (blocksOf(selector.match_expressions).length > 0) throw new Error("selectors by expressions aren't read here");
  return Object.entries(selector.match_labels ?? {}).every(([key, value]) => labels[key] === value);
}

function policyOf({ values, address }: ResolvedResource): Policy {
  const [metadata = {}] = blocksOf(values.metadata);
  const [spec = {}] = blocksOf(values.spec);
  const namespace = textOf(metadata.namespace);
  const name = `${namespace}/${textOf(metadata.name)}`;
  const types = spec.policy_types as readonly string[] | undefined;
  if (types === undefined) throw new Error(`${address}: a policy without policy_types isn't read here`);
  const rules = (direction: Direction, end: 'from' | 'to') =>
    blocksOf(spec[direction]).map((rule) => ({ peers: blocksOf(rule[end]), ports: portsOf(name, rule) }));
  return {
    name,
    namespace,
    selector: blocksOf(spec.pod_selector)[0] ?? {},
    rules: {
      ...(types.includes('Ingress') && { ingress: rules('ingress', 'from') }),
      ...(types.includes('Egress') && { egress: rules('egress', 'to') }),
    },
  };
}

function portsOf(policy: string, rule: Block): PolicyRule['ports'] {
  const named = blocksOf(rule.ports);
  if (named.length === 0) return ['tcp', 'udp'].map((protocol) => ({ protocol, ports: allPorts }));
  return named.map(({ port, end_port: end, protocol = 'TCP' }) => {
    const from = Number(port);
    if (!Number.isInteger(from))
      throw new Error(`${policy}: the port ${String(port)} has a name, which isn't read here`);
    return { protocol: textOf(protocol).toLowerCase(), ports: { from, to: end === undefined ? from : Number(end) } };
  });
}

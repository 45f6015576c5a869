/** Rules of security groups. Source: "Security group rules" of the VPC User Guide. */
import type { Ipv4Block } from '../../constructs/network/ipv4-block';
import { blocksOf, textOf, type Block } from '../synthesis/blocks';
import type { ResolvedResource } from '../synthesis/resources';
import type { Direction } from './network-acls';
import { allPorts, blockOf, type PacketRule, type PortRange } from './packets';
import { shortName } from './resource-names';

/** A rule, whether Terraform makes it or a controller in the cluster. */
export interface GroupRule {
  readonly name: string;
  readonly group: string;
  readonly direction: Direction;
  readonly protocol: 'tcp' | 'udp' | 'all';
  readonly ports: PortRange;
  /** A block in CIDR notation, or the id of a group. */
  readonly peer: { readonly cidr: string } | { readonly group: string };
}

const everywhere = blockOf('0.0.0.0/0', 'everywhere');

export class SecurityGroups {
  readonly #rules: readonly (GroupRule & { readonly block: Ipv4Block })[];
  readonly #asked = new Map<string, readonly PacketRule[]>();
  readonly #names: ReadonlyMap<string, ResolvedResource>;

  /**
   * @param further rules that are made by others than Terraform
   * @throws Error for a rule that can't be read exactly
   */
  constructor(resources: readonly ResolvedResource[], further: readonly GroupRule[]) {
    const groups = resources.filter(({ type, mode }) => type === 'aws_security_group' && mode === 'managed');
    this.#names = new Map(groups.map((group) => [textOf(group.attribute('id')), group]));
    const rules = [...groups.flatMap(inlineRules), ...resources.flatMap(ruleOf), ...further];
    this.#rules = rules.map((rule) => ({
      ...rule,
      block: 'cidr' in rule.peer ? blockOf(rule.peer.cidr, rule.name) : everywhere,
    }));
  }

  /** The id of the one group of that name. @throws Error if there is none */
  idOf(name: string): string {
    for (const [id, { values }] of this.#names) if (values.name === name) return id;
    throw new Error(`there is no security group ${name}`);
  }

  /** Tags of a group of the plan; empty for others. */
  tagsOf(id: string): Readonly<Record<string, unknown>> {
    return (this.#names.get(id)?.values.tags ?? {}) as Readonly<Record<string, unknown>>;
  }

  /**
   * Rules of groups for traffic with one other end, in one direction.
   *
   * @param peers groups of the other end: a rule that names one of them holds for all its addresses
   */
  rulesOf(
    groups: readonly string[],
    direction: Direction,
    protocol: 'tcp' | 'udp',
    peers: readonly string[],
  ): readonly PacketRule[] {
    const key = `${groups.join()} ${direction} ${protocol} ${peers.join()}`;
    const known = this.#asked.get(key);
    if (known) return known;
    const rules = this.#rules
      .filter((rule) => groups.includes(rule.group) && rule.direction === direction)
      .filter((rule) => rule.protocol === 'all' || rule.protocol === protocol)
      .filter(({ peer }) => 'cidr' in peer || peers.includes(peer.group))
      .map(({ name, ports, block }): PacketRule => ({ name, verdict: 'allow', ports, block }));
    this.#asked.set(key, rules);
    return rules;
  }
}

const ruleTypes: Readonly<Partial<Record<string, Direction>>> = {
  aws_vpc_security_group_ingress_rule: 'ingress',
  aws_vpc_security_group_egress_rule: 'egress',
};

function ruleOf(resource: ResolvedResource): readonly GroupRule[] {
  if (resource.type === 'aws_security_group_rule') throw new Error(`${resource.address}: its type isn't read here`);
  const direction = ruleTypes[resource.type];
  if (direction === undefined) return [];
  const { values, address } = resource;
  const { cidr_ipv4: cidr, referenced_security_group_id: group } = values;
  if ((cidr === undefined) === (group === undefined)) {
    throw new Error(`${address}: only rules with cidr_ipv4 or referenced_security_group_id are read here`);
  }
  return [
    {
      name: shortName(resource),
      group: textOf(values.security_group_id),
      direction,
      ...trafficOf(address, values.ip_protocol, values),
      peer: cidr === undefined ? { group: textOf(group) } : { cidr: textOf(cidr) },
    },
  ];
}

/** Rules within the group itself. Terraform removes the way out to everywhere that AWS gives to a new group. */
function inlineRules(resource: ResolvedResource): readonly GroupRule[] {
  const id = textOf(resource.attribute('id'));
  return (['ingress', 'egress'] as const).flatMap((direction) =>
    blocksOf(resource.values[direction]).flatMap((block) =>
      inlinePeers(resource, id, block).map((peer) => ({
        name: `${shortName(resource)} ${direction}`,
        group: id,
        direction,
        ...trafficOf(resource.address, block.protocol, block),
        peer,
      })),
    ),
  );
}

function inlinePeers({ address }: ResolvedResource, id: string, block: Block): readonly GroupRule['peer'][] {
  const list = (name: string) => (block[name] ?? []) as readonly string[];
  if (list('prefix_list_ids').length > 0 || list('ipv6_cidr_blocks').length > 0) {
    throw new Error(`${address}: prefix lists and IPv6 aren't read here`);
  }
  return [
    ...list('cidr_blocks').map((cidr) => ({ cidr })),
    ...[...list('security_groups'), ...(block.self === true ? [id] : [])].map((group) => ({ group })),
  ];
}

function trafficOf(address: string, protocol: unknown, { from_port: from, to_port: to }: Block) {
  if (protocol === '-1') return { protocol: 'all' as const, ports: allPorts };
  if (protocol !== 'tcp' && protocol !== 'udp') {
    throw new Error(`${address}: the protocol ${String(protocol)} isn't read here`);
  }
  return { protocol, ports: { from: Number(from), to: Number(to) } } as const;
}

/** Access lists of subnets. Source: "Network ACL rules" of the VPC User Guide. */
import { textOf } from '../synthesis/blocks';
import type { ResolvedResource } from '../synthesis/resources';
import { allPorts, blockOf, type PacketRule, type PortRange } from './packets';
import { shortName } from './resource-names';

/** TCP, UDP, or the message of routers that a packet is too large (RFC 1191). */
export type Protocol = 'tcp' | 'udp' | 'fragmentation-needed';

export type Direction = 'ingress' | 'egress';

interface ListRule {
  readonly number: number;
  readonly protocols: readonly Protocol[];
  readonly rule: PacketRule;
}

export class NetworkAcls {
  readonly #listBySubnet = new Map<string, string>();
  readonly #rules = new Map<string, ListRule[]>();
  readonly #asked = new Map<string, readonly PacketRule[]>();

  /** @throws Error for a rule that can't be read exactly */
  constructor(resources: readonly ResolvedResource[]) {
    for (const list of resources.filter(({ type }) => type === 'aws_network_acl')) {
      const id = textOf(list.attribute('id'));
      for (const name of ['ingress', 'egress']) {
        if (list.values[name] !== undefined)
          throw new Error(`${list.address}: ${name} within the list isn't read here`);
      }
      for (const subnet of list.values.subnet_ids as readonly string[]) this.#listBySubnet.set(subnet, id);
    }
    for (const resource of resources.filter(({ type }) => type === 'aws_network_acl_rule')) this.#add(resource);
    for (const rules of this.#rules.values()) rules.sort((one, other) => one.number - other.number);
  }

  /** Rules of a subnet in their order; what none of them allows is refused. @throws Error if the subnet has no list */
  rulesOf(subnetId: string, direction: Direction, protocol: Protocol): readonly PacketRule[] {
    const list = this.#listBySubnet.get(subnetId);
    if (list === undefined) throw new Error(`the subnet ${subnetId} has no access list of its own`);
    const key = `${list} ${direction} ${protocol}`;
    const known = this.#asked.get(key);
    if (known) return known;
    const all = this.#rules.get(`${list} ${direction}`) ?? [];
    const rules = all.filter(({ protocols }) => protocols.includes(protocol)).map(({ rule }) => rule);
    this.#asked.set(key, rules);
    return rules;
  }

  #add(resource: ResolvedResource): void {
    const { values, address } = resource;
    const { egress = false, rule_number: number, rule_action: action, network_acl_id: list } = values;
    if (action !== 'allow' && action !== 'deny') throw new Error(`${address}: ${String(action)} is no rule_action`);
    if (values.ipv6_cidr_block !== undefined) throw new Error(`${address}: IPv6 isn't read here`);
    const key = `${textOf(list)} ${egress === true ? 'egress' : 'ingress'}`;
    const { protocols, ports } = trafficOf(resource);
    const rule: PacketRule = {
      name: shortName(resource),
      verdict: action,
      block: blockOf(values.cidr_block, address),
      ports,
    };
    this.#rules.set(key, [...(this.#rules.get(key) ?? []), { number: Number(number), protocols, rule }]);
  }
}

function trafficOf({ values, address }: ResolvedResource): { protocols: readonly Protocol[]; ports: PortRange } {
  const { protocol, from_port: from, to_port: to, icmp_type: type, icmp_code: code } = values;
  switch (String(protocol)) {
    case '-1':
      return { protocols: ['tcp', 'udp', 'fragmentation-needed'], ports: allPorts };
    case 'tcp':
    case 'udp':
      return { protocols: [protocol as Protocol], ports: { from: Number(from), to: Number(to) } };
    case 'icmp':
      if (type !== 3 || code !== 4) throw new Error(`${address}: only ICMP 3/4 is read here`);
      return { protocols: ['fragmentation-needed'], ports: allPorts };
    default:
      throw new Error(`${address}: the protocol ${String(protocol)} isn't read here`);
  }
}

/** What may enter and leave the subnets of a tier, whatever their security groups say. */
import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { NetworkAclRule } from '@cdktf/provider-aws/lib/network-acl-rule';
import { Construct } from 'constructs';
import type { Tier } from './network-zone';

export interface AccessListProps {
  /** First part of every name. */
  readonly environment: string;
  readonly vpcId: string;
  /** Addresses of the network. */
  readonly cidr: string;
  readonly tier: Tier;
  readonly subnetIds: readonly string[];
}

/** One rule that allows something; all else is refused. */
interface Rule {
  /** Name and last part of the child's id; unique in its direction. */
  readonly name: string;
  /** Rules are tried by this number, and it is what AWS knows them by. */
  readonly number: number;
  readonly cidr: 'network' | 'anywhere';
  /** `all` is every protocol. */
  readonly traffic: 'all' | PortRange | 'fragmentation-needed';
}

interface PortRange {
  readonly protocol: 'tcp' | 'udp';
  readonly from: number;
  readonly to: number;
}

const withinNetwork: Rule = { name: 'network', number: 100, cidr: 'network', traffic: 'all' };

/**
 * Access lists keep no connections, so answers from the internet must be let in, to the ports that clients choose; NAT
 * gateways choose from 1024 up. Without "fragmentation needed" (RFC 1191) connections over narrow paths hang.
 */
const answers: readonly Rule[] = [
  { name: 'tcp-answers', number: 300, cidr: 'anywhere', traffic: { protocol: 'tcp', from: 1024, to: 65_535 } },
  { name: 'udp-answers', number: 310, cidr: 'anywhere', traffic: { protocol: 'udp', from: 1024, to: 65_535 } },
  { name: 'path-mtu', number: 400, cidr: 'anywhere', traffic: 'fragmentation-needed' },
];

const web: readonly Rule[] = [
  { name: 'http', number: 200, cidr: 'anywhere', traffic: { protocol: 'tcp', from: 80, to: 80 } },
  { name: 'https', number: 210, cidr: 'anywhere', traffic: { protocol: 'tcp', from: 443, to: 443 } },
];

const toAnywhere: Rule = { name: 'anywhere', number: 100, cidr: 'anywhere', traffic: 'all' };

/** Databases talk with the network alone; the public may call load balancers on the web's ports. */
const rules: Readonly<Record<Tier, { readonly ingress: readonly Rule[]; readonly egress: readonly Rule[] }>> = {
  private: { ingress: [withinNetwork, ...answers], egress: [toAnywhere] },
  public: { ingress: [withinNetwork, ...web, ...answers], egress: [toAnywhere] },
  database: { ingress: [withinNetwork], egress: [withinNetwork] },
};

export class AccessList extends Construct {
  constructor(scope: Construct, id: string, { environment, vpcId, cidr, tier, subnetIds }: AccessListProps) {
    super(scope, id);
    const { id: networkAclId } = new NetworkAcl(this, 'list', {
      vpcId,
      subnetIds: [...subnetIds],
      tags: { Name: `${environment}-${tier}` },
    });
    for (const direction of ['ingress', 'egress'] as const) {
      for (const rule of rules[tier][direction]) {
        new NetworkAclRule(this, `${direction}-${rule.name}`, {
          networkAclId,
          egress: direction === 'egress',
          ruleNumber: rule.number,
          ruleAction: 'allow',
          cidrBlock: rule.cidr === 'network' ? cidr : '0.0.0.0/0',
          ...renderTraffic(rule.traffic),
        });
      }
    }
  }
}

function renderTraffic(traffic: Rule['traffic']) {
  if (traffic === 'all') return { protocol: '-1' };
  // ICMP type 3, code 4.
  if (traffic === 'fragmentation-needed') return { protocol: 'icmp', icmpType: 3, icmpCode: 4 };
  return { protocol: traffic.protocol, fromPort: traffic.from, toPort: traffic.to };
}

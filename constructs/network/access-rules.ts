/** Rules of the access lists of subnets, as data. */
import { admittedEntries, type AdmittedBlock } from './admitted-blocks';
import type { Tier } from './network-zone';

/** One rule that allows something; all else is refused. */
export interface AccessRule {
  /** Name and last part of the child's id; unique in its direction. */
  readonly name: string;
  /** Rules are tried by this number, and it is what AWS knows them by: another number replaces the rule. */
  readonly number: number;
  /** A block in CIDR notation, or all addresses of the network, or all there are. */
  readonly cidr: 'network' | 'anywhere' | { readonly block: string };
  /** `all` is every protocol. */
  readonly traffic: 'all' | PortRange | 'fragmentation-needed';
}

export interface PortRange {
  readonly protocol: 'tcp' | 'udp';
  readonly from: number;
  readonly to: number;
}

/** Rules of both directions. Access lists keep no connections: answers need rules of their own. */
export interface AccessRules {
  readonly ingress: readonly AccessRule[];
  readonly egress: readonly AccessRule[];
}

const withinNetwork: AccessRule = { name: 'network', number: 100, cidr: 'network', traffic: 'all' };

/**
 * Access lists keep no connections, so answers from the internet must be let in, to the ports that clients choose; NAT
 * gateways choose from 1024 up. Without "fragmentation needed" (RFC 1191) connections over narrow paths hang.
 */
const answers: readonly AccessRule[] = [
  { name: 'tcp-answers', number: 300, cidr: 'anywhere', traffic: { protocol: 'tcp', from: 1024, to: 65_535 } },
  { name: 'path-mtu', number: 400, cidr: 'anywhere', traffic: 'fragmentation-needed' },
];

const https: AccessRule = {
  name: 'https',
  number: 210,
  cidr: 'anywhere',
  traffic: { protocol: 'tcp', from: 443, to: 443 },
};

/** Answers to callers that were admitted leave by it, too. */
const toAnywhere: AccessRule = { name: 'anywhere', number: 100, cidr: 'anywhere', traffic: 'all' };

/**
 * Rules that every network has. Databases talk with the network alone; the public may call load balancers on
 * port 443. Nothing here asks beyond the network by UDP. DNS, time and instance metadata need no rule: access lists don't filter what goes to the network's own resolver,
 * Amazon Time Sync and the metadata service. Source: "Control subnet traffic with network access control lists" of the
 * VPC User Guide.
 */
export const fixedRules: Readonly<Record<Tier, AccessRules>> = {
  private: { ingress: [withinNetwork, ...answers], egress: [toAnywhere] },
  public: { ingress: [withinNetwork, https, ...answers], egress: [toAnywhere] },
  database: { ingress: [withinNetwork], egress: [withinNetwork] },
};

/**
 * All rules of a tier.
 *
 * @param cidr addresses of the network
 * @param admitted blocks outside the network that may call private subnets
 */
export function accessRules(tier: Tier, cidr: string, admitted: readonly AdmittedBlock[]): AccessRules {
  const { ingress, egress } = fixedRules[tier];
  if (tier !== 'private') return { ingress, egress };
  return { ingress: [...ingress, ...admittedEntries(cidr, admitted).map(admittedRule)], egress };
}

function admittedRule({ cidr, port, number }: ReturnType<typeof admittedEntries>[number]): AccessRule {
  return {
    name: `${cidr.replace(/[./]/g, '-')}-to-${port}`,
    number,
    cidr: { block: cidr },
    traffic: { protocol: 'tcp', from: port, to: port },
  };
}

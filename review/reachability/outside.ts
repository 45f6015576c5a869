/** Addresses outside the network, and those that settings admit. */
import { contains, overlap, type Ipv4Block } from '../../constructs/network/ipv4-block';
import { blocksOf, textOf } from '../synthesis/blocks';
import type { ResolvedResource } from '../synthesis/resources';
import type { PlannedBalancer } from './load-balancer';
import { blockOf, without } from './packets';

const block = (cidr: string) => blockOf(cidr, cidr);

/** The block that a setting names. */
export const clientBlock = block;

/** Blocks for networks of one's own. Source: RFC 1918, RFC 6598. */
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'].map(block);

/** No address on the internet is in them, either. Source: RFC 3927, RFC 1122, RFC 5771. */
const neverRouted = ['169.254.0.0/16', '127.0.0.0/8', '0.0.0.0/8', '224.0.0.0/3'].map(block);

/** A block that a setting admits. */
export interface ClientBlock {
  readonly cidr: string;
  readonly block: Ipv4Block;
  readonly isPublic: boolean;
}

/** Blocks that may call the gateway or the API, each once. */
export function clientBlocks(
  resources: readonly ResolvedResource[],
  { sourceRanges }: PlannedBalancer,
  cluster: ResolvedResource,
): readonly ClientBlock[] {
  const [vpc = {}] = blocksOf(cluster.values.vpc_config);
  const groups = vpc.security_group_ids as readonly string[];
  const toApi = resources
    .filter(
      ({ type, values }) =>
        type === 'aws_vpc_security_group_ingress_rule' && groups.includes(String(values.security_group_id)),
    )
    .flatMap(({ values }) => (values.cidr_ipv4 === undefined ? [] : [textOf(values.cidr_ipv4)]));
  const toPublicApi = (vpc.public_access_cidrs ?? []) as readonly string[];
  return [...new Set([...sourceRanges, ...toApi, ...toPublicApi])].map((cidr) => ({
    cidr,
    block: block(cidr),
    isPublic: !privateBlocks.some((outer) => contains(outer, block(cidr))),
  }));
}

/** The internet but for clients that are admitted. */
export function internetBlocks(clients: readonly ClientBlock[]): readonly Ipv4Block[] {
  const admitted = clients
    .filter(({ isPublic, cidr }) => isPublic && cidr !== '0.0.0.0/0')
    .map((client) => client.block);
  return without(block('0.0.0.0/0'), [...privateBlocks, ...neverRouted, ...admitted]);
}

/** A private block that is none of these: a network that somebody connects, and that no setting admits. */
export function connectedBlock(taken: readonly Ipv4Block[]): Ipv4Block {
  const free = privateBlocks
    .flatMap((outer) => without(outer, taken))
    .find((candidate) => candidate.prefix <= 24 && !taken.some((other) => overlap(other, candidate)));
  if (!free) throw new Error('every private address is admitted by a setting');
  return free;
}

/** Blocks of addresses outside the network that may call private subnets, as entries of their access list. */
import { createHash } from 'node:crypto';
import { contains, parseIpv4Block, sizeOf, type Ipv4Block } from './ipv4-block';

/** A block that a setting lets call private subnets: over a VPN, a peering, a transit gateway. */
export interface AdmittedBlock {
  /** In CIDR notation. */
  readonly cidr: string;
  /** TCP port that it may call. */
  readonly port: number;
  /** Path of the setting that names it. */
  readonly setting: string;
}

/** An entry of the access list. */
export interface AdmittedEntry extends AdmittedBlock {
  readonly number: number;
}

/** Numbers of entries: above those of fixed rules, up to the largest that AWS takes. */
export const entryNumbers = { first: 1_000, last: 32_766 } as const;

/**
 * Number of the entry of a block and a port.
 *
 * The number is the entry's identity, so it follows from the block and the port alone: another block that comes or goes
 * moves no entry. Numbers by order would shift all that follow, and those that are taken while another entry still has
 * them are refused by AWS. There are more blocks than numbers; two blocks of one environment that get the same number are
 * refused (`admittedBlockViolations`): with 16 blocks that happens to one environment in 260.
 */
export function entryNumber({ cidr, port }: Pick<AdmittedBlock, 'cidr' | 'port'>): number {
  const count = entryNumbers.last - entryNumbers.first + 1;
  return entryNumbers.first + (createHash('sha256').update(`${cidr}:${port}`).digest().readUInt32BE() % count);
}

interface ParsedBlock {
  readonly admitted: AdmittedBlock;
  readonly block: Ipv4Block;
}

/**
 * Entries that admit all of the blocks: each once, without those that the network or a larger one holds. What is no block
 * is left out; the settings' own rules report it.
 *
 * @param networkCidr addresses of the network, all of which are admitted already
 */
export function admittedEntries(networkCidr: string, blocks: readonly AdmittedBlock[]): readonly AdmittedEntry[] {
  const network = parseIpv4Block(networkCidr);
  const outside = blocks
    .flatMap((admitted): ParsedBlock[] => {
      const block = parseIpv4Block(admitted.cidr);
      return block && !(network && contains(network, block)) ? [{ admitted, block }] : [];
    })
    // The largest first: of equal ones, which hold each other, the first named stays.
    .sort((a, b) => sizeOf(b.block) - sizeOf(a.block));
  return outside
    .filter(
      (one, index) =>
        !outside
          .slice(0, index)
          .some((other) => other.admitted.port === one.admitted.port && contains(other.block, one.block)),
    )
    .map(({ admitted }) => ({ ...admitted, number: entryNumber(admitted) }));
}

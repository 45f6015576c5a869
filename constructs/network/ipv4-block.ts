/** Blocks of IPv4 addresses in CIDR notation. */

export interface Ipv4Block {
  /** First address as a number of 32 bits. */
  readonly first: number;
  /** Bits that all its addresses have in common, 0 to 32. */
  readonly prefix: number;
}

/** Number of addresses of a block. */
export const sizeOf = ({ prefix }: Ipv4Block) => 2 ** (32 - prefix);

/** Reads `10.0.0.0/16`; undefined unless it is written exactly so, with no bits set beyond the prefix. */
export function parseIpv4Block(text: string): Ipv4Block | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})\/(\d{1,2})$/.exec(text);
  if (!match) return undefined;
  const [prefix = 33, ...octets] = [match[5], ...match.slice(1, 5)].map(Number);
  if (prefix > 32 || octets.some((octet) => octet > 255)) return undefined;
  const block = { first: octets.reduce((address, octet) => address * 256 + octet, 0), prefix };
  return block.first % sizeOf(block) === 0 && formatIpv4Block(block) === text ? block : undefined;
}

export function formatIpv4Block({ first, prefix }: Ipv4Block): string {
  const octets = [24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256);
  return `${octets.join('.')}/${prefix}`;
}

/** Part number `index`, from 0, of a block that is divided into 2^`bits` parts. */
export function partOf(block: Ipv4Block, bits: number, index: number): Ipv4Block {
  if (index >= 2 ** bits) throw new RangeError(`a block in ${2 ** bits} parts has no part ${index}`);
  const prefix = block.prefix + bits;
  return { first: block.first + index * sizeOf({ first: 0, prefix }), prefix };
}

/** Whether every address of `inner` is one of `outer`. */
export function contains(outer: Ipv4Block, inner: Ipv4Block): boolean {
  return inner.first >= outer.first && inner.first + sizeOf(inner) <= outer.first + sizeOf(outer);
}

/** Whether two blocks have an address in common: one then contains the other. */
export function overlap(a: Ipv4Block, b: Ipv4Block): boolean {
  return contains(a, b) || contains(b, a);
}

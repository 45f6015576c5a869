/**
 * Which addresses the subnets of a zone have. They follow from the zone's own name, so that a zone which comes or goes
 * moves no other.
 *
 * The network's block is divided into eighths. The first six are the private subnets, one a zone; the seventh holds the
 * public ones and the eighth the database ones, again one eighth each. For a /16 that is:
 *
 * | zone | private        | public         | database       |
 * | ---- | -------------- | -------------- | -------------- |
 * | a    | 10.0.0.0/19    | 10.0.192.0/22  | 10.0.224.0/22  |
 * | b    | 10.0.32.0/19   | 10.0.196.0/22  | 10.0.228.0/22  |
 * | …    |                |                |                |
 * | f    | 10.0.160.0/19  | 10.0.212.0/22  | 10.0.244.0/22  |
 *
 * Every pod has an address of a private subnet, hence their size: 8,187 addresses in a /19, less five that AWS keeps.
 */
import { formatIpv4Block, parseIpv4Block, partOf } from './ipv4-block';

/** The slot of each zone by the letter its name ends in. A contract: another slot replaces the zone's subnets. */
const slots = new Map([
  ['a', 0],
  ['b', 1],
  ['c', 2],
  ['d', 3],
  ['e', 4],
  ['f', 5],
]);

/** Prefix of the network's block: AWS takes no more than a /16, and from a /19 on zones are too small for pods. */
export const networkPrefixes = { minimum: 16, maximum: 18 } as const;

const publicEighth = 6;
const databaseEighth = 7;

/** Blocks of a zone's subnets in CIDR notation. */
export interface ZoneBlocks {
  readonly private: string;
  readonly public: string;
  readonly database: string;
}

/** The slot of a zone of a region; undefined for a zone of another region, or a local or wavelength zone. */
export function slotOf(zone: string, region: string): number | undefined {
  return zone.startsWith(region) ? slots.get(zone.slice(region.length)) : undefined;
}

/** Names of all zones a region may have. */
export function zonesOf(region: string): string[] {
  return [...slots.keys()].map((letter) => region + letter);
}

/**
 * Blocks of the subnets of a zone.
 *
 * @param cidr the network's block
 * @throws RangeError if that is no block, or the region has no such zone
 */
export function zoneBlocks(cidr: string, zone: string, region: string): ZoneBlocks {
  const network = parseIpv4Block(cidr);
  const slot = slotOf(zone, region);
  if (!network || slot === undefined) throw new RangeError(`no addresses for the zone ${zone} of ${region} in ${cidr}`);
  return {
    private: formatIpv4Block(partOf(network, 3, slot)),
    public: formatIpv4Block(partOf(partOf(network, 3, publicEighth), 3, slot)),
    database: formatIpv4Block(partOf(partOf(network, 3, databaseEighth), 3, slot)),
  };
}

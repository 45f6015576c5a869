import { networkPrefixes, slotOf, zoneBlocks, zonesOf } from '../../../constructs/network/address-plan';
import { contains, overlap, parseIpv4Block, type Ipv4Block } from '../../../constructs/network/ipv4-block';

const region = 'eu-central-1';

function block(text: string): Ipv4Block {
  const parsed = parseIpv4Block(text);
  if (!parsed) throw new Error(`${text} is no block`);
  return parsed;
}

/** What is deployed has these addresses: a change of this table replaces subnets. */
test.each([
  ['a', '10.20.0.0/19', '10.20.192.0/22', '10.20.224.0/22'],
  ['b', '10.20.32.0/19', '10.20.196.0/22', '10.20.228.0/22'],
  ['c', '10.20.64.0/19', '10.20.200.0/22', '10.20.232.0/22'],
  ['d', '10.20.96.0/19', '10.20.204.0/22', '10.20.236.0/22'],
  ['e', '10.20.128.0/19', '10.20.208.0/22', '10.20.240.0/22'],
  ['f', '10.20.160.0/19', '10.20.212.0/22', '10.20.244.0/22'],
])('zone %s of a /16', (letter, privateBlock, publicBlock, database) => {
  expect(zoneBlocks('10.20.0.0/16', region + letter, region)).toEqual({
    private: privateBlock,
    public: publicBlock,
    database,
  });
});

test.each([networkPrefixes.minimum, networkPrefixes.maximum])('all blocks of a /%i are in it, and apart', (prefix) => {
  const network = `10.20.0.0/${prefix}`;
  const blocks = zonesOf(region).flatMap((zone) => {
    const { private: privateBlock, public: publicBlock, database } = zoneBlocks(network, zone, region);
    return [privateBlock, publicBlock, database].map(block);
  });
  expect(blocks).toHaveLength(18);
  for (const [index, one] of blocks.entries()) {
    expect(contains(block(network), one)).toBe(true);
    expect(blocks.slice(index + 1).filter((other) => overlap(one, other))).toEqual([]);
  }
});

test.each(['eu-west-1a', 'eu-central-1g', 'eu-central-1', 'eu-central-1-ham-1a', 'eu-central-1A', ''])(
  '%j is no zone of the region',
  (zone) => {
    expect(slotOf(zone, region)).toBeUndefined();
    expect(() => zoneBlocks('10.20.0.0/16', zone, region)).toThrow(`no addresses for the zone ${zone}`);
  },
);

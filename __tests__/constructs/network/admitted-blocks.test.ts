import { admittedBlockViolations, maximumAdmittedEntries } from '../../../constructs/network/access-list-limits';
import { fixedRules } from '../../../constructs/network/access-rules';
import {
  admittedEntries,
  entryNumber,
  entryNumbers,
  type AdmittedBlock,
} from '../../../constructs/network/admitted-blocks';

const network = '10.20.0.0/16';

const block = (cidr: string, port = 443, setting = 'kubernetes.endpoint.privateCidrs'): AdmittedBlock => ({
  cidr,
  port,
  setting,
});

const merged = (...blocks: readonly AdmittedBlock[]) =>
  admittedEntries(network, blocks).map(({ cidr, port }) => `${cidr} ${port}`);

test.each([
  ['none', [], []],
  ['blocks that have nothing in common', ['10.99.0.0/24', '10.98.0.0/24'], ['10.99.0.0/24 443', '10.98.0.0/24 443']],
  ['the same one twice', ['10.99.0.0/24', '10.99.0.0/24'], ['10.99.0.0/24 443']],
  ['one within another', ['10.99.1.0/24', '10.99.0.0/16'], ['10.99.0.0/16 443']],
  ['the network itself', ['10.20.0.0/16'], []],
  ['a part of the network', ['10.20.4.0/24'], []],
  ['one that the network is a part of', ['10.0.0.0/8'], ['10.0.0.0/8 443']],
  ['what is no block', ['10.99.0.1/24', 'vpn'], []],
])('%s', (_, cidrs, expected) => {
  expect(merged(...cidrs.map((cidr) => block(cidr)))).toEqual(expected);
});

test('a block within another is for its own port', () => {
  expect(merged(block('10.99.0.0/16'), block('10.99.1.0/24', 8443))).toEqual(['10.99.0.0/16 443', '10.99.1.0/24 8443']);
});

/** Some blocks as settings have them. */
const blocks = Array.from({ length: 12 }, (_, index) => block(`10.${100 + index}.0.0/16`));

const numbersOf = (some: readonly AdmittedBlock[]) =>
  Object.fromEntries(admittedEntries(network, some).map(({ cidr, number }) => [cidr, number]));

test('a block that comes, goes or moves in the list leaves the numbers of the others', () => {
  const all = numbersOf(blocks);
  for (const { cidr } of blocks) {
    const others = numbersOf(blocks.filter((other) => other.cidr !== cidr));
    expect({ ...others, [cidr]: all[cidr] }).toEqual(all);
  }
  expect(numbersOf([...blocks].reverse())).toEqual(all);
});

test('numbers are contracts: another one replaces the rule', () => {
  expect(entryNumber({ cidr: '10.99.0.0/24', port: 443 })).toBe(11_819);
});

test('numbers are those that AWS takes, apart from those of fixed rules', () => {
  const numbers = Array.from({ length: 2_000 }, (_, index) =>
    entryNumber({ cidr: `10.${index % 250}.${Math.floor(index / 250)}.0/24`, port: 443 }),
  );
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(entryNumbers.first);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(32_766);
  const fixed = Object.values(fixedRules).flatMap(({ ingress, egress }) => [...ingress, ...egress]);
  expect(Math.max(...fixed.map(({ number }) => number))).toBeLessThan(entryNumbers.first);
});

const apart = (count: number) => Array.from({ length: count }, (_, index) => block(`10.${100 + index}.0.0/16`));

test('an access list takes as many entries as AWS grants', () => {
  expect(maximumAdmittedEntries).toBe(16);
  expect(admittedBlockViolations(network, apart(16))).toEqual([]);
  const inNetwork = [block('10.20.1.0/24'), block('10.100.4.0/24')];
  expect(admittedBlockViolations(network, [...apart(16), ...inNetwork])).toEqual([]);
  const more = [...apart(16), block('10.200.0.0/16', 443, 'clusterServices.gateway.loadBalancer.clientCidrs')];
  expect(admittedBlockViolations(network, more)).toEqual([
    {
      setting: 'clusterServices.gateway.loadBalancer.clientCidrs and kubernetes.endpoint.privateCidrs',
      value: '17 blocks outside the network',
      expected:
        'at most 16 together: an access list takes 20 rules in one direction (AWS quota "Rules per network ACL")',
      remedy: 'Name larger blocks that hold several of them',
    },
  ]);
});

/** Two blocks that get the same number. */
function pair(): readonly [AdmittedBlock, AdmittedBlock] {
  const seen = new Map<number, AdmittedBlock>();
  for (let index = 0; index < 65_536; index += 1) {
    const one = block(`10.${Math.floor(index / 256)}.${index % 256}.0/24`);
    const other = seen.get(entryNumber(one));
    if (other) return [other, one];
    seen.set(entryNumber(one), one);
  }
  throw new Error('no two blocks have the same number');
}

test('two blocks that get the same number are refused, with a way out', () => {
  const [one, other] = pair();
  expect(admittedBlockViolations('192.168.0.0/16', [one, other])).toEqual([
    {
      setting: 'kubernetes.endpoint.privateCidrs',
      value: other.cidr,
      expected: `a block whose entry in the access list has another number (${entryNumber(one)}) than that of ${one.cidr}`,
      remedy: 'Name its two halves, or the block of twice its size that holds it',
    },
  ]);
  const halves = ['0/25', '128/25'].map((half) => block(other.cidr.replace('0/24', half)));
  expect(admittedBlockViolations('192.168.0.0/16', [one, ...halves])).toEqual([]);
});

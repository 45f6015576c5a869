import { contains, formatIpv4Block, overlap, parseIpv4Block, partOf } from '../../../constructs/network/ipv4-block';

function block(text: string) {
  const parsed = parseIpv4Block(text);
  if (!parsed) throw new Error(`${text} is none`);
  return parsed;
}

test.each(['0.0.0.0/0', '10.0.0.0/8', '192.168.128.0/17', '255.255.255.255/32'])('%s is a block', (text) => {
  expect(formatIpv4Block(block(text))).toBe(text);
});

test.each([
  '10.0.0.0',
  '10.0.0/16',
  '10.0.0.1/16',
  '10.0.0.0/33',
  '10.0.256.0/24',
  '010.0.0.0/8',
  '10.0.0.0/08',
  'x',
  '',
])('%j is none', (text) => {
  expect(parseIpv4Block(text)).toBeUndefined();
});

test.each([
  ['10.0.0.0/16', 3, 0, '10.0.0.0/19'],
  ['10.0.0.0/16', 3, 7, '10.0.224.0/19'],
  ['192.168.0.0/16', 6, 63, '192.168.252.0/22'],
])('%s in 2^%i parts: number %i is %s', (whole, bits, index, part) => {
  expect(formatIpv4Block(partOf(block(whole), bits, index))).toBe(part);
});

test('there is no part after the last', () => {
  expect(() => partOf(block('10.0.0.0/16'), 3, 8)).toThrow('a block in 8 parts has no part 8');
});

test.each([
  ['10.0.0.0/8', '10.255.0.0/16', true],
  ['10.0.0.0/16', '10.0.0.0/16', true],
  ['10.255.0.0/16', '10.0.0.0/8', false],
  ['10.0.0.0/8', '11.0.0.0/16', false],
  ['172.16.0.0/12', '172.32.0.0/16', false],
])('%s contains %s: %s', (outer, inner, expected) => {
  expect(contains(block(outer), block(inner))).toBe(expected);
});

test.each([
  ['10.255.0.0/16', '10.0.0.0/8', true],
  ['10.0.0.0/8', '10.255.0.0/16', true],
  ['10.0.0.0/17', '10.0.128.0/17', false],
])('%s and %s overlap: %s', (a, b, expected) => {
  expect(overlap(block(a), block(b))).toBe(expected);
});

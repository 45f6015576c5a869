import { Findings, formatNumber } from '../../../apps/exercise/findings';
import { percentile } from '../../../apps/exercise/percentile';

test('what holds is told, but not what goes without saying', () => {
  const { finding } = new Findings()
    .equal('status', 200, 200)
    .atMost('loads', 1, 1)
    .atLeast('processes', 2, 3)
    .require(true, 'a header', 'none')
    .note('12 ms');
  expect(finding).toEqual({
    passed: true,
    expected: 'status 200; loads ≤ 1; processes ≥ 2',
    seen: 'status 200; loads 1; processes 3; 12 ms',
  });
});

test('of what does not hold all is told, and nothing else', () => {
  const { finding } = new Findings()
    .equal('status', 200, 200)
    .equal('answers', 1_000, 999)
    .equal('version', 2, undefined)
    .atMost('loads', 1, 2)
    .atLeast('processes', 2, 1)
    .holds(false, 'in order', 'out of order')
    .require(false, 'a header', 'no header')
    .note('12 ms');
  expect(finding).toEqual({
    passed: false,
    expected: 'answers 1,000; version 2; loads ≤ 1; processes ≥ 2; in order; a header',
    seen: 'answers 999; version none; loads 2; processes 1; out of order; no header; 12 ms',
  });
});

test('nothing found is no pass', () => {
  expect(new Findings().finding.passed).toBe(false);
});

test.each([
  [0, '0'],
  [1234567, '1,234,567'],
  [0.25, '0.3'],
])('%d is written as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [[], 0.5, undefined],
  [[7], 0.95, 7],
  [[4, 1, 3, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.51, 3],
  [[4, 1, 3, 2], 1, 4],
  [Array.from({ length: 100 }, (_, index) => 100 - index), 0.95, 95],
])('of %j the share %d is up to %s', (values, share, expected) => {
  expect(percentile(values, share)).toBe(expected);
});

import type { Row } from '../../../apps/exercise/runner';
import { renderSummary, renderTable, wrap } from '../../../apps/exercise/table';

const rows: readonly Row[] = [
  {
    id: 'cache-miss-hit',
    capability: 'cache',
    proves: 'the first read loads, the other process hits',
    expected: 'first miss; second hit',
    seen: 'first miss; second hit',
    milliseconds: 12,
    result: 'passed',
  },
  {
    id: 'stampede-cold',
    capability: 'cache',
    proves: 'a stampede loads once',
    expected: 'loads ≤ 1',
    seen: 'loads 2; first failure: expected an answer to GET /resources/exercise-0a1b2c3d-stampede-of-many',
    milliseconds: 1_234,
    result: 'failed',
  },
  {
    id: 'leader-one',
    capability: 'leader',
    proves: 'one leader',
    expected: '',
    seen: 'one instance seen (api-1)',
    milliseconds: 0,
    result: 'skipped',
  },
];

test('a table of 100 columns', () => {
  expect(renderTable(rows, { width: 100, color: false })).toBe(
    `
PROVEN                        EXPECTED               SEEN                                MS  RESULT
────────────────────────────────────────────────────────────────────────────────────────────────────
cache
  the first read loads, the   first miss; second     first miss; second hit              12  passed
  other process hits          hit
  a stampede loads once       loads ≤ 1              loads 2; first failure:          1,234  failed
                                                     expected an answer to GET
                                                     /resources/exercise-0a1b2c3d-
                                                     stampede-of-many
leader
  one leader                                         one instance seen (api-1)            0  skipped
────────────────────────────────────────────────────────────────────────────────────────────────────
`.trim(),
  );
});

test.each([60, 80, 100, 140])('no line of a table of %d columns is longer', (width) => {
  for (const line of renderTable(rows, { width, color: false }).split('\n')) {
    expect(line.length).toBeLessThanOrEqual(width);
  }
});

test('colour changes nothing but the colour', () => {
  const coloured = renderTable(rows, { width: 100, color: true });
  expect(coloured).toContain('\u001b[31mfailed\u001b[0m');
  // eslint-disable-next-line no-control-regex -- the control characters are what is looked for
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderTable(rows, { width: 100, color: false }));
});

test('a summary', () => {
  expect(renderSummary(rows, 9_840, false)).toBe('1 passed, 1 failed, 1 skipped in 9.8 s');
});

test.each([
  ['', 5, ['']],
  ['one two three', 7, ['one two', 'three']],
  ['abcdefghij klm', 4, ['abcd', 'efgh', 'ij', 'klm']],
])('%j in %d columns', (text, width, lines) => {
  expect(wrap(text, width)).toEqual(lines);
});

import { decodeEntry, encodeEntry, isTombstone, jitteredTtl, refreshesEarly } from '../../../apps/redis/cache-entry';

describe('encoding', () => {
  test.each([
    ['a value', 'v42', { expiresAt: 1_790_000_000_000, loadMilliseconds: 12, payload: '{"a": "b c"}' }],
    ['an empty value', 'v1', { expiresAt: 1, loadMilliseconds: 0, payload: '' }],
    ['a value that looks like a header', 'v7', { expiresAt: 5, loadMilliseconds: 6, payload: '1 2 3 v9' }],
    ['a value beyond ASCII', 'v9007199254740991', { expiresAt: 5, loadMilliseconds: 6, payload: 'Zürich 🚲' }],
  ])('%s is read as it was written', (_name, start, entry) => {
    expect(decodeEntry(start + encodeEntry(entry))).toEqual({ ...entry, version: Number(start.slice(1)) });
  });

  test('an absence has no payload', () => {
    const text = `n3${encodeEntry({ expiresAt: 8, loadMilliseconds: 2, payload: undefined })}`;
    expect(decodeEntry(text)).toEqual({ version: 3, expiresAt: 8, loadMilliseconds: 2, payload: undefined });
  });

  test('a load time is rounded up, so that no real load counts as none', () => {
    expect(encodeEntry({ expiresAt: 8, loadMilliseconds: 0.2, payload: '' })).toBe(' 8 1 ');
  });

  test('a tombstone is no value', () => {
    expect(isTombstone('t12')).toBe(true);
    expect(isTombstone('v12 1 1 t')).toBe(false);
  });

  test.each([
    '',
    'v',
    'v1',
    'v1 2',
    'v1 2 3',
    'x1 2 3 ',
    'v 2 3 ',
    'v1  3 ',
    'v1 2  ',
    'v-1 2 3 ',
    'v1.5 2 3 ',
    'vx 2 3 ',
  ])('%j is refused', (text) => {
    expect(() => decodeEntry(text)).toThrow('not a cache entry');
  });
});

describe('jitter', () => {
  test.each([
    [0, 60_000],
    [0.5, 57_000],
    [1, 54_000],
  ])('a draw of %d makes 60 s with a tenth of jitter %d ms', (draw, expected) => {
    expect(jitteredTtl(60_000, 0.1, () => draw)).toBe(expected);
  });

  test('a TTL is never zero, which Redis would refuse', () => {
    expect(jitteredTtl(1, 1, () => 0.9)).toBe(1);
  });
});

describe('XFetch', () => {
  // With δ = 100 ms and a draw of 1 - 1/e the threshold is δ·β·1.
  const draw = () => 1 - Math.exp(-1);

  test.each([
    [99, 1, true],
    [101, 1, false],
    [199, 2, true],
    [201, 2, false],
    [49, 0.5, true],
    [51, 0.5, false],
  ])('%d ms before the end and with β %d it is %s', (remaining, beta, expected) => {
    expect(refreshesEarly(remaining, 100, beta, draw)).toBe(expected);
  });

  test('never with β 0 or a load that takes no time, until it has expired', () => {
    expect(refreshesEarly(1, 100, 0, () => 0.999)).toBe(false);
    expect(refreshesEarly(1, 0, 1, () => 0.999)).toBe(false);
    expect(refreshesEarly(0, 100, 1, () => 0)).toBe(true);
  });

  test('far from the end no draw is needed, and none could decide otherwise', () => {
    const largest = 1 - 2 ** -53;
    expect(
      refreshesEarly(3_700, 100, 1, () => {
        throw new Error('drawn');
      }),
    ).toBe(false);
    expect(refreshesEarly(3_670, 100, 1, () => largest)).toBe(true);
  });

  test('the share of refreshes is e^(-remaining/δβ)', () => {
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    let refreshes = 0;
    for (let read = 0; read < 20_000; read++) refreshes += refreshesEarly(200, 100, 1, random) ? 1 : 0;
    expect(refreshes / 20_000).toBeCloseTo(Math.exp(-2), 2);
  });
});

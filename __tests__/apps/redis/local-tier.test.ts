import { LocalTier } from '../../../apps/redis/local-tier';

const never = Number.MAX_SAFE_INTEGER;

test('an item is kept for the tier’s time, not a millisecond longer', () => {
  const tier = new LocalTier<string>({ maxEntries: 10, ttlMilliseconds: 1_000 });
  tier.set('a', 'item', 1, never, 5_000);
  expect(tier.get('a', 5_999)).toBe('item');
  expect(tier.get('a', 6_000)).toBeUndefined();
  expect(tier.size).toBe(0);
});

test('an item that expires sooner leaves sooner', () => {
  const tier = new LocalTier<string>({ maxEntries: 10, ttlMilliseconds: 1_000 });
  tier.set('a', 'item', 1, 5_100, 5_000);
  expect(tier.get('a', 5_099)).toBe('item');
  expect(tier.get('a', 5_100)).toBeUndefined();
});

test('the least recently used item makes room', () => {
  const tier = new LocalTier<string>({ maxEntries: 2, ttlMilliseconds: 1_000 });
  tier.set('a', 'first', 1, never, 0);
  tier.set('b', 'second', 1, never, 0);
  expect(tier.get('a', 1)).toBe('first');
  tier.set('c', 'third', 1, never, 2);
  expect([tier.get('a', 3), tier.get('b', 3), tier.get('c', 3)]).toEqual(['first', undefined, 'third']);
  expect(tier.size).toBe(2);
});

test('setting an item again makes it the most recently used one', () => {
  const tier = new LocalTier<string>({ maxEntries: 2, ttlMilliseconds: 1_000 });
  tier.set('a', 'old', 1, never, 0);
  tier.set('b', 'second', 1, never, 0);
  tier.set('a', 'new', 2, never, 0);
  tier.set('c', 'third', 1, never, 0);
  expect([tier.get('a', 1), tier.get('b', 1)]).toEqual(['new', undefined]);
});

test('only older items are dropped', () => {
  const tier = new LocalTier<string>({ maxEntries: 10, ttlMilliseconds: 1_000 });
  tier.set('a', 'item', 5, never, 0);
  tier.dropOlder('a', 5);
  tier.dropOlder('unknown', 9);
  expect(tier.get('a', 1)).toBe('item');
  tier.dropOlder('a', 6);
  expect(tier.get('a', 1)).toBeUndefined();
});

test('clearing leaves nothing', () => {
  const tier = new LocalTier<string>({ maxEntries: 10, ttlMilliseconds: 1_000 });
  tier.set('a', 'item', 1, never, 0);
  tier.clear();
  expect(tier.size).toBe(0);
});

import { hashSlot, keys, orderPartitionCount, orderPartitionTags, spreadTags } from '../../../apps/redis/keys';

// The values of CLUSTER KEYSLOT of a real server.
test.each([
  ['foo', 12182],
  ['somekey', 11058],
  ['foo{hash_tag}', 2515],
  ['bar{hash_tag}', 2515],
  ['{user1000}.following', 3443],
  ['foo{}{bar}', 8363],
  ['123456789', 12739],
])('hash slot of %s is %i', (key, slot) => {
  expect(hashSlot(key)).toBe(slot);
});

test.each([3, 6, 12, 24])('%i tags lie one in each equal slice of the slots', (count) => {
  const slices = spreadTags(count).map((tag) => Math.floor((hashSlot(`{${tag}}`) * count) / 16_384));
  expect(slices).toEqual(Array.from({ length: count }, (_, index) => index));
});

test('three shards get the same number of order partitions each', () => {
  const perShard = [0, 0, 0];
  for (const tag of orderPartitionTags) {
    const shard = Math.floor((hashSlot(keys.stream('orders-stream', tag)) * 3) / 16_384);
    perShard[shard] = (perShard[shard] ?? 0) + 1;
  }
  expect(perShard).toEqual([orderPartitionCount / 3, orderPartitionCount / 3, orderPartitionCount / 3]);
});

test('keys used in one script share a slot', () => {
  const cached = keys.cachedResource('42');
  expect(hashSlot(keys.cacheLease(cached))).toBe(hashSlot(cached));
  expect(hashSlot(keys.delayed('q', 't'))).toBe(hashSlot(keys.stream('q', 't')));
  expect(hashSlot(keys.deadLetters('q', 't'))).toBe(hashSlot(keys.stream('q', 't')));
});

import { evenSlots, redisNodes, shardCount } from '../../../constructs/elasticache/topology';
import type { ElasticacheSettings } from '../../../environments/elasticache-settings';
import { automaticSize, elasticacheSettings, placedSize, secondary } from '../../support/elasticache';

function nodesOf(settings: Partial<ElasticacheSettings>) {
  const nodes = redisNodes('test-redis', { ...elasticacheSettings, ...settings });
  const idsWith = (presence: string) => nodes.filter((node) => node.presence === presence).map(({ id }) => id);
  return { always: idsWith('always'), atTimes: idsWith('at-times') };
}

test('shards and nodes of a fixed size are numbered from one up', () => {
  const size = { kind: 'fixed', shards: 2, replicasPerShard: 1 } as const;
  expect(nodesOf({ size })).toEqual({
    always: ['test-redis-0001-001', 'test-redis-0001-002', 'test-redis-0002-001', 'test-redis-0002-002'],
    atTimes: [],
  });
});

test('shards of a place each have the ids of the settings, and as many nodes as zones', () => {
  expect(nodesOf({ size: placedSize })).toEqual({
    always: [
      'test-redis-0001-001',
      'test-redis-0001-002',
      'test-redis-0001-003',
      'test-redis-0002-001',
      'test-redis-0002-002',
    ],
    atTimes: [],
  });
});

test('with autoscaling the lower bounds are always there, and what is up to the upper bounds at times', () => {
  expect(nodesOf({ size: automaticSize })).toEqual({
    always: ['test-redis-0001-001', 'test-redis-0001-002', 'test-redis-0002-001', 'test-redis-0002-002'],
    atTimes: [
      'test-redis-0001-003',
      'test-redis-0002-003',
      'test-redis-0003-001',
      'test-redis-0003-002',
      'test-redis-0003-003',
      'test-redis-0004-001',
      'test-redis-0004-002',
      'test-redis-0004-003',
    ],
  });
});

test('a secondary of a global datastore has replicas of its own number', () => {
  expect(nodesOf({ globalDatastore: secondary }).always).toHaveLength(3 * 2);
});

test.each<[ElasticacheSettings['size'], number]>([
  [elasticacheSettings.size, 3],
  [placedSize, 2],
  [automaticSize, 2],
])('shards at least', (size, count) => {
  expect(shardCount({ size })).toBe(count);
});

test.each([
  [1, ['0-16383']],
  [2, ['0-8191', '8192-16383']],
  [3, ['0-5461', '5462-10922', '10923-16383']],
])('%d shards share all slots evenly', (shards, slots) => {
  expect(Array.from({ length: shards }, (_, index) => evenSlots(index, shards))).toEqual(slots);
});

test('500 shards leave out no slot', () => {
  const bounds = Array.from({ length: 500 }, (_, index) => evenSlots(index, 500).split('-').map(Number));
  expect(bounds[0]?.[0]).toBe(0);
  expect(bounds.at(-1)?.[1]).toBe(16_383);
  expect(bounds.slice(1).map(([first = 0]) => first - 1)).toEqual(bounds.slice(0, -1).map(([, last]) => last));
});

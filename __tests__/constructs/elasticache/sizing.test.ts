import { nodePrice, serverPrices } from '../../../constructs/elasticache/prices';
import {
  nodeCounts,
  reservedMemoryPercent,
  shardsFor,
  sizingOf,
  usableGibibytesOfNode,
} from '../../../constructs/elasticache/sizing';
import { automaticSize, placedSize, secondary } from '../../support/elasticache';

const none = { kind: 'none' } as const;

test.each([
  ['cache.t4g.micro', 50],
  ['cache.t4g.small', 30],
  ['cache.t4g.medium', 25],
  ['cache.r7g.large', 25],
] as const)('%s reserves %i %%', (nodeType, percent) => {
  expect(reservedMemoryPercent(nodeType)).toBe(percent);
});

test.each([
  ['cache.t4g.micro', 0.25],
  ['cache.t4g.small', 0.959],
  ['cache.r7g.large', 9.8025],
  ['cache.r7g.16xlarge', 314.325],
  // 26.32 GiB × 75 % of memory, and 99.33 GiB of disk.
  ['cache.r6gd.xlarge', 119.07],
] as const)('%s holds %f GiB', (nodeType, gibibytes) => {
  expect(usableGibibytesOfNode(nodeType)).toBeCloseTo(gibibytes, 6);
});

test('three r7g.large: 29.4 GiB, of which 80 % may be planned for', () => {
  const { perNode, usable, plannable } = sizingOf('cache.r7g.large', 3);
  expect(perNode).toBeCloseTo(9.8025, 6);
  expect(usable).toBeCloseTo(29.4075, 6);
  expect(plannable).toBeCloseTo(23.526, 6);
});

test.each([
  [7.842, 1],
  [7.843, 2],
  [23.526, 3],
  [23.527, 4],
  [0.001, 1],
])('%f GiB are for %i shards of r7g.large', (gibibytes, shards) => {
  expect(shardsFor('cache.r7g.large', gibibytes)).toBe(shards);
});

test('counts of each kind of size', () => {
  const counts = (
    size: Parameters<typeof nodeCounts>[0]['size'],
    globalDatastore: typeof none | typeof secondary = none,
  ) => {
    const { shards, replicasPerShard } = nodeCounts({ size, globalDatastore });
    return [shards.minimum, shards.maximum, replicasPerShard.minimum, replicasPerShard.maximum];
  };
  expect(counts({ kind: 'fixed', shards: 3, replicasPerShard: 2 })).toEqual([3, 3, 2, 2]);
  expect(counts(placedSize)).toEqual([2, 2, 1, 2]);
  expect(counts(automaticSize)).toEqual([2, 4, 1, 2]);
  expect(counts({ kind: 'fixed', shards: 3, replicasPerShard: 2 }, secondary)).toEqual([3, 3, 1, 1]);
});

test.each([
  ['cache.r7g.large', 'redis', 'us-east-1', 0.219],
  ['cache.r7g.large', 'valkey', 'us-east-1', 0.1752],
  ['cache.m7g.16xlarge', 'redis', 'us-east-1', 5.028],
] as const)('%s with %s in %s costs %f dollars an hour', (nodeType, engine, region, dollars) => {
  expect(nodePrice(nodeType, engine, region)).toBeCloseTo(dollars, 6);
});

test.each([
  ['cache.r7g.large', 'eu-central-1'],
  ['cache.r6gd.xlarge', 'us-east-1'],
] as const)('the price of %s in %s is unknown, not guessed', (nodeType, region) => {
  expect(nodePrice(nodeType, 'redis', region)).toBeUndefined();
});

test('a server twice as large costs twice as much', () => {
  expect(serverPrices('us-east-1').map(({ instanceType, memoryGibibytes }) => [instanceType, memoryGibibytes])).toEqual(
    [
      ['r7g.large', 16],
      ['r7g.xlarge', 32],
      ['r7g.2xlarge', 64],
      ['r7g.4xlarge', 128],
      ['r7g.8xlarge', 256],
    ],
  );
  const prices = serverPrices('us-east-1').map(({ dollarsAnHour }) => dollarsAnHour.toFixed(4));
  expect(prices).toEqual(['0.1071', '0.2142', '0.4284', '0.8568', '1.7136']);
  expect(serverPrices('eu-central-1')).toEqual([]);
});

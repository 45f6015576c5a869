import { bitnamiClusterSettings, bitnamiSentinelSettings } from '../../environments/bitnami-settings';
import { bitnamiViolations } from '../../environments/bitnami-rules';
import {
  bitnamiClusterTestSettings as settings,
  bitnamiSentinelTestSettings as sentinel,
  bitnamiTestContext as context,
} from '../support/bitnami-settings';

const { images, chart } = settings;

test('settings that are right are taken, and break no rule', () => {
  expect(bitnamiClusterSettings.parse(settings)).toEqual(settings);
  expect(bitnamiViolations(settings, context)).toEqual([]);
  expect(bitnamiSentinelSettings.parse(sentinel)).toEqual(sentinel);
  expect(bitnamiViolations(sentinel, { ...context, datasetMebibytes: 2_000 })).toEqual([]);
});

const legacy = { kind: 'bitnamilegacy', tag: '8.2.1-debian-12-r0', reason: 'to try a chart out' } as const;

test.each([
  ['another version of the chart', { chart: { ...chart, version: '12.0.0' } }, 'platform.chart.version'],
  ['images that get no patches', { images: { ...images, redis: legacy } }, 'platform.images.redis.kind'],
  [
    'Redis before 7.2',
    { images: { ...images, redis: { ...images.redis, tag: '7.0.15' } } },
    'platform.images.redis.tag',
  ],
  ['memory without room for buffers', { memoryMebibytes: 512 }, 'platform.memoryMebibytes'],
  ['more data than memory', { memoryMebibytes: 2_048 }, 'capacity.datasetMebibytes'],
  ['a disk without room for a rewrite', { volumeGibibytes: 14 }, 'platform.volumeGibibytes'],
  ['masters that zones have not as many of', { shards: 4 }, 'platform.shards'],
  ['two members of a shard in one zone', { replicasPerShard: 3 }, 'platform.replicasPerShard'],
  ['no time for a failover', { terminationGracePeriodSeconds: 20 }, 'platform.terminationGracePeriodSeconds'],
])('%s is refused', (_, change, setting) => {
  const violations = bitnamiViolations({ ...settings, ...change }, context);
  expect(violations.map((violation) => violation.setting)).toContain(setting);
});

test.each([
  ['no nodes of their own', { redisNodes: { kind: 'none' } as const }, 'kubernetes.redisNodes.kind'],
  [
    'fewer nodes than pods',
    { redisNodes: { kind: 'dedicated', instanceType: 'r7g.large', perZone: 1, volumeGibibytes: 30 } as const },
    'kubernetes.redisNodes.perZone',
  ],
  ['two zones', { zones: ['eu-central-1a', 'eu-central-1b'] }, 'network.zones'],
])('pods with %s are refused', (_, change, setting) => {
  const violations = bitnamiViolations(settings, { ...context, ...change });
  expect(violations.map((violation) => violation.setting)).toContain(setting);
});

test('frozen images are for development', () => {
  const frozen = { ...settings, images: { ...settings.images, redis: legacy } };
  expect(bitnamiViolations(frozen, { ...context, environment: 'development' })).toEqual([]);
});

test.each([
  [
    'an even number of nodes',
    { nodes: 6, failover: { ...sentinel.failover, quorum: 4 } },
    'platform.nodes',
    'an odd number',
    'Use 5 or 7',
  ],
  [
    'a quorum of less than half',
    { failover: { ...sentinel.failover, quorum: 1 } },
    'platform.failover.quorum',
    'from 2 to 2',
    'Use 2',
  ],
  [
    'a quorum of all',
    { failover: { ...sentinel.failover, quorum: 3 } },
    'platform.failover.quorum',
    'more than half of 3 Sentinels, and not all',
    'Use 2',
  ],
  [
    'a failover that ends before it begins',
    { failover: { ...sentinel.failover, failoverTimeoutMilliseconds: 9_000 } },
    'platform.failover.failoverTimeoutMilliseconds',
    'at least twice downAfterMilliseconds (5000)',
    'Raise it',
  ],
  [
    'no time for a failover',
    { terminationGracePeriodSeconds: 30 },
    'platform.terminationGracePeriodSeconds',
    'at least 52',
    'Raise it',
  ],
])('%s is refused with Sentinels', (_, change, setting, expected, remedy) => {
  expect(bitnamiViolations({ ...sentinel, ...change }, { ...context, datasetMebibytes: 2_000 })).toEqual([
    expect.objectContaining({
      setting,
      expected: expect.stringContaining(expected) as string,
      remedy: expect.stringContaining(remedy) as string,
    }),
  ]);
});

import type { Violation } from '../../constructs/validation/violations';
import {
  elasticacheServerlessViolations,
  elasticacheViolations,
  type ElasticacheContext,
} from '../../environments/elasticache-rules';
import type { ElasticacheServerlessSettings, ElasticacheSettings } from '../../environments/elasticache-settings';
import {
  automaticSize,
  elasticacheSettings,
  objectsSeed,
  placedSize,
  primary,
  secondary,
  variants,
} from '../support/elasticache';

const context: ElasticacheContext = {
  account: { environment: 'test', region: 'eu-central-1' },
  zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1c'],
  datasetMebibytes: 20_480,
  backup: 'none',
};

type Change = Partial<ElasticacheSettings>;
type Placed = (typeof placedSize & { kind: 'placed' })['shards'];

const lines = (violations: readonly Violation[]) =>
  violations.map(({ setting, value, expected }) => `${setting}: ${JSON.stringify(value)}; ${expected}`);

const of = (change: Change, other: Partial<ElasticacheContext> = {}) =>
  lines(elasticacheViolations({ ...elasticacheSettings, ...change }, { ...context, ...other }));

const memory = (
  nodeType: 'cache.t4g.medium' | 'cache.r7g.large' | 'cache.r7g.2xlarge' | 'cache.r7g.4xlarge',
): Change => ({
  nodes: { kind: 'memory', nodeType },
});

const fixed = (shards: number, replicasPerShard = 2): Change => ({ size: { kind: 'fixed', shards, replicasPerShard } });

/** Three shards in a zone each, with one of them changed. */
const placedShards = (change: Partial<Placed[number]> = {}, changed = 1): Change => {
  const zones = context.zones;
  const slots = ['0-5461', '5462-10922', '10923-16383'];
  const shards = slots.map((range, index) => ({
    id: `000${index + 1}`,
    slots: range,
    masterZone: zones[index] ?? '',
    replicaZones: [zones[(index + 1) % 3] ?? ''],
  }));
  return {
    size: {
      kind: 'placed',
      shards: shards.map((shard, index) => (index === changed ? { ...shard, ...change } : shard)),
    },
  };
};

test.each(Object.entries(variants))('a cluster %s is right', (_, change) => {
  expect(of(change)).toEqual([]);
});

test.each<[string, Change]>([
  ['so many shards that they just hold it', { ...memory('cache.r7g.large'), ...fixed(3) }],
  ['shards of a place each', placedShards()],
  ['automatic size of the largest nodes that scale', { ...memory('cache.r7g.2xlarge'), size: automaticSize }],
  ['500 nodes', fixed(100, 4)],
  ['windows that touch', { snapshotWindow: '03:00-04:00' }],
  ['addresses of both kinds while the network is unknown', { addresses: 'dual-stack' }],
  ['four masters in three zones', { size: fourMasters(['a', 'b', 'c', 'a']) }],
])('%s are right', (_, change) => {
  expect(of(change)).toEqual([]);
});

function fourMasters(letters: readonly string[]): ElasticacheSettings['size'] {
  return {
    kind: 'placed',
    shards: letters.map((letter, index) => ({
      id: `000${index + 1}`,
      slots: `${index * 4_096}-${index * 4_096 + 4_095}`,
      masterZone: `eu-central-1${letter}`,
      replicaZones: [letter === 'b' ? 'eu-central-1c' : 'eu-central-1b'],
    })),
  };
}

test.each<[string, Change, string]>([
  [
    'too much data',
    { ...memory('cache.r7g.large'), ...fixed(2) },
    'capacity.datasetMebibytes: 20480; at most 16060: 80 % of what 2 × cache.r7g.large hold beside their reserve',
  ],
  [
    'too much data at the upper bound of shards',
    { ...memory('cache.r7g.large'), size: { ...automaticSize, shards: { minimum: 1, maximum: 2, memoryPercent: 60 } } },
    'capacity.datasetMebibytes: 20480; at most 16060',
  ],
  [
    'bounds of shards the wrong way round',
    { size: { ...automaticSize, shards: { minimum: 4, maximum: 3, memoryPercent: 60 } } },
    'platform.size.shards.maximum: 3; at least platform.size.shards.minimum (4)',
  ],
  [
    'bounds of replicas the wrong way round',
    { size: { ...automaticSize, replicasPerShard: { minimum: 2, maximum: 1, cpuPercent: 60 } } },
    'platform.size.replicasPerShard.maximum: 1; at least platform.size.replicasPerShard.minimum (2)',
  ],
  ['too many nodes', fixed(101, 4), 'platform.size: 505; at most 500 nodes'],
  ['a short snapshot window', { snapshotWindow: '02:00-02:59' }, 'platform.snapshotWindow: "02:00-02:59"; 60 minutes'],
  [
    'a short maintenance window',
    { maintenanceWindow: 'sun:04:00-sun:04:30' },
    'platform.maintenanceWindow: "sun:04:00-sun:04:30"; 60 minutes',
  ],
  [
    'windows that overlap',
    { snapshotWindow: '03:01-04:01' },
    'platform.maintenanceWindow: "sun:04:00-sun:05:00"; no minute in common with platform.snapshotWindow (03:01-04:01',
  ],
  [
    'windows that overlap at midnight',
    { snapshotWindow: '23:30-00:30', maintenanceWindow: 'mon:00:00-mon:01:00' },
    'platform.maintenanceWindow: "mon:00:00-mon:01:00"; no minute in common',
  ],
  [
    'automatic size of burstable nodes',
    { ...memory('cache.t4g.medium'), size: { ...automaticSize, shards: { ...automaticSize.shards, maximum: 20 } } },
    'platform.nodes.nodeType: "cache.t4g.medium"; large, xlarge or 2xlarge, and not of the family t',
  ],
  [
    'automatic size of large nodes',
    { ...memory('cache.r7g.4xlarge'), size: automaticSize },
    'platform.nodes.nodeType: "cache.r7g.4xlarge"; large, xlarge or 2xlarge',
  ],
  [
    'automatic size of a primary',
    { size: automaticSize, globalDatastore: primary },
    "platform.size.kind: \"automatic\"; 'fixed' or 'placed' in a global datastore",
  ],
  [
    'automatic size of a secondary',
    { size: automaticSize, globalDatastore: secondary },
    "platform.size.kind: \"automatic\"; 'fixed' or 'placed' in a global datastore",
  ],
  [
    'a global datastore of burstable nodes',
    { ...memory('cache.t4g.medium'), ...fixed(15), globalDatastore: primary },
    'platform.nodes.nodeType: "cache.t4g.medium"; a node of the families m or r in a global datastore',
  ],
  [
    'a secondary with a seed',
    { seed: objectsSeed, globalDatastore: secondary },
    'platform.seed.kind: "objects"; \'empty\'',
  ],
  [
    'a seed of another partition',
    { seed: { kind: 'objects', arns: ['arn:aws-cn:s3:::backups/one.rdb'] } },
    'platform.seed.arns: "arn:aws-cn:s3:::backups/one.rdb"; an ARN that begins with arn:aws:',
  ],
  [
    'a seed with an object twice',
    { seed: { kind: 'objects', arns: ['arn:aws:s3:::b/1.rdb', 'arn:aws:s3:::b/1.rdb'] } },
    'platform.seed.arns: "arn:aws:s3:::b/1.rdb"; each object once',
  ],
  ['an id out of order', placedShards({ id: '0003' }), 'platform.size.shards.1.id: "0003"; \'0002\''],
  [
    'slots that are left out',
    placedShards({ slots: '5463-10922' }),
    'platform.size.shards.1.slots: "5463-10922"; slots from 5462 on',
  ],
  [
    'slots of two shards',
    placedShards({ slots: '5461-10922' }),
    'platform.size.shards.1.slots: "5461-10922"; slots from 5462 on',
  ],
  [
    'slots that end early',
    placedShards({ slots: '10923-16382' }, 2),
    'platform.size.shards.2.slots: "10923-16382"; slots up to 16383',
  ],
  [
    'slots that do not begin at 0',
    placedShards({ slots: '1-5461' }, 0),
    'platform.size.shards.0.slots: "1-5461"; slots from 0 on',
  ],
  [
    'slots the wrong way round',
    placedShards({ slots: '10922-5462' }),
    'platform.size.shards.1.slots: "10922-5462"; two slots up to 16383',
  ],
  [
    'slots that there are not',
    placedShards({ slots: '10923-16384' }, 2),
    'platform.size.shards.2.slots: "10923-16384"; two slots up to 16383',
  ],
  [
    'a master in an unknown zone',
    placedShards({ masterZone: 'eu-central-1d' }),
    'platform.size.shards.1.masterZone: "eu-central-1d"; one of network.zones',
  ],
  [
    'a replica in an unknown zone',
    placedShards({ replicaZones: ['eu-central-1d'] }),
    'platform.size.shards.1.replicaZones: "eu-central-1d"; one of network.zones',
  ],
  [
    'a replica beside its master alone',
    placedShards({ replicaZones: ['eu-central-1b'] }),
    'platform.size.shards.1.replicaZones: ["eu-central-1b"]; a zone other than that of the master (eu-central-1b)',
  ],
  [
    'most masters in a zone',
    placedShards({ masterZone: 'eu-central-1a' }),
    'platform.size.shards: "eu-central-1a"; at most half of the masters in a zone',
  ],
  [
    'three of four masters in a zone',
    { size: fourMasters(['a', 'a', 'c', 'a']) },
    'platform.size.shards: "eu-central-1a"; at most half of the masters in a zone',
  ],
])('%s is refused', (_, change, message) => {
  const violations = of(change);
  expect(violations).toHaveLength(1);
  expect(violations[0]).toContain(message);
});

test.each<[string, Change, Partial<ElasticacheContext>, string]>([
  [
    'a name with two hyphens in a row',
    {},
    { account: { environment: 'a--b', region: 'eu-central-1' } },
    'name: "a--b"; no two hyphens in a row',
  ],
  [
    'an export of data tiering',
    variants['with data tiering'] ?? {},
    { backup: 'snapshot-export' },
    'backup.kind: "snapshot-export"; \'none\', with a reason: snapshots of a cluster with data tiering',
  ],
  [
    'addresses of both kinds in a network of one',
    { addresses: 'dual-stack' },
    { addresses: ['ipv4'] },
    'platform.addresses: "dual-stack"; \'ipv4\': the network has no IPv6 addresses',
  ],
])('%s is refused', (_, change, other, message) => {
  const violations = of(change, other);
  expect(violations).toHaveLength(1);
  expect(violations[0]).toContain(message);
});

test('everything is told at once', () => {
  expect(of({ ...memory('cache.t4g.medium'), size: automaticSize, snapshotWindow: '04:00-04:30' })).toHaveLength(4);
});

describe('serverless', () => {
  const { users, snapshotRetentionDays, privateName, destruction } = elasticacheSettings;
  const settings: ElasticacheServerlessSettings = {
    kind: 'elasticache-serverless',
    engine: { kind: 'valkey', version: '8' },
    seed: { kind: 'empty' },
    limits: { dataGibibytes: 20, processingUnitsPerSecond: 5_000 },
    snapshotTime: '03:00',
    users,
    snapshotRetentionDays,
    privateName,
    destruction,
  };
  const ofServerless = (change: Partial<ElasticacheServerlessSettings>, other: Partial<ElasticacheContext> = {}) =>
    lines(elasticacheServerlessViolations({ ...settings, ...change }, { ...context, ...other }));

  test('that just holds the data is right', () => {
    expect(ofServerless({})).toEqual([]);
  });

  test.each<[string, Partial<ElasticacheServerlessSettings>, Partial<ElasticacheContext>, string]>([
    ['too much data', {}, { datasetMebibytes: 20_481 }, 'platform.limits.dataGibibytes: 20; at least 21'],
    [
      'a name with two hyphens in a row',
      {},
      { account: { environment: 'a--b', region: 'eu-central-1' } },
      'name: "a--b"; no two hyphens',
    ],
    [
      'a seed of another partition',
      { seed: { kind: 'snapshot', arn: 'arn:aws-cn:elasticache:cn-north-1:1:serverlesscachesnapshot:a' } },
      {},
      'platform.seed.arn: "arn:aws-cn:elasticache:cn-north-1:1:serverlesscachesnapshot:a"; an ARN that begins with',
    ],
    ['an export', {}, { backup: 'snapshot-export' }, 'backup.kind: "snapshot-export"; \'none\', with a reason'],
  ])('with %s is refused', (_, change, other, message) => {
    const violations = ofServerless(change, other);
    expect(violations).toHaveLength(1);
    expect(violations[0]).toContain(message);
  });
});

/** Redis on ElastiCache, as settings and synthesized, for tests. */
import { ElasticacheRedisStack, type ElasticacheRedisStackProps } from '../../stacks/elasticache-redis-stack';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import type { Construct } from 'constructs';
import { testNetwork } from './database-settings';
import { testBundle } from './function-bundle';
import { testAccount } from './synthesized-construct';

export const alarmsTopic = 'arn:aws:sns:eu-central-1:111122223333:test-alerts';
export const eventsTopic = 'arn:aws:sns:eu-central-1:111122223333:test-elasticache-events';

/** Settings that break no rule. */
export const elasticacheSettings: ElasticacheSettings = {
  kind: 'elasticache',
  engine: { kind: 'valkey', version: '8.1' },
  nodes: { kind: 'memory', nodeType: 'cache.r7g.xlarge' },
  size: { kind: 'fixed', shards: 3, replicasPerShard: 2 },
  seed: { kind: 'empty' },
  globalDatastore: { kind: 'none' },
  users: {
    app: { kind: 'password', rotationDays: 30 },
    worker: { kind: 'password', rotationDays: 30 },
    gateway: { kind: 'password', rotationDays: 30 },
    exporter: { kind: 'password', rotationDays: 90 },
    operator: { kind: 'iam' },
  },
  snapshotRetentionDays: 7,
  privateName: { kind: 'none' },
  destruction: { kind: 'prevented' },
  addresses: 'ipv4',
  snapshotWindow: '02:00-03:00',
  maintenanceWindow: 'sun:04:00-sun:05:00',
  minorUpgrades: 'automatic',
  disruptiveChanges: 'in-maintenance-window',
  logRetentionDays: 90,
};

/** Shards of a place each. */
export const placedSize: ElasticacheSettings['size'] = {
  kind: 'placed',
  shards: [
    {
      id: '0001',
      slots: '0-8191',
      masterZone: 'eu-central-1a',
      replicaZones: ['eu-central-1b', 'eu-central-1c'],
    },
    { id: '0002', slots: '8192-16383', masterZone: 'eu-central-1b', replicaZones: ['eu-central-1c'] },
  ],
};

export const automaticSize = {
  kind: 'automatic',
  shards: { minimum: 2, maximum: 4, memoryPercent: 60 },
  replicasPerShard: { minimum: 1, maximum: 2, cpuPercent: 50 },
} as const satisfies ElasticacheSettings['size'];

export const primary = { kind: 'primary', suffix: 'orders' } as const;

export const secondary = {
  kind: 'secondary',
  globalReplicationGroupId: 'ldgnf-orders',
  replicasPerShard: 1,
} as const;

export const objectsSeed = {
  kind: 'objects',
  arns: ['0001', '0002', '0003'].map((shard) => `arn:aws:s3:::test-backups/daily-${shard}.rdb`),
} as const;

const iam = { kind: 'iam' } as const;

/** A cluster without passwords; programs of the platform don't log in to it. */
export const allByIam: Partial<ElasticacheSettings> = {
  users: { app: iam, worker: iam, gateway: iam, exporter: iam, operator: iam },
};

/** Settings of each kind of cluster, by what is special about it. */
export const variants: Readonly<Record<string, Partial<ElasticacheSettings>>> = {
  fixed: {},
  placed: { size: placedSize },
  automatic: { size: automaticSize },
  'of Redis': { engine: { kind: 'redis', version: '7.1' } },
  'with data tiering': { nodes: { kind: 'data-tiering', nodeType: 'cache.r6gd.xlarge' } },
  'from a snapshot': { seed: { kind: 'snapshot', name: 'before-the-move' } },
  'from objects': { seed: objectsSeed },
  'primary of a global datastore': { globalDatastore: primary },
  'secondary of a global datastore': { globalDatastore: secondary },
  'with a private name': { privateName: { kind: 'private-zone', zone: 'test.example.internal' } },
  'of both kinds of addresses': { addresses: 'dual-stack' },
  'that may be destroyed': { destruction: { kind: 'allowed', reason: 'data of a test, made up' } },
};

/** The stack of a cluster with some of its settings changed. */
export function elasticacheStack(
  app: Construct,
  settings: Partial<ElasticacheSettings> = {},
  props: Partial<ElasticacheRedisStackProps> = {},
): ElasticacheRedisStack {
  return new ElasticacheRedisStack(app, 'test-redis', {
    account: testAccount,
    settings: { ...elasticacheSettings, ...settings },
    network: testNetwork,
    clients: { nodes: 'sg-nodes' },
    datasetMebibytes: 1_024,
    backup: 'none',
    topicArn: alarmsTopic,
    eventTopicArn: eventsTopic,
    rotationBundle: testBundle,
    ...props,
  });
}

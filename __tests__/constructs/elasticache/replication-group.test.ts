import { ReplicationGroup } from '../../../constructs/elasticache/replication-group';
import type { ElasticacheSettings } from '../../../environments/elasticache-settings';
import {
  automaticSize,
  elasticacheSettings,
  eventsTopic,
  objectsSeed,
  placedSize,
  primary,
  secondary,
} from '../../support/elasticache';
import {
  resourceOf,
  resourcesOf,
  synthesizeConstruct,
  testAccount,
  type Arguments,
} from '../../support/synthesized-construct';

const keyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1';
const delivery = ['slow-log', 'engine-log'].map((logType) => ({
  destination: logType,
  destinationType: 'cloudwatch-logs',
  logFormat: 'json',
  logType,
}));

const synthesize = (settings: Partial<ElasticacheSettings> = {}) =>
  synthesizeConstruct(
    (scope) =>
      new ReplicationGroup(scope, 'redis', {
        account: testAccount,
        settings: { ...elasticacheSettings, ...settings },
        keyArn,
        access: { subnetGroupName: 'test-redis', securityGroupId: 'sg-redis' },
        logs: { delivery },
        userGroupId: 'test-redis',
        eventTopicArn: eventsTopic,
      }),
  );

const groupWith = (settings: Partial<ElasticacheSettings> = {}): Arguments =>
  resourceOf(synthesize(settings), 'aws_elasticache_replication_group');

const ignoredBy = (settings: Partial<ElasticacheSettings>) =>
  (groupWith(settings).lifecycle as { readonly ignore_changes: string[] }).ignore_changes;

const ignoredByAll = ['snapshot_name', 'snapshot_arns'];

test('is in cluster mode, over several zones, with failover', () => {
  expect(groupWith()).toMatchObject({
    replication_group_id: 'test-redis',
    description: 'Redis of test',
    engine: 'valkey',
    engine_version: '8.1',
    node_type: 'cache.r7g.xlarge',
    cluster_mode: 'enabled',
    automatic_failover_enabled: true,
    multi_az_enabled: true,
    num_node_groups: 3,
    replicas_per_node_group: 2,
    port: 6379,
    subnet_group_name: 'test-redis',
    security_group_ids: ['sg-redis'],
    network_type: 'ipv4',
    ip_discovery: 'ipv4',
  });
});

test('is encrypted with a key that is given by its own ARN, and on the way; users log in by the group of users', () => {
  const group = groupWith();
  expect(group).toMatchObject({
    // Text, as version 6 of the provider has it.
    at_rest_encryption_enabled: 'true',
    kms_key_id: keyArn,
    transit_encryption_enabled: true,
    transit_encryption_mode: 'required',
    user_group_ids: ['test-redis'],
  });
  expect(Object.keys(group).filter((name) => name.startsWith('auth_token'))).toEqual([]);
});

test('makes snapshots each day, logs, and tells its events', () => {
  expect(groupWith()).toMatchObject({
    snapshot_retention_limit: 7,
    snapshot_window: '02:00-03:00',
    maintenance_window: 'sun:04:00-sun:05:00',
    notification_topic_arn: eventsTopic,
    log_delivery_configuration: ['slow-log', 'engine-log'].map((type) => ({
      destination: type,
      destination_type: 'cloudwatch-logs',
      log_format: 'json',
      log_type: type,
    })),
  });
});

test.each<[ElasticacheSettings['engine'], string]>([
  [{ kind: 'redis', version: '7.1' }, 'redis7'],
  [{ kind: 'valkey', version: '7.2' }, 'valkey7'],
  [{ kind: 'valkey', version: '8.2' }, 'valkey8'],
])('%j has the parameters of its family, and those of the others are there', (engine, family) => {
  const configuration = synthesize({ engine });
  const groups = Object.entries(resourcesOf(configuration, 'aws_elasticache_parameter_group'));
  expect(groups.map(([, group]) => group.family)).toEqual(['redis7', 'valkey7', 'valkey8']);
  const own = groups.find(([, group]) => group.family === family)?.[0];
  expect(resourceOf(configuration, 'aws_elasticache_replication_group').parameter_group_name).toBe(
    `\${aws_elasticache_parameter_group.${own}.name}`,
  );
});

test('an upgrade leaves the group that servers keep until their window', () => {
  const groupsOf = (version: '7.2' | '8.1') =>
    resourcesOf(synthesize({ engine: { kind: 'valkey', version } }), 'aws_elasticache_parameter_group');
  expect(groupsOf('8.1')).toEqual(groupsOf('7.2'));
});

test.each<[string, Partial<ElasticacheSettings>, Arguments]>([
  ['Redis', { engine: { kind: 'redis', version: '7.1' } }, { engine: 'redis', engine_version: '7.1' }],
  [
    'data tiering',
    { nodes: { kind: 'data-tiering', nodeType: 'cache.r6gd.xlarge' } },
    { node_type: 'cache.r6gd.xlarge', data_tiering_enabled: true },
  ],
  ['addresses of both kinds', { addresses: 'dual-stack' }, { network_type: 'dual_stack', ip_discovery: 'ipv4' }],
  ['manual upgrades', { minorUpgrades: 'manual' }, { auto_minor_version_upgrade: 'false' }],
  ['automatic upgrades', { minorUpgrades: 'automatic' }, { auto_minor_version_upgrade: 'true' }],
  ['changes at deployment', { disruptiveChanges: 'at-deployment' }, { apply_immediately: true }],
  ['changes in the window', { disruptiveChanges: 'in-maintenance-window' }, { apply_immediately: false }],
  ['a snapshot to start with', { seed: { kind: 'snapshot', name: 'before' } }, { snapshot_name: 'before' }],
  ['objects to start with', { seed: objectsSeed }, { snapshot_arns: objectsSeed.arns }],
])('with %s', (_, settings, expected) => {
  expect(groupWith(settings)).toMatchObject(expected);
});

test('an ordinary group says nothing of tiering, snapshots and places', () => {
  const names = ['data_tiering_enabled', 'snapshot_name', 'snapshot_arns', 'node_group_configuration'];
  expect(Object.keys(groupWith())).not.toEqual(expect.arrayContaining([expect.stringMatching(names.join('|'))]));
});

test('shards of a place each are told apart by their ids', () => {
  const group = groupWith({ size: placedSize });
  expect(group).toMatchObject({
    num_node_groups: 2,
    node_group_configuration: [
      {
        node_group_id: '0001',
        slots: '0-8191',
        primary_availability_zone: 'eu-central-1a',
        replica_availability_zones: ['eu-central-1b', 'eu-central-1c'],
        replica_count: 2,
      },
      {
        node_group_id: '0002',
        slots: '8192-16383',
        primary_availability_zone: 'eu-central-1b',
        replica_availability_zones: ['eu-central-1c'],
        replica_count: 1,
      },
    ],
  });
  expect(group).not.toHaveProperty('replicas_per_node_group');
  expect(ignoredBy({ size: placedSize })).toEqual(ignoredByAll);
});

test('autoscaling starts at the lower bounds, and what it does is left alone', () => {
  expect(groupWith({ size: automaticSize })).toMatchObject({ num_node_groups: 2, replicas_per_node_group: 1 });
  expect(ignoredBy({ size: automaticSize })).toEqual([
    ...ignoredByAll,
    'node_group_configuration',
    'num_node_groups',
    'replicas_per_node_group',
  ]);
});

test.each<[string, ElasticacheSettings['size'], string[], number]>([
  ['a fixed size', elasticacheSettings.size, ['0-5461', '5462-10922', '10923-16383'], 2],
  ['autoscaling', automaticSize, ['0-8191', '8192-16383'], 1],
])('from objects shards of %s are made with slots of their own, as ElastiCache demands', (_, size, slots, replicas) => {
  expect(groupWith({ seed: objectsSeed, size }).node_group_configuration).toEqual(
    slots.map((ofShard, index) => ({ node_group_id: `000${index + 1}`, slots: ofShard, replica_count: replicas })),
  );
});

test('what it was filled with can be taken out of the settings, or changed, and replaces nothing', () => {
  const seeds: ElasticacheSettings['seed'][] = [{ kind: 'empty' }, { kind: 'snapshot', name: 'before' }, objectsSeed];
  for (const seed of seeds) {
    expect(ignoredBy({ seed })).toEqual([...ignoredByAll, 'node_group_configuration']);
  }
});

test('the primary of a global datastore leaves to the datastore what is the same in all members', () => {
  expect(groupWith({ globalDatastore: primary })).toMatchObject({ engine: 'valkey', num_node_groups: 3 });
  expect(groupWith({ globalDatastore: primary })).not.toHaveProperty('global_replication_group_id');
  expect(ignoredBy({ globalDatastore: primary })).toEqual([
    ...ignoredByAll,
    'node_group_configuration',
    'engine',
    'engine_version',
    'node_type',
    'num_node_groups',
  ]);
});

test('a secondary says nothing that the provider refuses to hear beside a datastore', () => {
  const configuration = synthesize({ globalDatastore: secondary, seed: { kind: 'snapshot', name: 'before' } });
  const group = resourceOf(configuration, 'aws_elasticache_replication_group');
  expect(group).toMatchObject({
    global_replication_group_id: 'ldgnf-orders',
    replicas_per_node_group: 1,
    automatic_failover_enabled: true,
    multi_az_enabled: true,
    kms_key_id: keyArn,
    user_group_ids: ['test-redis'],
  });
  // `ConflictsWith` of `global_replication_group_id` in the provider.
  for (const refused of [
    'num_node_groups',
    'parameter_group_name',
    'engine',
    'engine_version',
    'node_type',
    'security_group_names',
    'transit_encryption_enabled',
    'transit_encryption_mode',
    'at_rest_encryption_enabled',
    'snapshot_arns',
    'snapshot_name',
  ]) {
    expect(group).not.toHaveProperty(refused);
  }
  expect(resourcesOf(configuration, 'aws_elasticache_parameter_group')).toEqual({});
});

test.each<[ElasticacheSettings['destruction'], boolean]>([
  [{ kind: 'prevented' }, true],
  [{ kind: 'allowed', reason: 'data of a test' }, false],
])('destruction that is %j', (destruction, prevented) => {
  const group = groupWith({ destruction });
  expect(group.lifecycle).toMatchObject({ prevent_destroy: prevented });
  expect(group.final_snapshot_identifier).toMatch(
    /^test-redis-final-\$\{substr\(terraform_data\.redis_incarnation_\w+\.id, 0, 8\)\}$/,
  );
});

describe('the name of the last snapshot', () => {
  const triggersOf = (settings: Partial<ElasticacheSettings>) =>
    resourceOf(synthesize(settings), 'terraform_data').triggers_replace;

  test.each<[string, Partial<ElasticacheSettings>]>([
    ['addresses', { addresses: 'dual-stack' }],
    ['data tiering', { nodes: { kind: 'data-tiering', nodeType: 'cache.r6gd.xlarge' } }],
    ['the place of shards', { size: placedSize }],
    ['the datastore that is followed', { globalDatastore: secondary }],
  ])('is another one for what replaces the group: a change of %s', (_, settings) => {
    expect(triggersOf(settings)).not.toEqual(triggersOf({}));
  });

  test.each<[string, Partial<ElasticacheSettings>]>([
    ['shards', { size: { kind: 'fixed', shards: 5, replicasPerShard: 1 } }],
    ['the type of nodes', { nodes: { kind: 'memory', nodeType: 'cache.m7g.large' } }],
    ['the engine', { engine: { kind: 'valkey', version: '8.2' } }],
    ['what it starts with', { seed: objectsSeed }],
    ['windows', { snapshotWindow: '05:00-06:00' }],
  ])('stays with what changes the group: %s', (_, settings) => {
    expect(triggersOf(settings)).toEqual(triggersOf({}));
  });
});

import { GlobalDatastore } from '../../../constructs/elasticache/global-datastore';
import type { ElasticacheSettings } from '../../../environments/elasticache-settings';
import { elasticacheSettings } from '../../support/elasticache';
import { resourceOf, synthesizeConstruct, testAccount } from '../../support/synthesized-construct';

const datastoreWith = (settings: Partial<ElasticacheSettings> = {}) =>
  resourceOf(
    synthesizeConstruct(
      (scope) =>
        new GlobalDatastore(scope, 'global', {
          account: testAccount,
          settings: { ...elasticacheSettings, ...settings },
          suffix: 'orders',
          group: { groupId: 'test-redis', parameterGroupName: 'test-redis-valkey8-global' },
        }),
    ),
    'aws_elasticache_global_replication_group',
  );

test('decides over engine, nodes and shards of all members', () => {
  expect(datastoreWith()).toMatchObject({
    global_replication_group_id_suffix: 'orders',
    primary_replication_group_id: 'test-redis',
    engine: 'valkey',
    engine_version: '8.1',
    cache_node_type: 'cache.r7g.xlarge',
    num_node_groups: 3,
    parameter_group_name: 'test-redis-valkey8-global',
  });
});

test('is not replaced when another member becomes the primary one', () => {
  expect(datastoreWith().lifecycle).toEqual({
    prevent_destroy: true,
    ignore_changes: ['primary_replication_group_id'],
  });
});

test('may be destroyed where the settings say so', () => {
  const destruction = { kind: 'allowed', reason: 'data of a test' } as const;
  expect(datastoreWith({ destruction }).lifecycle).toMatchObject({ prevent_destroy: false });
});

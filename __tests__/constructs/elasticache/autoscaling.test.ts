import { Autoscaling } from '../../../constructs/elasticache/autoscaling';
import type { ElasticacheSettings } from '../../../environments/elasticache-settings';
import { automaticSize } from '../../support/elasticache';
import { resourcesOf, synthesizeConstruct } from '../../support/synthesized-construct';

const synthesize = (nodes: ElasticacheSettings['nodes']['kind']) =>
  synthesizeConstruct(
    (scope) => new Autoscaling(scope, 'autoscaling', { replicationGroupId: 'test-redis', size: automaticSize, nodes }),
  );

const shardsDimension = 'elasticache:replication-group:NodeGroups';
const replicasDimension = 'elasticache:replication-group:Replicas';

test('shards and replicas grow and shrink between their bounds', () => {
  expect(Object.values(resourcesOf(synthesize('memory'), 'aws_appautoscaling_target'))).toMatchObject([
    { scalable_dimension: replicasDimension, min_capacity: 1, max_capacity: 2 },
    { scalable_dimension: shardsDimension, min_capacity: 2, max_capacity: 4 },
  ]);
});

test.each([
  ['memory', 'ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage'],
  ['data-tiering', 'ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage'],
] as const)('nodes with %s are scaled by the room for data, and replicas by their load', (nodes, room) => {
  const configuration = synthesize(nodes);
  const targets = resourcesOf(configuration, 'aws_appautoscaling_target');
  const policies = Object.values(resourcesOf(configuration, 'aws_appautoscaling_policy')).map((policy) => {
    const [, target = ''] =
      /aws_appautoscaling_target\.([\w-]+)\.scalable_dimension/.exec(String(policy.scalable_dimension)) ?? [];
    expect(policy).toMatchObject({
      policy_type: 'TargetTrackingScaling',
      resource_id: `\${aws_appautoscaling_target.${target}.resource_id}`,
      service_namespace: `\${aws_appautoscaling_target.${target}.service_namespace}`,
    });
    expect(targets[target]).toMatchObject({
      service_namespace: 'elasticache',
      resource_id: 'replication-group/test-redis',
    });
    return [targets[target]?.scalable_dimension, policy.target_tracking_scaling_policy_configuration];
  });
  expect(Object.fromEntries(policies)).toEqual({
    [shardsDimension]: {
      target_value: 60,
      predefined_metric_specification: { predefined_metric_type: room },
      scale_out_cooldown: 600,
      scale_in_cooldown: 900,
    },
    [replicasDimension]: {
      target_value: 50,
      predefined_metric_specification: { predefined_metric_type: 'ElastiCacheReplicaEngineCPUUtilization' },
      scale_out_cooldown: 600,
      scale_in_cooldown: 900,
    },
  });
});

/** Lets ElastiCache add and remove shards and replicas by itself. */
import { AppautoscalingPolicy } from '@cdktf/provider-aws/lib/appautoscaling-policy';
import { AppautoscalingTarget } from '@cdktf/provider-aws/lib/appautoscaling-target';
import { Construct } from 'constructs';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';

export interface AutoscalingProps {
  /** Id of the group, there once it is. */
  readonly replicationGroupId: string;
  readonly size: Extract<ElasticacheSettings['size'], { kind: 'automatic' }>;
  readonly nodes: ElasticacheSettings['nodes']['kind'];
}

/** What is scaled, by which measure. */
interface Dimension {
  readonly name: 'NodeGroups' | 'Replicas';
  readonly minimum: number;
  readonly maximum: number;
  readonly metric: string;
  readonly targetPercent: number;
}

/** Share of the room for data that is in use, of all masters: with data tiering, of memory and disk together. */
const roomMetrics: Readonly<Record<ElasticacheSettings['nodes']['kind'], string>> = {
  memory: 'ElastiCacheDatabaseMemoryUsageCountedForEvictPercentage',
  'data-tiering': 'ElastiCacheDatabaseCapacityUsageCountedForEvictPercentage',
};

/** Seconds after one step before the next of the same direction. A step moves slots, or copies a shard's data. */
const cooldownSeconds = { out: 600, in: 900 };

/** One policy a dimension, as AWS advises: of two, either would add and both would have to agree to remove. */
export class Autoscaling extends Construct {
  constructor(scope: Construct, id: string, { replicationGroupId, size, nodes }: AutoscalingProps) {
    super(scope, id);
    const { shards, replicasPerShard } = size;
    this.#scale('shards', replicationGroupId, {
      name: 'NodeGroups',
      minimum: shards.minimum,
      maximum: shards.maximum,
      metric: roomMetrics[nodes],
      targetPercent: shards.memoryPercent,
    });
    this.#scale('replicas', replicationGroupId, {
      name: 'Replicas',
      minimum: replicasPerShard.minimum,
      maximum: replicasPerShard.maximum,
      metric: 'ElastiCacheReplicaEngineCPUUtilization',
      targetPercent: replicasPerShard.cpuPercent,
    });
  }

  #scale(id: string, groupId: string, { name, minimum, maximum, metric, targetPercent }: Dimension): void {
    const target = new AppautoscalingTarget(this, id, {
      serviceNamespace: 'elasticache',
      resourceId: `replication-group/${groupId}`,
      scalableDimension: `elasticache:replication-group:${name}`,
      minCapacity: minimum,
      maxCapacity: maximum,
    });
    new AppautoscalingPolicy(target, 'policy', {
      name: id,
      policyType: 'TargetTrackingScaling',
      serviceNamespace: target.serviceNamespace,
      resourceId: target.resourceId,
      scalableDimension: target.scalableDimension,
      targetTrackingScalingPolicyConfiguration: {
        targetValue: targetPercent,
        predefinedMetricSpecification: { predefinedMetricType: metric },
        scaleOutCooldown: cooldownSeconds.out,
        scaleInCooldown: cooldownSeconds.in,
      },
    });
  }
}

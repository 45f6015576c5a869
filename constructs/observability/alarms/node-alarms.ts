/** Tells people when a node of Redis is down, full, busy or behind. */
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
  type CloudwatchMetricAlarmMetricQuery,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import type { ElasticacheSettings } from '../../../environments/elasticache-settings';
import { maxConnections, nodeSize } from '../../elasticache/node-types';
import type { RedisNode } from '../../elasticache/topology';
import { announced, type AlarmAlert, type Announcement } from './announcement';

export interface NodeAlarmsProps {
  readonly settings: Pick<ElasticacheSettings, 'nodes'>;
  /** All nodes that there can be. Their ids are literal: an alarm on an unknown one would be silent for ever. */
  readonly nodes: readonly RedisNode[];
  readonly topicArn: string;
}

/** What an alarm is about; all else is the same for all of them. */
interface Alarm extends Partial<
  Pick<
    CloudwatchMetricAlarmConfig,
    'comparisonOperator' | 'datapointsToAlarm' | 'evaluationPeriods' | 'period' | 'treatMissingData'
  >
> {
  readonly severity: Announcement['severity'];
  readonly alert: AlarmAlert;
  /** Completes "Redis <node> ". */
  readonly says: string;
  readonly measure: Measure | Expression;
  readonly threshold: number;
}

interface Measure {
  readonly metric: string;
  readonly statistic: 'Average' | 'Maximum' | 'SampleCount' | 'Sum';
}

/** A formula over sums of metrics, each by the name that the formula has for it. */
interface Expression {
  readonly expression: string;
  readonly label: string;
  readonly sums: Readonly<Record<string, string>>;
}

/**
 * Every alarm for every node. Any node may become the master of its shard, so all have the same alarms.
 *
 * A node that autoscaling may add has them from the start, for nothing makes them when the node is added. While it isn't
 * there it tells nothing, which none of them takes for a fault. So it has no alarm for being down: whether it should be
 * there only autoscaling knows. Nor does CloudWatch have alarms over a search for metrics, which would find all nodes.
 */
export class NodeAlarms extends Construct {
  constructor(scope: Construct, id: string, { settings, nodes, topicArn }: NodeAlarmsProps) {
    super(scope, id);
    const forAll = alarms(settings);
    for (const node of nodes) {
      const ofNode = new Construct(this, node.id);
      for (const [name, alarm] of Object.entries(node.presence === 'always' ? { down, ...forAll } : forAll)) {
        new CloudwatchMetricAlarm(ofNode, name, {
          ...alarmArguments(node.id, alarm),
          alarmName: `${node.id}-${name}`,
          ...announced({ ...alarm, says: `Redis ${node.id} ${alarm.says}` }, topicArn),
        });
      }
    }
  }
}

const namespace = 'AWS/ElastiCache';

/** In cluster mode a node is a cache cluster of its own. Metrics of a node have this dimension, and none of the group. */
const dimensionsOf = (nodeId: string) => ({ CacheClusterId: nodeId });

function alarmArguments(nodeId: string, { measure, severity: _, alert: __, says: ___, period = 60, ...alarm }: Alarm) {
  return {
    comparisonOperator: 'GreaterThanThreshold',
    evaluationPeriods: 3,
    treatMissingData: 'notBreaching',
    ...alarm,
    ...('metric' in measure
      ? {
          namespace,
          metricName: measure.metric,
          statistic: measure.statistic,
          period,
          dimensions: dimensionsOf(nodeId),
        }
      : { metricQuery: queries(nodeId, measure, period) }),
  };
}

function queries(nodeId: string, { expression, label, sums }: Expression, period: number) {
  const inputs = Object.entries(sums).map(([id, metricName]): CloudwatchMetricAlarmMetricQuery => {
    return { id, metric: { namespace, metricName, stat: 'Sum', period, dimensions: dimensionsOf(nodeId) } };
  });
  return [{ id: 'result', expression, label, returnData: true }, ...inputs];
}

/** Every node that runs tells this each minute, whatever its role. */
const down: Alarm = {
  severity: 'critical',
  alert: 'RedisDown',
  says: 'has told nothing for three minutes: it is down, or not to be reached',
  measure: { metric: 'EngineCPUUtilization', statistic: 'SampleCount' },
  comparisonOperator: 'LessThanThreshold',
  threshold: 1,
  treatMissingData: 'breaching',
};

function alarms({ nodes }: Pick<ElasticacheSettings, 'nodes'>): Readonly<Record<string, Alarm>> {
  return {
    ...processorAlarms(nodes),
    ...roomAlarms(nodes),
    ...replicationAlarms,
    ...connectionAlarms(nodes),
    ...clientAlarms,
    ...latencyAlarms,
  };
}

function processorAlarms({ nodeType }: ElasticacheSettings['nodes']): Readonly<Record<string, Alarm>> {
  return {
    'engine-cpu': {
      severity: 'critical',
      alert: 'RedisProcessorBusy',
      says: 'is busy with commands for more than 90 % of the time; add shards',
      measure: { metric: 'EngineCPUUtilization', statistic: 'Maximum' },
      threshold: 90,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    },
    // Of a small node much is used by what goes on beside the engine: snapshots, TLS. Source: "Which metrics should I
    // monitor?" of the ElastiCache guide.
    ...(nodeSize(nodeType).vcpus <= 2 && {
      'host-cpu': {
        severity: 'critical',
        alert: 'RedisProcessorBusy',
        says: 'uses more than 90 % of its processors; take a larger type of node',
        measure: { metric: 'CPUUtilization', statistic: 'Maximum' },
        threshold: 90,
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
      },
    }),
    swap: {
      severity: 'warning',
      alert: 'RedisMemoryHigh',
      says: 'swaps more than 300 MB; reserve more memory',
      measure: { metric: 'SwapUsage', statistic: 'Maximum' },
      threshold: 300_000_000,
      period: 300,
    },
  };
}

/** With data tiering memory is always nearly full; what counts is memory and disk together. */
function roomAlarms({ kind }: ElasticacheSettings['nodes']): Readonly<Record<string, Alarm>> {
  const [room, metric] =
    kind === 'memory'
      ? ['memory', 'DatabaseMemoryUsagePercentage']
      : ['memory and disk', 'DatabaseCapacityUsagePercentage'];
  const measure = { metric, statistic: 'Maximum' } as const;
  return {
    'room-warning': {
      severity: 'warning',
      alert: 'RedisMemoryHigh',
      says: `has data in more than 80 % of its ${room}; plan for more shards`,
      measure,
      threshold: 80,
    },
    'room-critical': {
      severity: 'critical',
      alert: 'RedisMemoryHigh',
      says: `has data in more than 90 % of its ${room}; soon keys are evicted, or writes refused`,
      measure,
      threshold: 90,
    },
    evictions: {
      severity: 'warning',
      alert: 'RedisEvictionsRising',
      says: 'evicts keys before their time, more than 100 in five minutes',
      measure: { metric: 'Evictions', statistic: 'Sum' },
      threshold: 100,
      period: 300,
      datapointsToAlarm: 2,
    },
  };
}

/** In seconds. Only replicas tell it. */
const lag = { metric: 'ReplicationLag', statistic: 'Maximum' } as const;

const replicationAlarms: Readonly<Record<string, Alarm>> = {
  'lag-warning': {
    severity: 'warning',
    alert: 'RedisReplicationLag',
    says: 'is more than a second behind its master',
    measure: lag,
    threshold: 1,
  },
  'lag-critical': {
    severity: 'critical',
    alert: 'RedisReplicationLag',
    says: 'is more than five seconds behind its master: a failover would lose as much',
    measure: lag,
    threshold: 5,
  },
};

function connectionAlarms({ nodeType }: ElasticacheSettings['nodes']): Readonly<Record<string, Alarm>> {
  const limit = maxConnections(nodeType);
  return {
    connections: {
      severity: 'warning',
      alert: 'RedisClientsNearLimit',
      says: `has more than 80 % of the ${limit} connections that it takes`,
      measure: { metric: 'CurrConnections', statistic: 'Maximum' },
      threshold: limit * 0.8,
    },
  };
}

const clientAlarms: Readonly<Record<string, Alarm>> = {
  'new-connections': {
    severity: 'warning',
    alert: 'RedisConnectionChurn',
    says: 'gets more than 1,000 new connections a minute; some client does not keep its own',
    measure: { metric: 'NewConnections', statistic: 'Sum' },
    threshold: 1_000,
  },
  // CacheHitRate itself tells a rate of three reads as it does of thousands: a replica that is hardly read would alarm.
  'cache-hit-rate': {
    severity: 'warning',
    alert: 'RedisHitRatioLow',
    says: 'finds fewer than 80 % of the keys that it is asked for',
    measure: {
      expression: 'IF(hits + misses >= 1000, 100 * hits / (hits + misses), 100)',
      label: 'Percent of keys found, of 1,000 or more',
      sums: { hits: 'CacheHits', misses: 'CacheMisses' },
    },
    comparisonOperator: 'LessThanThreshold',
    threshold: 80,
    period: 300,
    evaluationPeriods: 6,
    datapointsToAlarm: 4,
  },
};

/** A kind of request that takes a node long. The metrics are in microseconds, within the engine; usual are some tens. */
const slow = (request: 'read' | 'write', metric: string): Alarm => ({
  severity: 'warning',
  alert: 'RedisLatencyHigh',
  says: `takes more than 5 ms for a ${request}`,
  measure: { metric, statistic: 'Average' },
  threshold: 5_000,
  evaluationPeriods: 5,
});

const latencyAlarms: Readonly<Record<string, Alarm>> = {
  'read-latency': slow('read', 'SuccessfulReadRequestLatency'),
  'write-latency': slow('write', 'SuccessfulWriteRequestLatency'),
};

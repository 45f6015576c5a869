/** Redis on ElastiCache, as CloudWatch tells. */
import type { CloudWatchQuery, DashboardDefinition, PanelDefinition, Unit } from './panel';

type Statistic = CloudWatchQuery['statistic'];

/** Metrics of nodes, in one panel. */
interface NodePanel {
  readonly title: string;
  readonly description: string;
  readonly unit: Unit;
  readonly runbook: string;
  readonly metrics: readonly (readonly [metric: string, statistic: Statistic])[];
}

function ofNodes(nodeIds: readonly string[], { metrics, ...panel }: NodePanel): PanelDefinition {
  return {
    ...panel,
    view: 'time series',
    cloudwatch: metrics.map(([metric, statistic]) => ({
      namespace: 'AWS/ElastiCache',
      metric,
      statistic,
      dimensions: { CacheClusterId: nodeIds },
      legend: `\${PROP('Dim.CacheClusterId')}${metrics.length === 1 ? '' : ` ${metric}`}`,
    })),
  };
}

const memory: readonly NodePanel[] = [
  {
    title: 'Used memory',
    description: 'Share of maxmemory. From 80 % there is a warning, from 90 % somebody is woken.',
    unit: 'percent',
    runbook: 'RedisMemoryHigh',
    metrics: [['DatabaseMemoryUsagePercentage', 'Maximum']],
  },
  {
    title: 'Evictions',
    description: 'Keys thrown away before their time, in five minutes.',
    unit: 'short',
    runbook: 'RedisEvictionsRising',
    metrics: [['Evictions', 'Sum']],
  },
];

const load: readonly NodePanel[] = [
  {
    title: 'Processor of the engine',
    description: 'One thread runs all commands: at 90 % they wait for each other.',
    unit: 'percent',
    runbook: 'RedisProcessorBusy',
    metrics: [['EngineCPUUtilization', 'Maximum']],
  },
  {
    title: 'Clients',
    description: 'Connections, and how many were made in five minutes: clients should keep theirs.',
    unit: 'short',
    runbook: 'RedisClientsNearLimit',
    metrics: [
      ['CurrConnections', 'Maximum'],
      ['NewConnections', 'Sum'],
    ],
  },
  {
    title: 'Hit ratio',
    description: 'Reads of keys that were there.',
    unit: 'percent',
    runbook: 'RedisHitRatioLow',
    metrics: [['CacheHitRate', 'Average']],
  },
  {
    title: 'Time of reads and writes',
    description: 'In the engine, without the network.',
    unit: 'µs',
    runbook: 'RedisLatencyHigh',
    metrics: [
      ['SuccessfulReadRequestLatency', 'Average'],
      ['SuccessfulWriteRequestLatency', 'Average'],
    ],
  },
];

const replication: readonly NodePanel[] = [
  {
    title: 'Lag',
    description: 'How far a replica is behind its master. Above five seconds a failover loses as much.',
    unit: 's',
    runbook: 'RedisReplicationLag',
    metrics: [['ReplicationLag', 'Maximum']],
  },
  {
    title: 'Masters',
    description: '1 where the node takes writes. There is one in each shard.',
    unit: 'none',
    runbook: 'RedisMastersShareZone',
    metrics: [['IsMaster', 'Maximum']],
  },
];

/**
 * @param clusterName value of `redis_cluster`
 * @param nodeIds ids of all nodes that there can be
 */
export function elasticacheDashboard(clusterName: string, nodeIds: readonly string[]): DashboardDefinition {
  const panels = (definitions: readonly NodePanel[]) => definitions.map((panel) => ofNodes(nodeIds, panel));
  return {
    uid: `${clusterName}-elasticache`,
    title: `${clusterName}: ElastiCache`,
    description: 'Memory, load and replication of all nodes, as AWS tells',
    rows: [
      { title: 'Memory', panels: panels(memory) },
      { title: 'Load', panels: panels(load) },
      { title: 'Replication', panels: panels(replication) },
    ],
  };
}

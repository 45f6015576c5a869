import { readFileSync } from 'node:fs';
import { NodeAlarms } from '../../../../constructs/observability/alarms/node-alarms';
import type { RedisNode } from '../../../../constructs/elasticache/topology';
import type { ElasticacheSettings } from '../../../../environments/elasticache-settings';
import { alarmsTopic } from '../../../support/elasticache';
import { resourcesOf, synthesizeConstruct, type Arguments } from '../../../support/synthesized-construct';

const node = 'test-redis-0001-001';
const large: ElasticacheSettings['nodes'] = { kind: 'memory', nodeType: 'cache.r7g.xlarge' };
const small: ElasticacheSettings['nodes'] = { kind: 'memory', nodeType: 'cache.r7g.large' };
const tiered: ElasticacheSettings['nodes'] = { kind: 'data-tiering', nodeType: 'cache.r6gd.xlarge' };

function alarmsOf(nodes = large, redisNodes: RedisNode[] = [{ id: node, presence: 'always' }]) {
  const configuration = synthesizeConstruct(
    (scope) => new NodeAlarms(scope, 'alarms', { settings: { nodes }, nodes: redisNodes, topicArn: alarmsTopic }),
  );
  const alarms = Object.values(resourcesOf(configuration, 'aws_cloudwatch_metric_alarm'));
  return Object.fromEntries(alarms.map((alarm) => [String(alarm.alarm_name), alarm]));
}

/** What an alarm is measured by: its metric, or those that its formula is over. */
function metricsOf(alarm: Arguments): Arguments[] {
  const queries = (alarm.metric_query ?? []) as { readonly metric?: Arguments }[];
  return [alarm, ...queries.flatMap(({ metric }) => (metric ? [metric] : []))].filter(
    ({ metric_name: name }) => name !== undefined,
  );
}

test.each<[string, Arguments]>([
  ['down', { metric_name: 'EngineCPUUtilization', statistic: 'SampleCount', threshold: 1, period: 60 }],
  ['engine-cpu', { metric_name: 'EngineCPUUtilization', statistic: 'Maximum', threshold: 90, period: 60 }],
  ['engine-cpu', { evaluation_periods: 5, datapoints_to_alarm: 3 }],
  ['room-warning', { metric_name: 'DatabaseMemoryUsagePercentage', statistic: 'Maximum', threshold: 80 }],
  ['room-critical', { metric_name: 'DatabaseMemoryUsagePercentage', statistic: 'Maximum', threshold: 90 }],
  ['lag-warning', { metric_name: 'ReplicationLag', statistic: 'Maximum', threshold: 1 }],
  ['lag-critical', { metric_name: 'ReplicationLag', statistic: 'Maximum', threshold: 5 }],
  ['evictions', { metric_name: 'Evictions', statistic: 'Sum', threshold: 100, period: 300 }],
  ['evictions', { evaluation_periods: 3, datapoints_to_alarm: 2 }],
  ['new-connections', { metric_name: 'NewConnections', statistic: 'Sum', threshold: 1_000, period: 60 }],
  ['connections', { metric_name: 'CurrConnections', statistic: 'Maximum', threshold: 52_000, period: 60 }],
  ['read-latency', { metric_name: 'SuccessfulReadRequestLatency', statistic: 'Average', threshold: 5_000 }],
  ['write-latency', { metric_name: 'SuccessfulWriteRequestLatency', statistic: 'Average', threshold: 5_000 }],
  ['swap', { metric_name: 'SwapUsage', statistic: 'Maximum', threshold: 300_000_000 }],
  ['cache-hit-rate', { threshold: 80, evaluation_periods: 6, datapoints_to_alarm: 4 }],
])('%s is told by %j', (name, expected) => {
  expect(alarmsOf()[`${node}-${name}`]).toMatchObject({
    comparison_operator: ['down', 'cache-hit-rate'].includes(name) ? 'LessThanThreshold' : 'GreaterThanThreshold',
    ...expected,
  });
});

test('the rate of keys found counts only where many were asked for', () => {
  const query = alarmsOf()[`${node}-cache-hit-rate`]?.metric_query;
  expect(query).toEqual([
    {
      id: 'result',
      expression: 'IF(hits + misses >= 1000, 100 * hits / (hits + misses), 100)',
      label: expect.any(String) as string,
      return_data: true,
    },
    ...[
      ['hits', 'CacheHits'],
      ['misses', 'CacheMisses'],
    ].map(([id, metric_name]) => ({
      id,
      metric: {
        namespace: 'AWS/ElastiCache',
        metric_name,
        stat: 'Sum',
        period: 300,
        dimensions: { CacheClusterId: node },
      },
    })),
  ]);
});

test('each is about a node that exists, says which and how bad it is, and tells when it is over', () => {
  const nodes: RedisNode[] = ['test-redis-0001-001', 'test-redis-0002-001'].map((id) => ({ id, presence: 'always' }));
  const alarms = Object.entries(alarmsOf(large, nodes));
  expect(alarms).toHaveLength(2 * 13);
  for (const [name, alarm] of alarms) {
    const [id] = /^test-redis-\d{4}-\d{3}/.exec(name) ?? [];
    const metrics = metricsOf(alarm);
    expect(metrics.length).toBeGreaterThan(0);
    for (const { dimensions } of metrics) expect(dimensions).toEqual({ CacheClusterId: id });
    expect(alarm).toMatchObject({ alarm_actions: [alarmsTopic], ok_actions: [alarmsTopic] });
    expect(alarm.alarm_description).toMatch(new RegExp(`^(critical|warning): Redis\\w+: Redis ${id} `));
  }
});

test('only silence of a node that is always there is a fault', () => {
  const breaching = (presence: RedisNode['presence']) =>
    Object.entries(alarmsOf(large, [{ id: node, presence }]))
      .filter(([, alarm]) => alarm.treat_missing_data !== 'notBreaching')
      .map(([name, alarm]) => [name, alarm.treat_missing_data]);
  expect(breaching('always')).toEqual([[`${node}-down`, 'breaching']]);
  expect(breaching('at-times')).toEqual([]);
});

test('a node that autoscaling may add has all other alarms', () => {
  const names = Object.keys(alarmsOf(large, [{ id: node, presence: 'at-times' }]));
  expect(names).toEqual(Object.keys(alarmsOf()).filter((name) => name !== `${node}-down`));
});

test('a small node is watched as a whole, beside its engine', () => {
  expect(alarmsOf(small)[`${node}-host-cpu`]).toMatchObject({ metric_name: 'CPUUtilization', threshold: 90 });
  expect(alarmsOf(large)).not.toHaveProperty(`${node}-host-cpu`);
});

test('the smallest node takes fewer connections', () => {
  const micro = alarmsOf({ kind: 'memory', nodeType: 'cache.t4g.micro' });
  expect(micro[`${node}-connections`]).toMatchObject({ threshold: 16_000 });
});

test('with data tiering, memory and disk count together', () => {
  const alarms = alarmsOf(tiered);
  for (const name of ['room-warning', 'room-critical']) {
    expect(alarms[`${node}-${name}`]).toMatchObject({ metric_name: 'DatabaseCapacityUsagePercentage' });
  }
  expect(Object.values(alarms).flatMap(metricsOf)).not.toContainEqual(
    expect.objectContaining({ metric_name: 'DatabaseMemoryUsagePercentage' }),
  );
});

test('the guide to ElastiCache tells what each means', () => {
  const guide = readFileSync('docs/guides/elasticache.md', 'utf8').split('\n');
  const told = guide.flatMap((line) => /^\| `.*?\|/.exec(line)?.[0].match(/(?<=`)[a-z-]+(?=`)/g) ?? []);
  expect(told).toEqual(expect.arrayContaining(Object.keys(alarmsOf(small)).map((name) => name.slice(node.length + 1))));
});

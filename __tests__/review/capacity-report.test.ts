import { productionEnvironment } from '../../environments/production';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { capacityReport } from '../../review/capacity-report';
import { renderCapacityReport } from '../../review/capacity-text';
import { automaticSize, elasticacheSettings, placedSize } from '../support/elasticache';

const large: ElasticacheSettings = {
  ...elasticacheSettings,
  nodes: { kind: 'memory', nodeType: 'cache.r7g.large' },
};

const reportOf = (change: Partial<ElasticacheSettings> = {}, region = 'us-east-1', datasetMebibytes = 20 * 1024) =>
  capacityReport({ ...productionEnvironment, region, capacity: { datasetMebibytes } }, { ...large, ...change });

test('three shards of r7g.large with two replicas', () => {
  const report = reportOf();
  expect(report).toMatchObject({
    datasetGibibytes: 20,
    engine: 'valkey 8.1',
    shards: { minimum: 3, maximum: 3 },
    reservedPercent: 25,
    membersAfterZoneLoss: 2,
  });
  // 3 × 13.07 GiB × 75 %; and 80 % of that.
  expect(report.usableGibibytes).toBeCloseTo(29.4075, 4);
  expect(report.plannableGibibytes).toBeCloseTo(23.526, 4);
  expect(report.filledPercent).toBeCloseTo(68.0098, 3);
  // 9 nodes × $0.219 × 80 % × 730 hours.
  expect(report.dollarsAMonth.minimum).toBeCloseTo(1_151.064, 3);
});

test('Redis OSS costs a quarter more than Valkey', () => {
  const report = reportOf({ engine: { kind: 'redis', version: '7.1' } });
  expect(report.dollarsAMonth.minimum).toBeCloseTo(1_438.83, 2);
});

test('autoscaling costs between its bounds', () => {
  const { dollarsAMonth } = reportOf({ size: automaticSize });
  // 2 × 2 nodes to 4 × 3.
  expect(dollarsAMonth.minimum).toBeCloseTo(4 * 0.1752 * 730, 3);
  expect(dollarsAMonth.maximum).toBeCloseTo(12 * 0.1752 * 730, 3);
});

test('self-hosted: the same copies on servers whose memory holds them', () => {
  // (16 − 2) GiB × 75 % × 80 % = 8.4 GiB a shard: 3 shards, 9 servers of $0.1071.
  expect(reportOf().selfHosted).toMatchObject({ instanceType: 'r7g.large', shards: 3, nodes: 9 });
  expect(reportOf().selfHosted?.serversDollarsAMonth).toBeCloseTo(703.647, 3);
  expect(reportOf().selfHosted?.controlPlaneDollarsAMonth).toBeCloseTo(73, 6);
  // Three for the majority, however little there is.
  expect(reportOf({}, 'us-east-1', 1).selfHosted?.shards).toBe(3);
});

test('alternatives hold the dataset, cheapest first, with the chosen one among them', () => {
  const { alternatives } = reportOf();
  const costs = alternatives.map(({ dollarsAMonth }) => dollarsAMonth ?? 0);
  expect(costs).toEqual([...costs].sort((a, b) => a - b));
  for (const { plannableGibibytes } of alternatives) expect(plannableGibibytes).toBeGreaterThanOrEqual(20);
  expect(alternatives.filter(({ chosen }) => chosen)).toMatchObject([
    { nodeType: 'cache.r7g.large', shards: 3, nodes: 9 },
  ]);
  expect(alternatives.find(({ nodeType }) => nodeType === 'cache.r7g.2xlarge')).toMatchObject({ shards: 1, nodes: 3 });
});

test('a price that is not known is unknown everywhere', () => {
  const report = reportOf({}, 'eu-central-1');
  expect(report.dollarsAMonth).toEqual({ minimum: undefined, maximum: undefined });
  expect(report.selfHosted).toBeUndefined();
  const text = renderCapacityReport(report);
  expect(text).toMatch(/ElastiCache +unknown/);
  expect(text).toMatch(/Self-hosted on EKS +unknown/);
  expect(text).toContain('Those of eu-central-1 are not in constructs/elasticache/prices.ts, and so unknown.');
  expect(text).not.toContain('$');
});

test.each([
  ['two replicas', {}, 2],
  ['one replica', { size: { kind: 'fixed', shards: 3, replicasPerShard: 1 } }, 1],
  // Six members over three zones: two in each.
  ['five replicas', { size: { kind: 'fixed', shards: 3, replicasPerShard: 5 } }, 4],
  ['placed ones', { size: placedSize }, 1],
] as const)('members of a shard that outlive a zone, with %s', (_, change, members) => {
  expect(reportOf(change).membersAfterZoneLoss).toBe(members);
});

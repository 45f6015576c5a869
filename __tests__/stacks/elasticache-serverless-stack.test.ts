import type { ElasticacheServerlessSettings } from '../../environments/elasticache-settings';
import {
  ElasticacheServerlessStack,
  type ElasticacheServerlessStackProps,
  type ElasticacheServerlessValue,
} from '../../stacks/elasticache-serverless-stack';
import { testNetwork } from '../support/database-settings';
import { serverlessTestSettings as settings } from '../support/elasticache-serverless';
import { testBundle } from '../support/function-bundle';
import { resourceOf, resourcesOf, synthesizeStack, testAccount } from '../support/synthesized-construct';

let value: ElasticacheServerlessValue | undefined;

function stackWith(
  change: Partial<ElasticacheServerlessSettings> = {},
  props: Partial<ElasticacheServerlessStackProps> = {},
) {
  return synthesizeStack((app) => {
    const stack = new ElasticacheServerlessStack(app, 'test-redis', {
      account: testAccount,
      settings: { ...settings, ...change },
      network: testNetwork,
      clients: { nodes: 'sg-nodes' },
      datasetMebibytes: 1_024,
      backup: 'none',
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alerts',
      rotationBundle: testBundle,
      ...props,
    });
    value = stack.redis;
    return stack;
  });
}

const stack = stackWith();
const cacheOf = (configuration: typeof stack) => resourceOf(configuration, 'aws_elasticache_serverless_cache');

test('the stack', () => {
  expect(stack).toMatchSnapshot();
});

test('the cache is bounded, encrypted with its own key, and backed up every day', () => {
  expect(cacheOf(stack)).toMatchObject({
    name: 'test-redis',
    engine: 'valkey',
    major_engine_version: '8',
    cache_usage_limits: [{ data_storage: [{ maximum: 20, unit: 'GB' }], ecpu_per_second: [{ maximum: 10_000 }] }],
    kms_key_id: expect.stringMatching(/^\$\{aws_kms_key\.key_\w+\.arn\}$/) as string,
    user_group_id: expect.stringMatching(/^\$\{aws_elasticache_user_group\.\w+\.user_group_id\}$/) as string,
    daily_snapshot_time: '03:00',
    snapshot_retention_limit: 7,
  });
});

test('what counts at its creation alone never replaces it', () => {
  expect(cacheOf(stack).lifecycle).toEqual({
    prevent_destroy: true,
    ignore_changes: ['snapshot_arns_to_restore', 'subnet_ids'],
  });
});

test('it starts empty, or with a snapshot', () => {
  const arn = 'arn:aws:elasticache:eu-central-1:111122223333:serverlesscachesnapshot:before-the-move';
  expect(cacheOf(stack)).not.toHaveProperty('snapshot_arns_to_restore');
  expect(cacheOf(stackWith({ seed: { kind: 'snapshot', arn } })).snapshot_arns_to_restore).toEqual([arn]);
});

test('it is in the database subnets of three zones at most', () => {
  const [first] = testNetwork.zones;
  if (!first) throw new Error('the network of tests has no zone');
  const zones = ['a', 'b', 'c', 'd'].map((letter) => ({
    ...first,
    zone: `eu-central-1${letter}`,
    databaseSubnetId: `subnet-${letter}`,
  }));
  const cache = cacheOf(stackWith({}, { network: { ...testNetwork, zones } }));
  expect(cache.subnet_ids).toEqual(['subnet-a', 'subnet-b', 'subnet-c']);
});

test('it is reached by the given security groups alone, on both ports', () => {
  const rules = Object.values(resourcesOf(stack, 'aws_vpc_security_group_ingress_rule'));
  expect(rules.map((rule) => [rule.referenced_security_group_id, rule.from_port, rule.to_port])).toEqual([
    ['sg-nodes', 6380, 6380],
    ['sg-nodes', 6379, 6379],
  ]);
  expect(resourceOf(stack, 'aws_security_group')).not.toHaveProperty('egress');
});

test('alarms are on the cache by the one dimension that its metrics have', () => {
  const alarms = Object.values(resourcesOf(stack, 'aws_cloudwatch_metric_alarm')).filter(
    ({ namespace }) => namespace === 'AWS/ElastiCache',
  );
  expect(alarms).toHaveLength(11);
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({
      dimensions: { clusterId: 'test-redis' },
      alarm_actions: ['arn:aws:sns:eu-central-1:111122223333:test-alerts'],
    });
  }
  expect(new Set(alarms.map((alarm) => alarm.alarm_name)).size).toBe(alarms.length);
});

test.each([
  ['BytesUsedForCache', 17_179_869_184, 'breaching'],
  ['ElastiCacheProcessingUnits', 480_000, 'notBreaching'],
])('%s is told of at 80 %% of its limit', (metric, threshold, missing) => {
  const alarms = Object.values(resourcesOf(stack, 'aws_cloudwatch_metric_alarm'));
  expect(alarms.find(({ metric_name: name }) => name === metric)).toMatchObject({
    threshold,
    treat_missing_data: missing,
  });
});

test('a private name stands for the endpoint', () => {
  const named = stackWith({ privateName: { kind: 'private-zone', zone: 'test.example.internal' } });
  expect(resourceOf(named, 'aws_route53_record')).toMatchObject({
    name: 'redis.test.example.internal',
    records: [expect.stringMatching(/^\$\{aws_elasticache_serverless_cache\.\w+\.endpoint\[0\]\.address\}$/)],
  });
  expect(stack.resource).not.toHaveProperty('aws_route53_record');
});

test('everything that holds data may be destroyed, or nothing', () => {
  const prevented = (configuration: typeof stack) =>
    ['aws_elasticache_serverless_cache', 'aws_kms_key', 'aws_cloudformation_stack', 'aws_elasticache_user_group']
      .flatMap((type) => Object.values(resourcesOf(configuration, type)))
      .map(({ lifecycle }) => (lifecycle as { readonly prevent_destroy?: boolean } | undefined)?.prevent_destroy);
  expect(prevented(stack)).toEqual([true, true, true, true, true, true]);
  const destruction = { kind: 'allowed', reason: 'data of a test, made up' } as const;
  expect(prevented(stackWith({ destruction }))).toEqual([false, false, false, false, false, false]);
});

test('ends in an endpoint that everyone may trust, with places of passwords and none of them', () => {
  stackWith();
  expect(value).toMatchObject({
    serverlessCacheName: 'test-redis',
    endpoint: {
      topology: 'cluster',
      clusterName: 'test-redis',
      seeds: [{ host: expect.any(String) as string, port: 6379 }],
      credentials: {
        app: { username: 'app', password: { kind: 'secrets-manager', field: 'password' } },
        operator: {
          username: 'test-redis-operator-iam',
          password: {
            kind: 'iam',
            cacheArn: 'arn:aws:elasticache:eu-central-1:111122223333:serverlesscache:test-redis',
          },
        },
      },
    },
  });
  expect(value?.endpoint).not.toHaveProperty('caCertificateFile');
});

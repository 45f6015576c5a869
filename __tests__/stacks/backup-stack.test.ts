import { tiers } from '../../constructs/backup/tiers';
import type { SnapshotExportSettings } from '../../environments/backup-settings';
import { BackupStack, type BackupStackProps, type BackupValue } from '../../stacks/backup-stack';
import { snapshotExport } from '../support/backup-settings';
import {
  messageOf,
  resourceOf,
  resourcesOf,
  statementsOf,
  synthesizeStack,
  testAccount,
} from '../support/synthesized-construct';

const reason = 'a test of what is switched off';

let value: BackupValue | undefined;

function stackWith(settings: Partial<SnapshotExportSettings> = {}, props: Partial<BackupStackProps> = {}) {
  return synthesizeStack((app) => {
    const stack = new BackupStack(app, 'test-backup', {
      account: testAccount,
      settings: { ...snapshotExport, ...settings },
      replicationGroupId: 'test-redis',
      shards: 3,
      topicArn: 'arn:aws:sns:eu-central-1:111122223333:test-alarms',
      ...props,
    });
    value = stack.backup;
    return stack;
  });
}

const stack = stackWith();
const sources = ['test-backup-111122223333-eu-central-1', 'test-backup-111122223333-eu-west-1'];

/** Configuration of a resource that belongs to the bucket. */
const ofBucket = (configuration: typeof stack, type: string, name: string) =>
  Object.entries(resourcesOf(configuration, type)).find(([key]) => key.startsWith(name))?.[1];

test('the stack', () => {
  expect(stack).toMatchSnapshot();
});

test('tells where backups are', () => {
  stackWith();
  expect(value).toEqual({
    bucketName: sources[0],
    bucketArn: `arn:aws:s3:::${sources[0] ?? ''}`,
    stateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:test-redis-backup',
    replica: { region: 'eu-west-1', bucketName: sources[1] },
  });
});

test('ElastiCache may export into the bucket of its region, and into no other', () => {
  const policies = Object.values(resourcesOf(stack, 'aws_s3_bucket_policy')).map(({ policy }) => statementsOf(policy));
  const exports = policies.flatMap(({ ElastiCacheExport, ElastiCacheExportLists }) =>
    [ElastiCacheExport, ElastiCacheExportLists].filter((statement) => statement !== undefined),
  );
  const shared = { Effect: 'Allow', Principal: { Service: 'eu-central-1.elasticache-snapshot.amazonaws.com' } };
  expect(exports).toEqual([
    {
      ...shared,
      Sid: 'ElastiCacheExport',
      Action: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts'],
      Resource: [`arn:aws:s3:::${sources[0] ?? ''}/*`],
    },
    {
      ...shared,
      Sid: 'ElastiCacheExportLists',
      Action: ['s3:ListBucket', 's3:GetBucketAcl', 's3:ListBucketMultipartUploads'],
      Resource: [`arn:aws:s3:::${sources[0] ?? ''}`],
    },
  ]);
});

test('copies end by the first part of their name, in both regions', () => {
  for (const bucket of ['copies', 'replica_copies']) {
    const { rule } = ofBucket(stack, 'aws_s3_bucket_lifecycle_configuration', bucket) as {
      readonly rule: readonly { readonly id: string; readonly filter: unknown; readonly expiration?: unknown }[];
    };
    expect(
      rule
        .filter(({ id }) => tiers.some((tier) => tier === id))
        .map(({ id, filter, expiration }) => [id, filter, expiration]),
    ).toEqual([
      ['hourly', [{ prefix: 'hourly-' }], [{ days: 3 }]],
      ['daily', [{ prefix: 'daily-' }], [{ days: 30 }]],
      ['monthly', [{ prefix: 'monthly-' }], [{ days: 365 }]],
    ]);
  }
});

test('all of the replica is in the other region, and the replication in the first', () => {
  const providers = Object.entries(stack.resource ?? {}).flatMap(([, byName]) =>
    Object.entries(byName).map(([name, { provider }]) => [name, provider] as const),
  );
  const there = providers.filter(([, provider]) => provider === 'aws.replica').map(([name]) => name);
  const isThere = (name: string) => /^replica_(?!role|replication)/.test(name);
  expect(there.sort()).toEqual(
    providers
      .map(([name]) => name)
      .filter(isThere)
      .sort(),
  );
  expect(there.length).toBeGreaterThan(10);
  expect(stack.provider?.aws).toMatchObject([
    { region: 'eu-central-1', allowed_account_ids: ['111122223333'] },
    { region: 'eu-west-1', alias: 'replica', allowed_account_ids: ['111122223333'] },
  ]);
});

test('replicates all that is copied, and no deletion', () => {
  expect(resourceOf(stack, 'aws_s3_bucket_replication_configuration')).toMatchObject({
    bucket: sources[0],
    rule: [
      {
        status: 'Enabled',
        filter: { prefix: '' },
        delete_marker_replication: { status: 'Disabled' },
        destination: { bucket: `arn:aws:s3:::${sources[1] ?? ''}` },
      },
    ],
  });
  const role = ofBucket(stack, 'aws_iam_role_policy', 'replica_role');
  expect(Object.values(statementsOf(role?.policy)).flatMap(({ Action }) => Action)).not.toContain('s3:ReplicateDelete');
});

test('both buckets can lock objects; only the replica does so of its own accord', () => {
  expect(ofBucket(stack, 'aws_s3_bucket', 'copies')?.object_lock_enabled).toBe(true);
  expect(ofBucket(stack, 'aws_s3_bucket', 'replica_copies')?.object_lock_enabled).toBe(true);
  expect(resourceOf(stack, 'aws_s3_bucket_object_lock_configuration')).toMatchObject({
    bucket: expect.stringContaining('replica_copies') as string,
    rule: { default_retention: { mode: 'GOVERNANCE', days: 3 } },
  });
});

test('each alarm tells the topic when it starts and when it is over', () => {
  const alarms = Object.values(resourcesOf(stack, 'aws_cloudwatch_metric_alarm'));
  expect(alarms.map(({ metric_name: metric }) => metric)).toEqual([
    'ExecutionsAborted',
    'ExecutionsFailed',
    'OperationsFailedReplication',
    'ApproximateNumberOfMessagesVisible',
    'ExecutionsSucceeded',
    'ExecutionsTimedOut',
  ]);
  for (const { alarm_actions: actions, ok_actions: ok } of alarms) {
    expect([actions, ok]).toEqual(Array(2).fill(['arn:aws:sns:eu-central-1:111122223333:test-alarms']));
  }
});

test.each([
  [4, 9],
  [24, 49],
] as const)('without a success for two times %i hours there is an alarm', (everyHours, evaluationPeriods) => {
  const alarm = Object.values(resourcesOf(stackWith({ everyHours }), 'aws_cloudwatch_metric_alarm')).find(
    ({ metric_name: metric }) => metric === 'ExecutionsSucceeded',
  );
  expect(alarm).toMatchObject({
    statistic: 'Sum',
    comparison_operator: 'LessThanThreshold',
    threshold: 1,
    period: 3600,
    evaluation_periods: evaluationPeriods,
    treat_missing_data: 'breaching',
    dimensions: { StateMachineArn: 'arn:aws:states:eu-central-1:111122223333:stateMachine:test-redis-backup' },
  });
});

test('the state machine is logged, encrypted, and traced', () => {
  expect(resourceOf(stack, 'aws_sfn_state_machine')).toMatchObject({
    logging_configuration: { level: 'ALL', include_execution_data: true },
    tracing_configuration: { enabled: true },
  });
  expect(resourceOf(stack, 'aws_cloudwatch_log_group')).toMatchObject({
    name: '/aws/vendedlogs/states/test-redis-backup',
    retention_in_days: 365,
    kms_key_id: expect.stringContaining('aws_kms_key.') as string,
  });
});

test('without replica and lock there is nothing of either', () => {
  const plain = stackWith({ replica: { kind: 'none', reason }, objectLock: { kind: 'none', reason } });
  expect(value).not.toHaveProperty('replica');
  expect(Object.keys(plain.resource ?? {})).not.toContain('aws_s3_bucket_replication_configuration');
  expect(Object.keys(plain.resource ?? {})).not.toContain('aws_s3_bucket_object_lock_configuration');
  expect(resourceOf(plain, 'aws_s3_bucket')).not.toHaveProperty('object_lock_enabled');
  expect(plain.provider?.aws).toHaveLength(1);
});

test.each<[SnapshotExportSettings['destruction'], boolean]>([
  [{ kind: 'prevented' }, true],
  [{ kind: 'allowed', reason }, false],
])('with destruction %j everything that holds data agrees', (destruction, preventDestroy) => {
  const configuration = stackWith({ destruction });
  const lifecycles = ['aws_s3_bucket', 'aws_kms_key']
    .flatMap((type) => Object.values(resourcesOf(configuration, type)))
    .map(({ lifecycle }) => lifecycle);
  expect(lifecycles).toEqual(Array(4).fill({ prevent_destroy: preventDestroy }));
});

test.each<[string, Partial<SnapshotExportSettings>, Partial<BackupStackProps>, RegExp]>([
  [
    'settings that contradict each other',
    { replica: { kind: 'other-region', region: 'eu-central-1' } },
    {},
    /^test-backup has 1 problem:\n {2}- backup\.replica\.region: "eu-central-1"/,
  ],
  [
    'an id that is not known yet',
    {},
    { replicationGroupId: '${aws_elasticache_replication_group.redis.id}' },
    /^test-backup\/workflow has 1 problem:\n {2}- replicationGroupId: /,
  ],
  ['an id that is too long', {}, { replicationGroupId: 'x'.repeat(41) }, /- replicationGroupId: .*1 to 40/],
  ['an id with two hyphens', {}, { replicationGroupId: 'a--b' }, /- replicationGroupId: "a--b"/],
  [
    'too many shards',
    {},
    { shards: 49 },
    /^test-backup\/workflow has 1 problem:\n {2}- shards: 49; expected at most 48/,
  ],
  [
    'a name that S3 does not take',
    {},
    { account: { ...testAccount, environment: 'an-environment-with-a-very-long-name' } },
    /^test-backup\/copies has 1 problem:\n {2}- name: /,
  ],
])('%s are refused', (_, settings, props, message) => {
  expect(messageOf(() => stackWith(settings, props))).toMatch(message);
});

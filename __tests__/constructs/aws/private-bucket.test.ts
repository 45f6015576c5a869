import { AccessLogBucket } from '../../../constructs/aws/access-log-bucket';
import { PrivateBucket, type PrivateBucketProps } from '../../../constructs/aws/private-bucket';
import {
  messageOf,
  resourceOf,
  resourcesOf,
  statementsOf,
  synthesizeConstruct,
  testAccount,
} from '../../support/synthesized-construct';

function bucketWith(props: Partial<PrivateBucketProps> = {}) {
  return synthesizeConstruct((stack) => {
    new PrivateBucket(stack, 'data', { account: testAccount, name: 'test-data', ...props });
  });
}

const plain = bucketWith();

test('is closed to the public in all four ways, and owns its objects', () => {
  expect(resourceOf(plain, 'aws_s3_bucket_public_access_block')).toMatchObject({
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  });
  expect(resourceOf(plain, 'aws_s3_bucket_ownership_controls')).toMatchObject({
    rule: { object_ownership: 'BucketOwnerEnforced' },
  });
});

test('refuses requests without TLS, for the bucket and its objects', () => {
  expect(statementsOf(resourceOf(plain, 'aws_s3_bucket_policy').policy)).toEqual({
    RefuseWithoutTls: {
      Sid: 'RefuseWithoutTls',
      Effect: 'Deny',
      Principal: '*',
      Action: ['s3:*'],
      Resource: ['arn:aws:s3:::test-data', 'arn:aws:s3:::test-data/*'],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  });
});

test.each([
  [undefined, { sse_algorithm: 'AES256' }, false],
  [
    'arn:aws:kms:eu-central-1:111122223333:key/1',
    { sse_algorithm: 'aws:kms', kms_master_key_id: 'arn:aws:kms:eu-central-1:111122223333:key/1' },
    true,
  ],
])('is encrypted with the key %s, and not with keys of requests', (keyArn, byDefault, bucketKey) => {
  expect(
    resourceOf(bucketWith(keyArn ? { keyArn } : {}), 'aws_s3_bucket_server_side_encryption_configuration'),
  ).toMatchObject({
    rule: [
      {
        apply_server_side_encryption_by_default: byDefault,
        bucket_key_enabled: bucketKey,
        blocked_encryption_types: ['SSE-C'],
      },
    ],
  });
});

test('keeps old versions for a time, and nothing of what was deleted or never finished', () => {
  expect(resourceOf(plain, 'aws_s3_bucket_versioning')).toMatchObject({
    versioning_configuration: { status: 'Enabled' },
  });
  expect(resourceOf(bucketWith({ noncurrentDays: 7 }), 'aws_s3_bucket_lifecycle_configuration').rule).toEqual([
    {
      id: 'unfinished-uploads',
      status: 'Enabled',
      filter: [{ prefix: '' }],
      abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
    },
    {
      id: 'old-versions',
      status: 'Enabled',
      filter: [{ prefix: '' }],
      noncurrent_version_expiration: [{ noncurrent_days: 7 }],
      expiration: [{ expired_object_delete_marker: true }],
    },
  ]);
});

test('changes access one after the other, and rules for versions once there are versions', () => {
  const dependenciesOf = (type: string) => String(resourceOf(plain, type).depends_on);
  expect(dependenciesOf('aws_s3_bucket_ownership_controls')).toMatch(/^aws_s3_bucket_public_access_block\./);
  expect(dependenciesOf('aws_s3_bucket_policy')).toMatch(/^aws_s3_bucket_public_access_block\./);
  expect(dependenciesOf('aws_s3_bucket_lifecycle_configuration')).toMatch(/^aws_s3_bucket_versioning\./);
});

test('is not destroyed, has no object lock and no log unless told so', () => {
  expect(resourceOf(plain, 'aws_s3_bucket')).toEqual({
    bucket: 'test-data',
    lifecycle: { prevent_destroy: true },
  });
  expect(resourcesOf(plain, 'aws_s3_bucket_logging')).toEqual({});
  expect(resourceOf(bucketWith({ objectLock: true, preventDestroy: false }), 'aws_s3_bucket')).toEqual({
    bucket: 'test-data',
    object_lock_enabled: true,
    lifecycle: { prevent_destroy: false },
  });
});

test('a name that S3 would refuse is refused at once', () => {
  expect(messageOf(() => bucketWith({ name: 'Test.data' }))).toBe(
    'stack/data has 1 problem:\n' +
      '  - name: "Test.data"; expected 3 or more lower-case letters, digits and hyphens, ' +
      'with a letter or digit at either end. Use such characters only.',
  );
});

test('logs its requests where S3 may write by then', () => {
  const configuration = synthesizeConstruct((stack) => {
    const logs = new AccessLogBucket(stack, 'access-logs', { account: testAccount, retentionDays: 30 });
    new PrivateBucket(stack, 'data', { account: testAccount, name: 'test-data', accessLogBucket: logs.logsTo });
  });
  const [[logPolicyName, logPolicy]] = Object.entries(resourcesOf(configuration, 'aws_s3_bucket_policy')) as [
    [string, Readonly<Record<string, unknown>>],
  ];
  expect(resourceOf(configuration, 'aws_s3_bucket_logging')).toMatchObject({
    target_bucket: `\${aws_s3_bucket_policy.${logPolicyName}.bucket}`,
    target_prefix: 'test-data/',
  });
  expect(statementsOf(logPolicy.policy).AccessLogs).toEqual({
    Sid: 'AccessLogs',
    Effect: 'Allow',
    Principal: { Service: 'logging.s3.amazonaws.com' },
    Action: ['s3:PutObject'],
    Resource: ['arn:aws:s3:::test-access-logs-111122223333-eu-central-1/*'],
    Condition: { StringEquals: { 'aws:SourceAccount': '111122223333' } },
  });
});

test('the bucket for logs has the only encryption that S3 writes logs with, and drops them in time', () => {
  const configuration = synthesizeConstruct((stack) => {
    new AccessLogBucket(stack, 'access-logs', { account: testAccount, retentionDays: 30, preventDestroy: false });
  });
  expect(resourceOf(configuration, 'aws_s3_bucket_server_side_encryption_configuration')).toMatchObject({
    rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' } }],
  });
  expect(resourceOf(configuration, 'aws_s3_bucket_lifecycle_configuration').rule).toContainEqual({
    id: 'retention',
    status: 'Enabled',
    filter: [{ prefix: '' }],
    expiration: [{ days: 30 }],
  });
  expect(resourceOf(configuration, 'aws_s3_bucket')).toMatchObject({
    bucket: 'test-access-logs-111122223333-eu-central-1',
    lifecycle: { prevent_destroy: false },
  });
});

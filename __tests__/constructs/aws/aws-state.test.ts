import { TerraformStack } from 'cdktf';
import { stateBucketName, useAws, useAwsState } from '../../../constructs/aws/aws-state';
import { bucketNameViolations } from '../../../constructs/aws/bucket-name';
import { accessLogBucketName } from '../../../constructs/aws/access-log-bucket';
import { synthesizeStack, testAccount } from '../../support/synthesized-construct';

function stackIn(account = testAccount) {
  return synthesizeStack((app) => {
    const stack = new TerraformStack(app, 'test-network');
    useAwsState(stack, account);
    useAws(stack, account);
    return stack;
  });
}

test('state is in the bucket of the environment, under the name of the stack, with its key and a lock file', () => {
  expect(stackIn().terraform?.backend).toEqual({
    s3: {
      bucket: 'test-tfstate-111122223333-eu-central-1',
      key: 'test-network/terraform.tfstate',
      region: 'eu-central-1',
      encrypt: true,
      kms_key_id: 'arn:aws:kms:eu-central-1:111122223333:alias/test-terraform-state',
      use_lockfile: true,
      allowed_account_ids: ['111122223333'],
    },
  });
});

test('the provider works on one account and tags everything', () => {
  expect(stackIn().provider?.aws).toEqual([
    {
      region: 'eu-central-1',
      allowed_account_ids: ['111122223333'],
      default_tags: [{ tags: { team: 'platform', environment: 'test', stack: 'test-network', 'managed-by': 'cdktf' } }],
    },
  ]);
});

test('tags of the environment do not replace those that say where a resource comes from', () => {
  const [provider] = stackIn({ ...testAccount, tags: { stack: 'other' } }).provider?.aws ?? [];
  expect(provider).toMatchObject({ default_tags: [{ tags: { stack: 'test-network' } }] });
});

test('the longest names of environment and region make bucket names that S3 takes', () => {
  const account = { ...testAccount, environment: 'e'.repeat(20), region: 'ap-southeast-1' };
  for (const name of [stateBucketName(account), accessLogBucketName(account)]) {
    expect(bucketNameViolations('name', name)).toEqual([]);
  }
});

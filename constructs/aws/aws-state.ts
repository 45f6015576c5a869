/** Terraform state and provider of the stacks in AWS. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, type TerraformStack } from 'cdktf';
import { arn, type AwsAccount } from './account';

/**
 * The bucket that holds the state of an environment's stacks. Bucket names are unique in all of AWS, hence account and
 * region; 'tfstate' because with the longest of each, 'terraform-state' would make 64 characters of the 63 that S3 takes.
 */
export function stateBucketName({ environment, accountId, region }: AwsAccount): string {
  return `${environment}-tfstate-${accountId}-${region}`;
}

/** Name of the key that state is encrypted with, after `alias/<environment>-`. */
export const stateKeyName = 'terraform-state';

/** Key of a stack's state in the bucket. */
export const stateKey = (stackName: string) => `${stackName}/terraform.tfstate`;

/**
 * Keeps a stack's state in the environment's bucket, encrypted, with a lock file in the bucket itself. Credentials of
 * any other account are refused before they read or change anything.
 *
 * The key is named, by its alias: `encrypt` alone asks S3 for its own key (SSE-S3), whatever the bucket's default is.
 */
export function useAwsState(stack: TerraformStack, account: AwsAccount): void {
  new S3Backend(stack, {
    bucket: stateBucketName(account),
    key: stateKey(stack.node.id),
    region: account.region,
    encrypt: true,
    kmsKeyId: arn(account, 'kms', `alias/${account.environment}-${stateKeyName}`),
    allowedAccountIds: [account.accountId],
  });
  // CDKTF 0.21 doesn't know this setting of Terraform 1.10 and later.
  stack.addOverride('terraform.backend.s3.use_lockfile', true);
}

/**
 * Gives a stack the AWS provider, bound to the environment's account, with its tags on every resource. The tags that say
 * where a resource comes from win over tags of the same name.
 *
 * @param alias name of a further provider of the stack, for resources in another region that name it. @default - the
 *   one for all resources that name none
 */
export function useAws(stack: TerraformStack, account: AwsAccount, alias?: string): AwsProvider {
  return new AwsProvider(stack, alias === undefined ? 'aws' : `aws-${alias}`, {
    ...(alias !== undefined && { alias }),
    region: account.region,
    allowedAccountIds: [account.accountId],
    defaultTags: [
      { tags: { ...account.tags, environment: account.environment, stack: stack.node.id, 'managed-by': 'cdktf' } },
    ],
  });
}

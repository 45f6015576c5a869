/** Terraform state and provider of the stacks in AWS. */
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3Backend, type TerraformStack } from 'cdktf';
import type { AwsAccount } from './account';

/** The bucket that holds the state of all stacks of an account and region. Bucket names are global, hence the account. */
export function stateBucketName({ accountId, region }: Pick<AwsAccount, 'accountId' | 'region'>): string {
  return `terraform-state-${accountId}-${region}`;
}

/** Key of a stack's state in the bucket. */
export const stateKey = (stackName: string) => `${stackName}/terraform.tfstate`;

/**
 * Keeps a stack's state in the account's bucket, encrypted, with a lock file in the bucket itself. Credentials of any
 * other account are refused before they read or change anything.
 */
export function useAwsState(stack: TerraformStack, account: AwsAccount): void {
  new S3Backend(stack, {
    bucket: stateBucketName(account),
    key: stateKey(stack.node.id),
    region: account.region,
    encrypt: true,
    allowedAccountIds: [account.accountId],
  });
  // CDKTF 0.21 doesn't know this setting of Terraform 1.10 and later.
  stack.addOverride('terraform.backend.s3.use_lockfile', true);
}

/** Gives a stack the AWS provider, bound to the environment's account, with its tags on every resource. */
export function useAws(stack: TerraformStack, account: AwsAccount): AwsProvider {
  return new AwsProvider(stack, 'aws', {
    region: account.region,
    allowedAccountIds: [account.accountId],
    defaultTags: [
      { tags: { environment: account.environment, stack: stack.node.id, 'managed-by': 'cdktf', ...account.tags } },
    ],
  });
}

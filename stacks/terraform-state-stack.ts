/** Where the Terraform state of an environment's stacks is kept; the first stack of an environment to be deployed. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { AccessLogBucket } from '../constructs/aws/access-log-bucket';
import type { AwsAccount } from '../constructs/aws/account';
import { stateBucketName, stateKeyName, useAws, useAwsState } from '../constructs/aws/aws-state';
import { EncryptionKey } from '../constructs/aws/encryption-key';
import type { PolicyStatement } from '../constructs/aws/policy-document';
import { bucketArn, PrivateBucket } from '../constructs/aws/private-bucket';
import { useLocalState } from '../constructs/local/local-state';
import type { TerraformStateSettings } from '../environments/terraform-state-settings';

/**
 * Where the stack's own state is: a file while there is no bucket yet, or while the bucket is to go, and the bucket
 * otherwise. docs/guides/terraform-state.md tells how to move it.
 */
export type OwnState = 'file' | 'bucket';

export interface TerraformStateStackProps {
  readonly account: AwsAccount;
  readonly settings: TerraformStateSettings;
  readonly ownState: OwnState;
}

/**
 * Reads `OWN_STATE`: whoever deploys says so, since it is a matter of one deployment and not of the environment.
 * @default 'bucket'
 * @throws Error if it is neither `file` nor `bucket`
 */
export function ownStateOf({ OWN_STATE: ownState = 'bucket' }: Readonly<Record<string, string | undefined>>): OwnState {
  if (ownState === 'file' || ownState === 'bucket') return ownState;
  throw new Error(`OWN_STATE is '${ownState}'; set it to 'file' or 'bucket', or to nothing for 'bucket'`);
}

/** Days that a state can be had back after it was overwritten. */
const stateVersionDays = 365;

export class TerraformStateStack extends TerraformStack {
  constructor(scope: Construct, id: string, { account, settings, ownState }: TerraformStateStackProps) {
    super(scope, id);
    const preventDestroy = settings.destruction.kind === 'prevented';
    if (ownState === 'file') useLocalState(this);
    else useAwsState(this, account);
    useAws(this, account);
    const key = new EncryptionKey(this, 'key', {
      account,
      name: stateKeyName,
      description: `Terraform state of ${account.environment}`,
      preventDestroy,
    });
    const accessLogs = new AccessLogBucket(this, 'access-logs', { account, preventDestroy });
    const state = new PrivateBucket(this, 'state', {
      account,
      name: stateBucketName(account),
      keyArn: key.arn,
      statements: [refuseOtherEncryption(account)],
      accessLogBucket: accessLogs.logsTo,
      noncurrentDays: stateVersionDays,
      preventDestroy,
    });
    new TerraformOutput(this, 'bucket', { value: state.name, description: "State of the environment's stacks" });
  }
}

/** A state that was encrypted by S3's own key could be read by whoever may read objects, without a use of the key. */
function refuseOtherEncryption(account: AwsAccount): PolicyStatement {
  return {
    sid: 'RefuseOtherEncryption',
    effect: 'Deny',
    principal: '*',
    actions: ['s3:PutObject'],
    resources: [`${bucketArn(account, stateBucketName(account))}/*`],
    // A request that names no encryption gets the bucket's own, with the key.
    conditions: {
      Null: { 's3:x-amz-server-side-encryption': 'false' },
      StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
    },
  };
}

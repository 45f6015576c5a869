/** Where S3 writes which requests the buckets of an environment got. */
import { Construct } from 'constructs';
import type { AwsAccount } from './account';
import { bucketArn, PrivateBucket } from './private-bucket';

export interface AccessLogBucketProps {
  readonly account: AwsAccount;
  /** Days a log is kept. @default 365 */
  readonly retentionDays?: number;
  /** @default true */
  readonly preventDestroy?: boolean;
}

/** Name of the bucket for an environment's access logs, for stacks other than the one that makes it. */
export function accessLogBucketName({ environment, accountId, region }: AwsAccount): string {
  return `${environment}-access-logs-${accountId}-${region}`;
}

/**
 * The bucket for access logs of all buckets of an environment. It is encrypted by S3's own key, since S3 writes no logs
 * into a bucket with a KMS key, and has no log of its own, which would log the writing of itself.
 * Source: "Enabling Amazon S3 server access logging" of the S3 User Guide.
 */
export class AccessLogBucket extends Construct {
  /** Name of the bucket, as a reference that is complete only when S3 may write to it. */
  readonly logsTo: string;

  constructor(scope: Construct, id: string, { account, retentionDays = 365, preventDestroy }: AccessLogBucketProps) {
    super(scope, id);
    const name = accessLogBucketName(account);
    const { policy } = new PrivateBucket(this, 'bucket', {
      account,
      name,
      noncurrentDays: 30,
      statements: [
        {
          sid: 'AccessLogs',
          principal: { Service: 'logging.s3.amazonaws.com' },
          actions: ['s3:PutObject'],
          resources: [`${bucketArn(account, name)}/*`],
          conditions: { StringEquals: { 'aws:SourceAccount': account.accountId } },
        },
      ],
      lifecycleRules: [
        { id: 'retention', status: 'Enabled', filter: [{ prefix: '' }], expiration: [{ days: retentionDays }] },
      ],
      ...(preventDestroy !== undefined && { preventDestroy }),
    });
    this.logsTo = policy.bucket;
  }
}

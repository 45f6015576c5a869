/** A bucket for copies of snapshots: each is deleted by age, and until then neither overwritten nor lost. */
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { bucketNameViolations } from '../aws/bucket-name';
import type { PolicyStatement } from '../aws/policy-document';
import { PrivateBucket } from '../aws/private-bucket';
import { throwViolations } from '../validation/violations';
import type { SnapshotExportSettings } from '../../environments/backup-settings';
import { tierPrefix, tiers } from './tiers';

export interface BackupBucketProps {
  readonly account: AwsAccount;
  readonly settings: SnapshotExportSettings;
  /** Name of the bucket in the same region that requests are logged to. */
  readonly accessLogBucket: string;
  /** Further statements of its policy. @default - none */
  readonly statements?: readonly PolicyStatement[];
}

/** Name of the bucket of an environment in a region. */
export function backupBucketName({ environment, accountId, region }: AwsAccount): string {
  return `${environment}-backup-${accountId}-${region}`;
}

/**
 * Encrypted by S3's own key: whether ElastiCache exports into a bucket with a KMS key isn't documented.
 *
 * @throws ViolationsError if S3 wouldn't take its name
 */
export class BackupBucket extends Construct {
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { account, settings, accessLogBucket, statements }: BackupBucketProps) {
    super(scope, id);
    const name = backupBucketName(account);
    throwViolations(this.node.path, bucketNameViolations('name', name));
    this.bucket = new PrivateBucket(this, 'bucket', {
      account,
      name,
      accessLogBucket,
      objectLock: settings.objectLock.kind === 'locked',
      noncurrentDays: settings.recoverDeletedDays,
      lifecycleRules: tiers.map((tier) => ({
        id: tier,
        status: 'Enabled',
        filter: [{ prefix: tierPrefix(tier) }],
        expiration: [{ days: settings.keepDays[tier] }],
      })),
      preventDestroy: settings.destruction.kind === 'prevented',
      ...(statements !== undefined && { statements }),
    });
  }
}

/**
 * What the bucket of an export has to allow ElastiCache. It names no source account: AWS documents none for this
 * principal, and the export checks that the caller of `CopySnapshot` may write into the bucket.
 * Source: "Exporting a backup" of the ElastiCache guide.
 */
export function exportStatements({ region }: AwsAccount, bucketArn: string): readonly PolicyStatement[] {
  const principal = { Service: `${region}.elasticache-snapshot.amazonaws.com` };
  return [
    {
      sid: 'ElastiCacheExport',
      principal,
      actions: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts'],
      resources: [`${bucketArn}/*`],
    },
    {
      sid: 'ElastiCacheExportLists',
      principal,
      actions: ['s3:ListBucket', 's3:GetBucketAcl', 's3:ListBucketMultipartUploads'],
      resources: [bucketArn],
    },
  ];
}

/** Copies of the copies in another region. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { S3BucketReplicationConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-replication-configuration';
import { TerraformResource } from 'cdktf';
import { Construct } from 'constructs';
import { AccessLogBucket } from '../aws/access-log-bucket';
import type { AwsAccount } from '../aws/account';
import { policyDocument } from '../aws/policy-document';
import type { PrivateBucket } from '../aws/private-bucket';
import type { SnapshotExportSettings } from '../../environments/backup-settings';
import { BackupBucket } from './backup-bucket';

export interface BucketReplicaProps {
  /** The account, with the region of the replica. */
  readonly account: AwsAccount;
  /** The provider in that region. */
  readonly provider: AwsProvider;
  readonly settings: SnapshotExportSettings;
  /** The bucket that is replicated. */
  readonly source: PrivateBucket;
}

/** The only rule of the replication; a dimension of its metrics. */
export const replicationRuleId = 'copies';

/**
 * A bucket with its own log bucket in another region, and the replication into it. Deletions aren't replicated: copies
 * end there by the same lifecycle, and outlive whoever empties the source.
 */
export class BucketReplica extends Construct {
  readonly bucket: PrivateBucket;

  constructor(scope: Construct, id: string, { account, provider, settings, source }: BucketReplicaProps) {
    super(scope, id);
    const { logsTo } = new AccessLogBucket(this, 'access-logs', {
      account,
      preventDestroy: settings.destruction.kind === 'prevented',
    });
    this.bucket = new BackupBucket(this, 'copies', { account, settings, accessLogBucket: logsTo }).bucket;
    this.#lock(settings);
    for (const resource of resourcesOf(this)) resource.provider = provider;
    const role = this.#role(account, source);
    new S3BucketReplicationConfigurationA(this, 'replication', {
      bucket: source.name,
      role: role.arn,
      rule: [
        {
          id: replicationRuleId,
          priority: 1,
          status: 'Enabled',
          filter: { prefix: '' },
          deleteMarkerReplication: { status: 'Disabled' },
          destination: { bucket: this.bucket.arn, metrics: { status: 'Enabled' } },
        },
      ],
      // Both need their versions first.
      dependsOn: [...resourcesOf(source), ...resourcesOf(this.bucket), ...resourcesOf(role)],
    });
  }

  /** A default for the bucket, which S3 gives to replicas that come without a lock, before the source's got theirs. */
  #lock({ objectLock }: SnapshotExportSettings): void {
    if (objectLock.kind === 'none') return;
    new S3BucketObjectLockConfigurationA(this, 'object-lock', {
      bucket: this.bucket.bucket.id,
      rule: { defaultRetention: { mode: objectLock.mode.toUpperCase(), days: objectLock.days } },
      dependsOn: resourcesOf(this.bucket),
    });
  }

  /** Source: "Setting up permissions for live replication" of the S3 guide, which has no condition for the principal. */
  #role({ environment }: AwsAccount, source: PrivateBucket): IamRole {
    const role = new IamRole(this, 'role', {
      name: `${environment}-backup-replication`,
      description: 'Copies backups to another region',
      assumeRolePolicy: policyDocument([
        { sid: 'Assume', principal: { Service: 's3.amazonaws.com' }, actions: ['sts:AssumeRole'] },
      ]),
    });
    new IamRolePolicy(role, 'policy', {
      role: role.name,
      name: 'replication',
      policy: policyDocument([
        { sid: 'Source', actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'], resources: [source.arn] },
        {
          sid: 'Read',
          actions: [
            's3:GetObjectVersionForReplication',
            's3:GetObjectVersionAcl',
            's3:GetObjectVersionTagging',
            's3:GetObjectRetention',
            's3:GetObjectLegalHold',
          ],
          resources: [`${source.arn}/*`],
        },
        { sid: 'Write', actions: ['s3:ReplicateObject', 's3:ReplicateTags'], resources: [`${this.bucket.arn}/*`] },
      ]),
    });
    return role;
  }
}

const resourcesOf = (construct: Construct) =>
  construct.node.findAll().filter((child) => child instanceof TerraformResource);

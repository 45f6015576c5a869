/** S3: access logs and replication. */
import { byRole, byService, takesOn, type ServiceRule } from './service-rule';
import { blocksOf, textOf } from '../../../synthesis/blocks';
import type { ResolvedResource } from '../../../synthesis/resources';
import type { PlanIndex } from '../plan-index';

const bucketArn = (plan: PlanIndex, name: string) => `${plan.arn('s3', '').split(':').slice(0, 3).join(':')}:::${name}`;

/** Object lock is copied with the object. Source: "Using Object Lock with S3 Replication". */
function replicates(replication: ResolvedResource, plan: PlanIndex) {
  const { role, bucket, rule } = replication.values;
  const source = bucketArn(plan, String(bucket));
  const why = 'backups are copied to another region';
  const isLocked = plan
    .ofType('aws_s3_bucket')
    .some(({ values }) => values.bucket === bucket && values.object_lock_enabled === true);
  return blocksOf(rule).flatMap(({ destination, delete_marker_replication: markers }) => {
    const [target] = blocksOf(destination);
    const [marker] = blocksOf(markers);
    const deletions = marker?.status === 'Enabled' ? ['s3:ReplicateDelete'] : [];
    return [
      // For replication S3 isn't documented to say for which account it acts.
      ...takesOn(replication, 's3.amazonaws.com', role),
      ...byRole(replication, role, {
        actions: ['s3:GetReplicationConfiguration', 's3:ListBucket'],
        on: source,
        context: { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': plan.accountId },
        why,
      }),
      ...byRole(replication, role, {
        actions: [
          's3:GetObjectVersionForReplication',
          's3:GetObjectVersionAcl',
          's3:GetObjectVersionTagging',
          ...(isLocked ? ['s3:GetObjectRetention', 's3:GetObjectLegalHold'] : []),
        ],
        on: `${source}/<object>`,
        context: { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': plan.accountId },
        why,
      }),
      ...byRole(replication, role, {
        actions: ['s3:ReplicateObject', 's3:ReplicateTags', ...deletions],
        on: `${textOf(target?.bucket)}/<object>`,
        context: { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': plan.accountId },
        why,
      }),
    ];
  });
}

export const storageRules: readonly ServiceRule[] = [
  {
    type: 'aws_s3_bucket_logging',
    source: 'Permissions for log delivery (S3 server access logging)',
    needs: (logging, plan) =>
      byService(logging, 'logging.s3.amazonaws.com', {
        actions: ['s3:PutObject'],
        on: `${bucketArn(plan, String(logging.values.target_bucket))}/${String(logging.values.target_prefix)}<log>`,
        context: {
          'aws:SecureTransport': 'true',
          'aws:SourceAccount': plan.accountId,
          'aws:SourceArn': bucketArn(plan, String(logging.values.bucket)),
        },
        why: `requests to ${String(logging.values.bucket)} are logged`,
      }),
  },
  {
    type: 'aws_s3_bucket_replication_configuration',
    source: 'Setting up permissions for live replication (S3)',
    needs: replicates,
  },
];

/** Redis, Postgres and machines, as far as AWS acts for them. */
import { byService, takesOn, type ServiceRule } from './service-rule';
import { blocksOf } from '../../../synthesis/blocks';
import type { ResolvedResource } from '../../../synthesis/resources';
import type { PlanIndex } from '../plan-index';

function monitored(server: ResolvedResource, plan: PlanIndex, kind: 'db' | 'cluster') {
  const { monitoring_role_arn: role, identifier, cluster_identifier: cluster } = server.values;
  if (role === undefined) return [];
  const name = String(kind === 'db' ? identifier : cluster);
  return takesOn(server, 'monitoring.rds.amazonaws.com', role, {
    'aws:SourceAccount': plan.accountId,
    'aws:SourceArn': plan.arn('rds', `${kind}:${name}`),
  });
}

/**
 * ElastiCache publishes with an account of AWS' own and says for which account. The evaluator takes it for a role of
 * another account that is allowed everything there.
 */
export const elasticachePublisher = 'arn:aws:iam::000000000000:role/ElastiCache';

function reports(group: ResolvedResource, plan: PlanIndex) {
  const { notification_topic_arn: topic } = group.values;
  if (typeof topic !== 'string') return [];
  const request = {
    caller: { kind: 'role', arn: elasticachePublisher },
    action: 'sns:Publish',
    resource: topic,
    context: { 'aws:SourceOwner': plan.accountId, 'aws:SecureTransport': 'true' },
    from: 'aws',
    why: 'events of ElastiCache are reported',
    declaredBy: group.address,
  } as const;
  if (plan.topicKey(topic) !== undefined)
    throw new Error(`${group.address}: ElastiCache can't publish to a topic with a key of its own`);
  return [request];
}

/** What the service does in a bucket for an export. Source: "Exporting a backup" of the ElastiCache guide. */
const exportActions = {
  bucket: ['s3:ListBucket', 's3:GetBucketAcl', 's3:ListBucketMultipartUploads'],
  object: ['s3:PutObject', 's3:GetObject', 's3:ListMultipartUploadParts'],
} as const;

/** The bucket that a workflow of Step Functions names as the target of exports. */
function exported(workflow: ResolvedResource, plan: PlanIndex) {
  const [, bucket] = /"TargetBucket":"([^"{]+)"/.exec(String(workflow.values.definition)) ?? [];
  if (bucket === undefined) return [];
  const service = `${plan.region}.elasticache-snapshot.amazonaws.com`;
  const context = { 'aws:SecureTransport': 'true' };
  const why = 'ElastiCache copies snapshots to the bucket';
  return [
    ...byService(workflow, service, { actions: exportActions.bucket, on: `arn:aws:s3:::${bucket}`, context, why }),
    ...byService(workflow, service, {
      actions: exportActions.object,
      on: `arn:aws:s3:::${bucket}/<snapshot>.rdb`,
      context,
      why,
    }),
  ];
}

export const storeRules: readonly ServiceRule[] = [
  {
    type: 'aws_elasticache_replication_group',
    source: 'Managing ElastiCache Amazon SNS notifications',
    needs: reports,
  },
  { type: 'aws_sfn_state_machine', source: 'Exporting a backup (ElastiCache)', needs: exported },
  {
    type: 'aws_db_instance',
    source: 'Setting up for and enabling Enhanced Monitoring (RDS)',
    needs: (server, plan) => monitored(server, plan, 'db'),
  },
  {
    type: 'aws_rds_cluster',
    source: 'Setting up for and enabling Enhanced Monitoring (RDS)',
    needs: (server, plan) => monitored(server, plan, 'cluster'),
  },
  {
    type: 'aws_rds_cluster_instance',
    source: 'Setting up for and enabling Enhanced Monitoring (RDS)',
    needs: (server, plan) => monitored(server, plan, 'db'),
  },
  { type: 'aws_launch_template', source: 'IAM roles for Amazon EC2', needs: hasProfile },
  {
    type: 'aws_dlm_lifecycle_policy',
    source: 'Control access to Amazon Data Lifecycle Manager using IAM',
    needs: (policy, plan) =>
      takesOn(policy, 'dlm.amazonaws.com', policy.values.execution_role_arn, {
        'aws:SourceAccount': plan.accountId,
        'aws:SourceArn': plan.arn('dlm', 'policy/<policy>'),
      }),
  },
];

/** An instance takes on the role of the profile that its template names. */
function hasProfile(template: ResolvedResource, plan: PlanIndex) {
  const names = blocksOf(template.values.iam_instance_profile).map(({ name }) => name);
  return plan
    .ofType('aws_iam_instance_profile')
    .filter(({ values }) => names.includes(values.name))
    .flatMap(({ values }) => takesOn(template, 'ec2.amazonaws.com', roleArn(plan, values.role)));
}

function roleArn(plan: PlanIndex, name: unknown): unknown {
  return plan
    .ofType('aws_iam_role')
    .find(({ values }) => values.name === name)
    ?.attribute('arn');
}

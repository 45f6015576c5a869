/** Requests that no role of an environment may make, whatever grants there are. */
import type { NeededRequest } from './needed-request';
import type { PlanIndex } from './plan-index';
import type { PlannedPolicies } from './policies';

export interface ForbiddenRequest extends NeededRequest {
  /** The rule that forbids it. */
  readonly rule: string;
}

interface Rule {
  readonly name: string;
  readonly why: string;
  readonly actions: readonly string[];
  readonly resources: (plan: PlanIndex) => readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

const buckets = (plan: PlanIndex) =>
  plan.ofType('aws_s3_bucket').map(({ values }) => `arn:aws:s3:::${String(values.bucket)}`);

/** Another environment of the same account, with a name that begins alike, and one that doesn't. */
const otherEnvironments = ({ environment }: PlanIndex) => [`${environment}2`, `${environment}-other`, 'other'];

const rules: readonly Rule[] = [
  {
    name: 'secrets of other environments stay theirs',
    why: 'environments may share an account',
    actions: ['secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue', 'secretsmanager:DescribeSecret'],
    resources: (plan) =>
      otherEnvironments(plan).flatMap((name) =>
        ['redis/app', 'postgres/application', 'alerts/pagerduty', 'application/session-signing/1'].flatMap((secret) => [
          plan.arn('secretsmanager', `secret:${name}/${secret}-AbCdEf`),
          plan.arn('secretsmanager', `secret:${name}-redis/app-AbCdEf`),
        ]),
      ),
  },
  {
    name: 'secrets are neither deleted nor opened to others',
    why: 'a lost password is an outage, an opened one a breach',
    actions: ['secretsmanager:DeleteSecret', 'secretsmanager:PutResourcePolicy', 'secretsmanager:UpdateSecret'],
    resources: (plan) => plan.secrets.map(({ arn }) => arn),
  },
  {
    name: 'buckets keep their versions, locks and policies',
    why: 'backups, state and logs have to survive an intruder',
    actions: [
      's3:PutBucketPolicy',
      's3:DeleteBucketPolicy',
      's3:DeleteBucket',
      's3:PutBucketVersioning',
      's3:PutLifecycleConfiguration',
      's3:PutBucketObjectLockConfiguration',
      's3:PutReplicationConfiguration',
      's3:PutEncryptionConfiguration',
    ],
    resources: buckets,
  },
  {
    name: 'versions of objects are not deleted, and locks not lifted',
    why: 'what was overwritten or deleted can be had back',
    actions: ['s3:DeleteObjectVersion', 's3:BypassGovernanceRetention', 's3:PutObjectLegalHold'],
    resources: (plan) => buckets(plan).map((bucket) => `${bucket}/object`),
  },
  {
    name: 'the state of Terraform is for people and pipelines',
    why: 'it names everything there is',
    actions: ['s3:GetObject', 's3:PutObject', 's3:DeleteObject'],
    resources: (plan) =>
      buckets(plan)
        .filter((bucket) => bucket.includes('-tfstate-'))
        .map((bucket) => `${bucket}/production-redis/terraform.tfstate`),
  },
  {
    name: 'roles are not passed on, made or changed',
    why: 'a caller that can has the rights of any role',
    actions: [
      'iam:PassRole',
      'iam:CreateRole',
      'iam:PutRolePolicy',
      'iam:AttachRolePolicy',
      'iam:UpdateAssumeRolePolicy',
      'iam:DeleteRolePermissionsBoundary',
    ],
    resources: (plan) => [
      ...plan.ofType('aws_iam_role').map((role) => String(role.attribute('arn'))),
      `arn:aws:iam::${plan.accountId}:role/administrator`,
    ],
  },
  {
    name: 'users and keys of access are not made',
    why: 'they would outlive a repair',
    actions: ['iam:CreateUser', 'iam:CreateAccessKey', 'iam:CreateLoginProfile'],
    resources: ({ accountId }) => [`arn:aws:iam::${accountId}:user/intruder`],
  },
  {
    name: 'keys are not deleted, disabled or opened',
    why: 'what a key encrypts is lost with it',
    actions: ['kms:ScheduleKeyDeletion', 'kms:DisableKey', 'kms:PutKeyPolicy', 'kms:DisableKeyRotation'],
    resources: (plan) => plan.ofType('aws_kms_key').map((key) => String(key.attribute('arn'))),
  },
  {
    name: 'stores are not deleted or opened',
    why: 'their data are what the platform is for',
    actions: [
      'elasticache:DeleteReplicationGroup',
      'elasticache:DeleteServerlessCache',
      'elasticache:ModifyReplicationGroup',
    ],
    resources: (plan) => [
      ...plan.ofType('aws_elasticache_replication_group').map((group) => String(group.attribute('arn'))),
      ...plan.ofType('aws_elasticache_serverless_cache').map((cache) => String(cache.attribute('arn'))),
    ],
  },
  {
    name: 'databases are not deleted or opened',
    why: 'Postgres is the source of truth',
    actions: ['rds:DeleteDBInstance', 'rds:ModifyDBInstance', 'rds:DeleteDBSnapshot'],
    resources: (plan) => plan.ofType('aws_db_instance').map((server) => String(server.attribute('arn'))),
  },
];

/** Every role with every rule. */
export function forbiddenRequests(plan: PlanIndex, policies: PlannedPolicies): readonly ForbiddenRequest[] {
  return policies.roles.flatMap((arn) =>
    rules.flatMap(({ name, why, actions, resources, context = {} }) =>
      actions.flatMap((action) =>
        resources(plan).map((resource) => ({
          caller: { kind: 'role' as const, arn },
          action,
          resource,
          context,
          from: 'aws' as const,
          why,
          declaredBy: name,
          rule: name,
        })),
      ),
    ),
  );
}

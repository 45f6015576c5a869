/**
 * The calls of AWS' API a backup makes, each with what it takes to be allowed to: the state machine and its role are
 * both made from this one table.
 */
import { arn, partitionOf, type AwsAccount } from '../aws/account';
import type { PolicyStatement } from '../aws/policy-document';
import { tiers } from './tiers';

/** What the calls are about. */
export interface BackupTarget {
  readonly account: AwsAccount;
  /** Id of the ElastiCache replication group that is backed up. */
  readonly replicationGroupId: string;
  /** ARN of the bucket the snapshots are copied to. */
  readonly bucketArn: string;
  /** SNS topic that is told of failures. */
  readonly topicArn: string;
  /** ARN of the KMS key of the topic. @default - it has no key of its own */
  readonly topicKeyArn?: string;
}

interface ApiCall {
  /** Service and action as Step Functions writes them. */
  readonly name: `${string}:${string}`;
  /** What the caller's role has to allow. */
  readonly permissions: (target: BackupTarget) => readonly Permission[];
}

interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

/**
 * Every call. Sources: the service authorization references of ElastiCache and S3; for the export "Exporting a backup" of
 * the ElastiCache guide, and its remark that the caller needs `s3:ListAllMyBuckets`.
 */
const apiCalls = {
  createSnapshot: {
    name: 'elasticache:createSnapshot',
    permissions: (target) => [
      { actions: ['elasticache:CreateSnapshot'], resources: [groupArn(target), ...snapshotArns(target)] },
    ],
  },
  describeSnapshots: {
    name: 'elasticache:describeSnapshots',
    permissions: () => [{ actions: ['elasticache:DescribeSnapshots'], resources: ['*'] }],
  },
  copySnapshot: {
    name: 'elasticache:copySnapshot',
    permissions: (target) => [
      { actions: ['elasticache:CopySnapshot'], resources: snapshotArns(target) },
      { actions: ['s3:PutObject', 's3:GetObject', 's3:DeleteObject'], resources: [`${target.bucketArn}/*`] },
      { actions: ['s3:ListBucket', 's3:GetBucketLocation', 's3:GetBucketAcl'], resources: [target.bucketArn] },
      { actions: ['s3:ListAllMyBuckets'], resources: ['*'] },
    ],
  },
  listObjects: {
    name: 's3:listObjectsV2',
    permissions: ({ bucketArn }) => [{ actions: ['s3:ListBucket'], resources: [bucketArn] }],
  },
  lockObject: {
    name: 's3:putObjectRetention',
    permissions: ({ bucketArn }) => [{ actions: ['s3:PutObjectRetention'], resources: [`${bucketArn}/*`] }],
  },
  deleteSnapshot: {
    name: 'elasticache:deleteSnapshot',
    permissions: (target) => [{ actions: ['elasticache:DeleteSnapshot'], resources: snapshotArns(target) }],
  },
  publish: {
    name: 'sns:publish',
    permissions: ({ topicArn, topicKeyArn }) => [
      { actions: ['sns:Publish'], resources: [topicArn] },
      ...(topicKeyArn === undefined
        ? []
        : [{ actions: ['kms:GenerateDataKey', 'kms:Decrypt'], resources: [topicKeyArn] }]),
    ],
  },
} as const satisfies Readonly<Record<string, ApiCall>>;

/** Name of a call in the table. */
export type ApiCallName = keyof typeof apiCalls;

const resourcePrefix = (region: string) => `arn:${partitionOf(region)}:states:::aws-sdk:`;

/** What a task state calls, in the form of Step Functions' SDK integrations. */
export function taskResource(call: ApiCallName, { region }: Pick<AwsAccount, 'region'>): string {
  return `${resourcePrefix(region)}${apiCalls[call].name}`;
}

/** What a role needs for all calls that a state machine makes, and no more. */
export function callStatements(resources: ReadonlySet<string>, target: BackupTarget): PolicyStatement[] {
  const made = Object.entries<ApiCall>(apiCalls).filter(([, { name }]) =>
    resources.has(`${resourcePrefix(target.account.region)}${name}`),
  );
  const statements = made.flatMap(([call, { permissions }]) =>
    permissions(target).map((permission, index) => ({ sid: sid(call, index), ...permission })),
  );
  return statements
    .map((statement, index) => withoutGranted(statement, statements.slice(0, index)))
    .filter(({ actions }) => actions.length > 0);
}

/** Calls share rights: each is granted once, so that a right that is taken away is missed. */
function withoutGranted<Granted extends Permission>(statement: Granted, before: readonly Permission[]): Granted {
  const isGranted = (action: string) =>
    before.some(
      ({ actions, resources }) =>
        actions.includes(action) && statement.resources.every((resource) => resources.includes(resource)),
    );
  return { ...statement, actions: statement.actions.filter((action) => !isGranted(action)) };
}

const sid = (call: string, index: number) =>
  `${call.charAt(0).toUpperCase()}${call.slice(1)}${index === 0 ? '' : index + 1}`;

const groupArn = ({ account, replicationGroupId }: BackupTarget) =>
  arn(account, 'elasticache', `replicationgroup:${replicationGroupId}`);

/** The snapshots that backups make, and nobody else's. */
const snapshotArns = ({ account, replicationGroupId }: BackupTarget) =>
  tiers.map((tier) => arn(account, 'elasticache', `snapshot:${tier}-${replicationGroupId}-*`));

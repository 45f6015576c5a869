/** Schedules, and workflows of Step Functions with the calls of AWS' API in them. */
import { byRole, takesOn, type ServiceRule } from './service-rule';
import type { ResolvedResource } from '../../../synthesis/resources';
import { blocksOf, textOf } from '../../../synthesis/blocks';
import type { NeededRequest } from '../needed-request';
import type { PlanIndex } from '../plan-index';

function starts(schedule: ResolvedResource, plan: PlanIndex) {
  return blocksOf(schedule.values.target).flatMap(({ arn, role_arn: role, dead_letter_config: deadLetters }) => [
    ...takesOn(schedule, 'scheduler.amazonaws.com', role, {
      'aws:SourceAccount': plan.accountId,
      'aws:SourceArn': plan.arn('scheduler', `schedule-group/${String(schedule.values.group_name)}`),
    }),
    ...byRole(schedule, role, {
      actions: ['states:StartExecution'],
      on: textOf(arn),
      why: 'backups start on a schedule',
    }),
    ...blocksOf(deadLetters).flatMap((queue) =>
      byRole(schedule, role, {
        actions: ['sqs:SendMessage'],
        on: textOf(queue.arn),
        context: { 'aws:SecureTransport': 'true' },
        why: 'a backup that could not be started is reported',
      }),
    ),
  ]);
}

/** A state, as far as calls are concerned. */
interface State {
  readonly Resource?: string;
  readonly Arguments?: Readonly<Record<string, unknown>>;
  readonly Branches?: readonly { readonly States: States }[];
  readonly ItemProcessor?: { readonly States: States };
}

type States = Readonly<Record<string, State>>;

function tasksOf(states: States): readonly State[] {
  return Object.values(states).flatMap((state) => [
    ...(state.Resource === undefined ? [] : [state]),
    ...(state.Branches ?? []).flatMap((branch) => tasksOf(branch.States)),
    ...(state.ItemProcessor === undefined ? [] : tasksOf(state.ItemProcessor.States)),
  ]);
}

type Calls = (plan: PlanIndex, given: Readonly<Record<string, string>>) => readonly (readonly [string, string])[];

const snapshot = (plan: PlanIndex, name: string) => plan.arn('elasticache', `snapshot:${name}`);

/**
 * Actions, each with a resource, of a call. Sources: the service authorization references of ElastiCache, S3 and SNS;
 * for the export, "Exporting a backup" of the ElastiCache guide and its errors ("unable to validate the authenticated
 * user" without s3:ListAllMyBuckets).
 */
const calls: Readonly<Partial<Record<string, Calls>>> = {
  'elasticache:createSnapshot': (plan, { ReplicationGroupId: group = '', SnapshotName: name = '' }) => [
    ['elasticache:CreateSnapshot', plan.arn('elasticache', `replicationgroup:${group}`)],
    ['elasticache:CreateSnapshot', snapshot(plan, name)],
  ],
  // It knows snapshots as resources, and is asked for those of a name that needn't be there yet.
  'elasticache:describeSnapshots': () => [['elasticache:DescribeSnapshots', '*']],
  'elasticache:copySnapshot': (plan, { SourceSnapshotName: name = '', TargetBucket: bucket = '' }) => [
    ['elasticache:CopySnapshot', snapshot(plan, name)],
    ['s3:ListAllMyBuckets', '*'],
    ...['s3:ListBucket', 's3:GetBucketLocation', 's3:GetBucketAcl'].map(
      (action) => [action, `arn:aws:s3:::${bucket}`] as const,
    ),
    ...['s3:PutObject', 's3:GetObject', 's3:DeleteObject'].map(
      (action) => [action, `arn:aws:s3:::${bucket}/<snapshot>.rdb`] as const,
    ),
  ],
  'elasticache:deleteSnapshot': (plan, { SnapshotName: name = '' }) => [
    ['elasticache:DeleteSnapshot', snapshot(plan, name)],
  ],
  's3:listObjectsV2': (_, { Bucket: bucket = '' }) => [['s3:ListBucket', `arn:aws:s3:::${bucket}`]],
  's3:putObjectRetention': (_, { Bucket: bucket = '' }) => [
    ['s3:PutObjectRetention', `arn:aws:s3:::${bucket}/<snapshot>.rdb`],
  ],
  'sns:publish': (plan, { TopicArn: topic = '' }) => {
    const key = plan.topicKey(topic);
    const use =
      key === undefined
        ? []
        : (['kms:GenerateDataKey', 'kms:Decrypt'] as const).map((action) => [action, key] as const);
    return [['sns:Publish', topic], ...use];
  },
};

/** What Step Functions asks for by itself. Sources: "Logging" and "Tracing" of the Step Functions guide. */
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
];
const tracing = [
  'xray:PutTraceSegments',
  'xray:PutTelemetryRecords',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
];

/** Names of snapshots begin with their tier: each tier that the workflow's expression knows is a case of its own. */
function snapshotNames(definition: string): readonly string[] {
  const [, prefix] = /\$tier & '(-[^']+-)'/.exec(definition) ?? [];
  const [, list] = /\$tier := \$input\.tier in \[([^\]]+)\]/.exec(definition) ?? [];
  if (prefix === undefined || list === undefined) return ['<snapshot>'];
  return [...list.matchAll(/'([a-z]+)'/g)].map(([, tier = '']) => `${tier}${prefix}<time>`);
}

function works(workflow: ResolvedResource, plan: PlanIndex) {
  const { role_arn: role, definition } = workflow.values;
  const text = String(definition);
  const tasks = tasksOf((JSON.parse(text) as { readonly States: States }).States);
  return [
    ...takesOn(workflow, 'states.amazonaws.com', role, {
      'aws:SourceAccount': plan.accountId,
      'aws:SourceArn': String(workflow.attribute('arn')),
    }),
    ...tasks.flatMap((task) => snapshotNames(text).flatMap((name) => callsOf(workflow, plan, task, name))),
    ...byRole(workflow, role, { actions: logDelivery, on: '*', why: 'executions are logged' }),
    ...byRole(workflow, role, { actions: tracing, on: '*', why: 'executions are traced' }),
  ];
}

function callsOf(workflow: ResolvedResource, plan: PlanIndex, task: State, name: string): readonly NeededRequest[] {
  const call = (task.Resource ?? '').split(':aws-sdk:')[1] ?? task.Resource ?? '';
  const rights = calls[call];
  if (!rights)
    throw new Error(`${workflow.address}: what ${call} needs isn't in review/rights/aws/services/workflows.ts; add it`);
  const given = Object.entries(task.Arguments ?? {}).map(([key, value]) => {
    const text = String(value);
    return [key, text.startsWith('{%') ? text.replace(/^\{% ?\$?\w.*%\}$/, name) : text] as const;
  });
  return rights(plan, Object.fromEntries(given)).flatMap(([action, resource]) =>
    byRole(workflow, workflow.values.role_arn, {
      actions: [action],
      on: resource,
      context: { 'aws:SecureTransport': 'true', 'aws:ResourceAccount': plan.accountId },
      why: `the workflow calls ${call}`,
    }),
  );
}

export const workflowRules: readonly ServiceRule[] = [
  { type: 'aws_scheduler_schedule', source: 'Setting up an execution role (EventBridge Scheduler)', needs: starts },
  {
    type: 'aws_sfn_state_machine',
    source: 'Creating an IAM role for your state machine (Step Functions)',
    needs: works,
  },
];

/** The state machine that makes a backup, with its log and the role it acts in. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SfnStateMachine } from '@cdktf/provider-aws/lib/sfn-state-machine';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import { policyDocument, serviceTrust, type PolicyStatement } from '../aws/policy-document';
import type { PrivateBucket } from '../aws/private-bucket';
import { throwViolations, type Violation } from '../validation/violations';
import type { SnapshotExportSettings } from '../../environments/backup-settings';
import { callStatements } from './api-calls';
import { backupDefinition, mostShards } from './backup-definition';
import { backupName, backupStateMachineArn } from './names';
import { taskResources } from './states-language';

export interface BackupWorkflowProps {
  readonly account: AwsAccount;
  readonly settings: SnapshotExportSettings;
  /** Id of the ElastiCache replication group. */
  readonly replicationGroupId: string;
  /** Least number of shards the group has. */
  readonly shards: number;
  /** Where the snapshots are copied to. */
  readonly bucket: PrivateBucket;
  /** SNS topic that is told of failures. */
  readonly topicArn: string;
  /** ARN of the topic's KMS key. @default - it has none of its own */
  readonly topicKeyArn?: string;
}

/** @throws ViolationsError if the cluster can't be backed up so */
export class BackupWorkflow extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: BackupWorkflowProps) {
    super(scope, id);
    throwViolations(this.node.path, workflowViolations(props));
    const { account, settings } = props;
    const name = backupName(account);
    const definition = backupDefinition({
      region: account.region,
      dailyHourUtc: settings.dailyHourUtc,
      timeoutMinutes: settings.timeoutMinutes,
      keepSnapshotDays: settings.keepSnapshotDays,
      replicationGroupId: props.replicationGroupId,
      shards: props.shards,
      bucketName: props.bucket.name,
      topicArn: props.topicArn,
      ...(settings.objectLock.kind === 'locked' && { objectLock: settings.objectLock }),
    });
    const role = new IamRole(this, 'role', {
      name,
      description: `Backs up ${props.replicationGroupId}`,
      assumeRolePolicy: serviceTrust('states.amazonaws.com', account.accountId),
    });
    const policy = new IamRolePolicy(role, 'policy', {
      role: role.name,
      name: 'backup',
      policy: policyDocument([
        ...callStatements(taskResources(definition), { ...props, bucketArn: props.bucket.arn }),
        ...observationStatements,
      ]),
    });
    const logGroup = this.#logGroup(props, name);
    new SfnStateMachine(this, 'state-machine', {
      name,
      type: 'STANDARD',
      roleArn: role.arn,
      definition: JSON.stringify(definition),
      loggingConfiguration: { level: 'ALL', includeExecutionData: true, logDestination: `${logGroup.arn}:*` },
      tracingConfiguration: { enabled: true },
      // Step Functions tries at creation whether the role may write the log.
      dependsOn: [policy],
    });
    this.arn = backupStateMachineArn(account);
  }

  /** `/aws/vendedlogs/`: the permissions of log groups elsewhere outgrow what CloudWatch Logs allows. */
  #logGroup({ account, settings }: BackupWorkflowProps, name: string): CloudwatchLogGroup {
    const key = new EncryptionKey(this, 'key', {
      account,
      name: 'backup-logs',
      description: `Logs of the backups of ${account.environment}`,
      services: [`logs.${account.region}.amazonaws.com`],
      preventDestroy: settings.destruction.kind === 'prevented',
    });
    return new CloudwatchLogGroup(this, 'log-group', {
      name: `/aws/vendedlogs/states/${name}`,
      retentionInDays: settings.logRetentionDays,
      kmsKeyId: key.arn,
    });
  }
}

/** None of these takes a resource. Source: "Logging" and "Tracing" of the Step Functions guide. */
const observationStatements: readonly PolicyStatement[] = [
  {
    sid: 'Log',
    actions: [
      'logs:CreateLogDelivery',
      'logs:GetLogDelivery',
      'logs:UpdateLogDelivery',
      'logs:DeleteLogDelivery',
      'logs:ListLogDeliveries',
      'logs:PutResourcePolicy',
      'logs:DescribeResourcePolicies',
      'logs:DescribeLogGroups',
    ],
    resources: ['*'],
  },
  {
    sid: 'Trace',
    actions: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules', 'xray:GetSamplingTargets'],
    resources: ['*'],
  },
];

function workflowViolations({ replicationGroupId, shards }: BackupWorkflowProps): Violation[] {
  const violations: Violation[] = [];
  if (!/^[a-z](?:-?[a-z0-9])*$/.test(replicationGroupId) || replicationGroupId.length > 40) {
    violations.push({
      setting: 'replicationGroupId',
      value: replicationGroupId,
      expected:
        '1 to 40 lower-case letters, digits and single hyphens, a letter first: it is part of the name of backups',
      remedy: 'Give the id of the replication group itself, known at synth',
    });
  }
  if (shards > mostShards) {
    violations.push({
      setting: 'shards',
      value: shards,
      expected: `at most ${mostShards}: Step Functions takes no longer list of snapshots from ElastiCache`,
      remedy: 'Use larger nodes and fewer shards',
    });
  }
  return violations;
}

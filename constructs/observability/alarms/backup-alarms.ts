/** Tells people when backups fail, or don't happen. */
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import type { AwsAccount } from '../../aws/account';
import { backupName } from '../../backup/names';
import { platformName } from '../../redis/names';
import { announced, type Announcement } from './announcement';

export interface BackupAlarmsProps {
  readonly account: AwsAccount;
  readonly topicArn: string;
  readonly stateMachineArn: string;
  readonly deadLetterQueueName: string;
  /** Hours from one backup to the next. */
  readonly everyHours: number;
  /** The replication to another region. @default - there is none */
  readonly replication?: { readonly source: string; readonly destination: string; readonly ruleId: string };
}

/** What an alarm is about; all else is the same for all of them. */
type Alarm = Announcement &
  Pick<CloudwatchMetricAlarmConfig, 'namespace' | 'metricName' | 'dimensions'> &
  Partial<CloudwatchMetricAlarmConfig>;

export class BackupAlarms extends Construct {
  constructor(scope: Construct, id: string, props: BackupAlarmsProps) {
    super(scope, id);
    for (const [name, { severity, alert, says, ...alarm }] of Object.entries(alarms(props))) {
      new CloudwatchMetricAlarm(this, name, {
        statistic: 'Sum',
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: 'notBreaching',
        ...alarm,
        alarmName: `${backupName(props.account)}-${name}`,
        ...announced({ severity, alert, says: `${platformName(props.account)}: ${says}` }, props.topicArn),
      });
    }
  }
}

function alarms(props: BackupAlarmsProps): Readonly<Record<string, Alarm>> {
  const execution = { namespace: 'AWS/States', dimensions: { StateMachineArn: props.stateMachineArn } };
  return {
    failed: {
      ...execution,
      metricName: 'ExecutionsFailed',
      severity: 'warning',
      alert: 'BackupFailed',
      says: 'a backup failed; its cause is in the execution of the state machine',
    },
    'timed-out': {
      ...execution,
      metricName: 'ExecutionsTimedOut',
      severity: 'warning',
      alert: 'BackupFailed',
      says: 'a backup took longer than all of its own limits together',
    },
    aborted: {
      ...execution,
      metricName: 'ExecutionsAborted',
      severity: 'warning',
      alert: 'BackupFailed',
      says: 'a backup was stopped by someone',
    },
    overdue: {
      ...execution,
      metricName: 'ExecutionsSucceeded',
      severity: 'critical',
      alert: 'BackupTooOld',
      says: 'no backup succeeded in the time of two',
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      // CloudWatch looks back up to 7 days by the hour.
      period: 3600,
      evaluationPeriods: 2 * props.everyHours + 1,
      treatMissingData: 'breaching',
    },
    'not-started': {
      namespace: 'AWS/SQS',
      dimensions: { QueueName: props.deadLetterQueueName },
      metricName: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
      severity: 'warning',
      alert: 'BackupFailed',
      says: 'the schedule could not start a backup; why is told by the message in the queue',
    },
    ...(props.replication && { 'not-replicated': replicationAlarm(props.replication) }),
  };
}

function replicationAlarm({ source, destination, ruleId }: NonNullable<BackupAlarmsProps['replication']>): Alarm {
  return {
    namespace: 'AWS/S3',
    metricName: 'OperationsFailedReplication',
    dimensions: { SourceBucket: source, DestinationBucket: destination, RuleId: ruleId },
    severity: 'warning',
    alert: 'BackupFailed',
    says: 'a copy of a backup was not replicated to the other region',
  };
}

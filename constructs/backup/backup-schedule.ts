/** Starts backups by the clock, and keeps what couldn't be started. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { Construct } from 'constructs';
import { arn, type AwsAccount } from '../aws/account';
import { policyDocument, serviceTrust } from '../aws/policy-document';
import type { SnapshotExportSettings } from '../../environments/backup-settings';
import { backupName, notStartedQueueName } from './names';

export interface BackupScheduleProps {
  readonly account: AwsAccount;
  readonly settings: SnapshotExportSettings;
  readonly stateMachineArn: string;
}

export class BackupSchedule extends Construct {
  /** Name of the queue of starts that failed for good. */
  readonly deadLetterQueueName: string;

  constructor(scope: Construct, id: string, { account, settings, stateMachineArn }: BackupScheduleProps) {
    super(scope, id);
    const name = backupName(account);
    this.deadLetterQueueName = notStartedQueueName(account);
    const deadLetterQueueArn = this.#deadLetterQueue(account);
    const role = new IamRole(this, 'role', {
      name: `${name}-schedule`,
      description: 'Starts backups',
      assumeRolePolicy: serviceTrust('scheduler.amazonaws.com', account.accountId),
    });
    const policy = new IamRolePolicy(role, 'policy', {
      role: role.name,
      name: 'start',
      policy: policyDocument([
        { sid: 'Start', actions: ['states:StartExecution'], resources: [stateMachineArn] },
        { sid: 'DeadLetter', actions: ['sqs:SendMessage'], resources: [deadLetterQueueArn] },
      ]),
    });
    const group = new SchedulerScheduleGroup(this, 'group', { name });
    new SchedulerSchedule(this, 'schedule', {
      name,
      groupName: group.name,
      description: 'Backs up Redis',
      scheduleExpression: cronExpression(settings),
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: stateMachineArn,
        roleArn: role.arn,
        input: JSON.stringify({ scheduledTime: '<aws.scheduler.scheduled-time>' }),
        // A backup that starts after the next one is due would be in its way.
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 10 },
        deadLetterConfig: { arn: deadLetterQueueArn },
      },
      dependsOn: [policy],
    });
  }

  #deadLetterQueue(account: AwsAccount): string {
    const queueArn = arn(account, 'sqs', this.deadLetterQueueName);
    const queue = new SqsQueue(this, 'dead-letters', {
      name: this.deadLetterQueueName,
      sqsManagedSseEnabled: true,
      // The longest time SQS offers: 14 days.
      messageRetentionSeconds: 1_209_600,
    });
    new SqsQueuePolicy(this, 'dead-letters-policy', {
      queueUrl: queue.url,
      policy: policyDocument([
        {
          sid: 'RefuseWithoutTls',
          effect: 'Deny',
          principal: '*',
          actions: ['sqs:*'],
          resources: [queueArn],
          conditions: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ]),
    });
    return queueArn;
  }
}

/** Every so many hours of the day, such that one of them is the hour of the day's backup. In UTC. */
export function cronExpression({
  everyHours,
  dailyHourUtc,
  minute,
}: Pick<SnapshotExportSettings, 'everyHours' | 'dailyHourUtc' | 'minute'>): string {
  const hours = Array.from({ length: 24 / everyHours }, (_, run) => (dailyHourUtc % everyHours) + run * everyHours);
  return `cron(${minute} ${hours.join(',')} * * ? *)`;
}

/** Backups of ElastiCache: a bucket, its copy in another region, and a state machine that fills it by the clock. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import { accessLogBucketName } from '../constructs/aws/access-log-bucket';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { bucketArn } from '../constructs/aws/private-bucket';
import { BackupAlarms } from '../constructs/observability/alarms/backup-alarms';
import { BackupBucket, backupBucketName, exportStatements } from '../constructs/backup/backup-bucket';
import { BackupSchedule } from '../constructs/backup/backup-schedule';
import { BackupWorkflow } from '../constructs/backup/backup-workflow';
import { BucketReplica, replicationRuleId } from '../constructs/backup/bucket-replica';
import { throwViolations } from '../constructs/validation/violations';
import { backupViolations, type SnapshotExportSettings } from '../environments/backup-settings';

export interface BackupStackProps {
  readonly account: AwsAccount;
  readonly settings: SnapshotExportSettings;
  /** Id of the ElastiCache replication group that is backed up. */
  readonly replicationGroupId: string;
  /** Least number of shards the group has: with autoscaling, its lower bound. */
  readonly shards: number;
  /** SNS topic for alarms and failures. */
  readonly topicArn: string;
  /** ARN of the topic's KMS key. @default - it has none of its own */
  readonly topicKeyArn?: string;
}

/** Where backups are and what makes them, for a restore. */
export interface BackupValue {
  readonly bucketName: string;
  readonly bucketArn: string;
  readonly stateMachineArn: string;
  /** The bucket in the other region, if there is one. */
  readonly replica?: { readonly region: string; readonly bucketName: string };
}

/** @throws ViolationsError if settings contradict each other */
export class BackupStack extends TerraformStack {
  readonly backup: BackupValue;

  constructor(scope: Construct, id: string, props: BackupStackProps) {
    super(scope, id);
    const { account, settings, topicArn } = props;
    throwViolations(this.node.path, backupViolations(settings, account));
    useAwsState(this, account);
    useAws(this, account);
    const { bucket } = new BackupBucket(this, 'copies', {
      account,
      settings,
      accessLogBucket: accessLogBucketName(account),
      statements: exportStatements(account, bucketArn(account, backupBucketName(account))),
    });
    const workflow = new BackupWorkflow(this, 'workflow', { ...props, bucket });
    const { deadLetterQueueName } = new BackupSchedule(this, 'schedule', {
      account,
      settings,
      stateMachineArn: workflow.arn,
    });
    const replica = this.#replica(props, bucket);
    new BackupAlarms(this, 'alarms', {
      account,
      topicArn,
      stateMachineArn: workflow.arn,
      deadLetterQueueName,
      everyHours: settings.everyHours,
      ...(replica && {
        replication: { source: bucket.name, destination: replica.bucketName, ruleId: replicationRuleId },
      }),
    });
    this.backup = {
      bucketName: bucket.name,
      bucketArn: bucket.arn,
      stateMachineArn: workflow.arn,
      ...(replica && { replica }),
    };
    new TerraformOutput(this, 'bucket', { value: bucket.name, description: 'Copies of snapshots, one object a shard' });
    new TerraformOutput(this, 'state_machine', {
      value: workflow.arn,
      description: 'Start it with {} for a backup now',
    });
  }

  #replica({ account, settings }: BackupStackProps, source: BackupBucket['bucket']) {
    if (settings.replica.kind === 'none') return undefined;
    const there = { ...account, region: settings.replica.region };
    const { bucket } = new BucketReplica(this, 'replica', {
      account: there,
      provider: useAws(this, there, 'replica'),
      settings,
      source,
    });
    return { region: there.region, bucketName: bucket.name };
  }
}

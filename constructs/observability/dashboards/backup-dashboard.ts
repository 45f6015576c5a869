/** Backups of ElastiCache, as CloudWatch tells: the workflow that makes them, and the buckets that hold them. */
import type { CloudWatchQuery, DashboardDefinition, PanelDefinition } from './panel';

/** What backups are called. */
export interface BackupNames {
  /** Value of `redis_cluster`. */
  readonly clusterName: string;
  readonly stateMachineArn: string;
  readonly bucket: string;
  /** Queue of the starts that failed. */
  readonly deadLetterQueue: string;
  /** Bucket in the other region, and the rule that copies there. @default - there is none */
  readonly replica?: { readonly bucket: string; readonly ruleId: string };
}

const secondsADay = 86_400;

export function backupDashboard(names: BackupNames): DashboardDefinition {
  const { clusterName } = names;
  return {
    uid: `${clusterName}-backups`,
    title: `${clusterName}: backups`,
    description: 'Which backups were made, how long they took, and what there is',
    // S3 tells sizes once a day, and late: in a range of hours there would be none.
    lookback: '14d',
    rows: [
      { title: 'Backups', panels: runPanels(names) },
      { title: 'Copies', panels: copyPanels(names) },
    ],
  };
}

function runPanels({ stateMachineArn, deadLetterQueue }: BackupNames): readonly PanelDefinition[] {
  const runs = (metric: string, statistic: CloudWatchQuery['statistic'], legend: string): CloudWatchQuery => ({
    namespace: 'AWS/States',
    metric,
    statistic,
    dimensions: { StateMachineArn: [stateMachineArn] },
    legend,
  });
  return [
    {
      title: 'Backups that succeeded',
      description: 'By day. There is one for each time that the schedule has.',
      unit: 'short',
      view: 'time series',
      runbook: 'BackupTooOld',
      cloudwatch: [{ ...runs('ExecutionsSucceeded', 'Sum', 'succeeded'), periodSeconds: secondsADay }],
    },
    {
      title: 'Backups that did not',
      description: 'That failed, took too long, were stopped, or could not be started. Each is told of.',
      unit: 'short',
      view: 'time series',
      runbook: 'BackupFailed',
      redAbove: 0,
      cloudwatch: [
        runs('ExecutionsFailed', 'Sum', 'failed'),
        runs('ExecutionsTimedOut', 'Sum', 'took too long'),
        runs('ExecutionsAborted', 'Sum', 'stopped'),
        {
          namespace: 'AWS/SQS',
          metric: 'ApproximateNumberOfMessagesVisible',
          statistic: 'Maximum',
          dimensions: { QueueName: [deadLetterQueue] },
          legend: 'not started',
        },
      ],
    },
    {
      title: 'Time of a backup',
      description: 'In milliseconds. It grows with the data; beyond the limit of the settings a backup is given up.',
      unit: 'ms',
      view: 'time series',
      runbook: 'BackupFailed',
      cloudwatch: [runs('ExecutionTime', 'Maximum', 'longest')],
    },
  ];
}

/** S3 counts once a day. Source: "Metrics and dimensions" of S3, daily storage metrics. */
function copyPanels({ bucket, replica }: BackupNames): readonly PanelDefinition[] {
  const stored = (name: string, metric: string, type: string, legend: string): CloudWatchQuery => ({
    namespace: 'AWS/S3',
    metric,
    statistic: 'Average',
    dimensions: { BucketName: [name], StorageType: [type] },
    periodSeconds: secondsADay,
    legend,
  });
  return [
    {
      title: 'Size of the copies',
      description: 'What S3 holds, earlier versions included. It grows for as long as copies are kept, and then stays.',
      unit: 'bytes',
      view: 'time series',
      runbook: 'BackupTooOld',
      cloudwatch: [stored(bucket, 'BucketSizeBytes', 'StandardStorage', 'bytes')],
    },
    {
      title: 'Objects',
      description: 'One for each shard and backup, earlier versions included.',
      unit: 'short',
      view: 'time series',
      runbook: 'BackupTooOld',
      cloudwatch: [stored(bucket, 'NumberOfObjects', 'AllStorageTypes', 'objects')],
    },
    ...(replica === undefined ? [] : replicationPanels(bucket, replica)),
  ];
}

function replicationPanels(bucket: string, replica: NonNullable<BackupNames['replica']>): readonly PanelDefinition[] {
  const dimensions = { SourceBucket: [bucket], DestinationBucket: [replica.bucket], RuleId: [replica.ruleId] };
  const shared = { namespace: 'AWS/S3', dimensions } as const;
  return [
    {
      title: 'On the way to the other region',
      description: 'Bytes that are not there yet. After a backup it falls to nothing.',
      unit: 'bytes',
      view: 'time series',
      runbook: 'BackupFailed',
      cloudwatch: [{ ...shared, metric: 'BytesPendingReplication', statistic: 'Maximum', legend: 'bytes to go' }],
    },
    {
      title: 'Copies that could not be made',
      description: 'Copies to the other region that failed. S3 Batch Replication makes up for them.',
      unit: 'short',
      view: 'time series',
      runbook: 'BackupFailed',
      redAbove: 0,
      cloudwatch: [{ ...shared, metric: 'OperationsFailedReplication', statistic: 'Sum', legend: 'failed' }],
    },
  ];
}

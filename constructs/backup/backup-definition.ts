/**
 * What one backup does, as a state machine: snapshot, copy to S3, check of the copy, end of the old snapshots.
 *
 * It makes every call itself, by the SDK integrations of Step Functions; there is no function to keep alive. All of it
 * is one branch of a parallel state, for that is what has a catcher for errors of every state inside.
 */
import { taskResource, type ApiCallName } from './api-calls';
import type { Branch, MapState, Retrier, State, StateMachineDefinition, TaskState } from './states-language';
import { tiers } from './tiers';

export interface BackupDefinitionProps {
  readonly region: string;
  readonly replicationGroupId: string;
  /** Least number of shards the group has; a snapshot with fewer is no backup of it. */
  readonly shards: number;
  readonly bucketName: string;
  readonly topicArn: string;
  /** Hour (UTC) of the backup that is the day's. */
  readonly dailyHourUtc: number;
  /** Minutes that the snapshot, and the copy after it, may take each. */
  readonly timeoutMinutes: number;
  /** Days after which a snapshot is deleted from ElastiCache. */
  readonly keepSnapshotDays: number;
  /** How objects are locked. @default - not at all */
  readonly objectLock?: { readonly mode: 'compliance' | 'governance'; readonly days: number };
}

/** Seconds between two looks at something that takes its time. */
const pollSeconds = 60;

/**
 * Errors that go away: throttling and faults of the service, which have no exception of their own in the SDK. 6 tries
 * over 3 minutes or so.
 */
const transientErrors: Retrier = {
  ErrorEquals: [
    'ElastiCache.ElastiCacheException',
    'ElastiCache.SdkClientException',
    'S3.S3Exception',
    'S3.SdkClientException',
    'Sns.SnsException',
    'Sns.SdkClientException',
  ],
  IntervalSeconds: 5,
  MaxAttempts: 5,
  BackoffRate: 2,
  MaxDelaySeconds: 120,
  JitterStrategy: 'FULL',
};

/** Another snapshot, a failover or a change of the group is under way. 30 minutes. */
const groupIsBusy: Retrier = {
  ErrorEquals: ['ElastiCache.InvalidReplicationGroupStateException', 'ElastiCache.InvalidCacheClusterStateException'],
  IntervalSeconds: 120,
  MaxAttempts: 15,
  BackoffRate: 1,
};

/** A snapshot that was just made may not be listed at once. */
const notThereYet: Retrier = {
  ErrorEquals: ['ElastiCache.SnapshotNotFoundException'],
  IntervalSeconds: 10,
  MaxAttempts: 5,
  BackoffRate: 2,
};

/** The least that ElastiCache takes, for its answers are long. */
const snapshotsAPage = 20;

/**
 * Most shards of a cluster whose snapshots can be listed: Step Functions takes 256 KiB of an answer, and a page of
 * snapshots has some 240 bytes a shard beside 1,500 a snapshot. AWS' default quota is 90 nodes a cluster.
 */
export const mostShards = Math.floor((262_144 / snapshotsAPage - 1_500) / 240);

const jsonata = (expression: string) => `{% ${expression} %}`;

/** The definition of the state machine. Its input may have `scheduledTime` (ISO 8601) and `tier`; `{}` makes one now. */
export function backupDefinition(props: BackupDefinitionProps): StateMachineDefinition {
  return {
    Comment: `Backs the Redis cluster ${props.replicationGroupId} up to the bucket ${props.bucketName}`,
    QueryLanguage: 'JSONata',
    TimeoutSeconds: (2 * props.timeoutMinutes + 120) * 60,
    StartAt: 'BackUp',
    States: {
      BackUp: {
        Type: 'Parallel',
        Branches: [backupBranch(props)],
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Notify', Assign: failure }],
        Next: 'BackedUp',
      },
      BackedUp: { Type: 'Succeed' },
      Notify: {
        ...call(props, 'publish', {
          TopicArn: props.topicArn,
          Subject: `Backup of ${props.replicationGroupId} failed`,
          Message: jsonata(
            "$failure.error & ': ' & $failure.cause & '\\n\\nExecution: ' & $states.context.Execution.Id & '\\nStarted: ' & $states.context.Execution.StartTime",
          ),
        }),
        Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Failed' }],
        Next: 'Failed',
      },
      Failed: { Type: 'Fail', Error: jsonata('$failure.error'), Cause: jsonata('$failure.cause') },
    },
  };
}

const failure = {
  failure: {
    error: jsonata("$exists($states.errorOutput.Error) ? $states.errorOutput.Error : 'Backup.Failed'"),
    cause: jsonata("$exists($states.errorOutput.Cause) ? $states.errorOutput.Cause : 'No cause was told'"),
  },
};

function backupBranch(props: BackupDefinitionProps): Branch {
  return {
    StartAt: 'Name',
    States: { ...snapshotStates(props), ...copyStates(props), ...lockStates(props), ...pruneStates(props) },
  };
}

function snapshotStates(props: BackupDefinitionProps): Record<string, State> {
  return {
    Name: {
      Type: 'Pass',
      Assign: { name: jsonata(nameExpression(props)), polls: 0, marker: '' },
      Next: 'CreateSnapshot',
    },
    CreateSnapshot: {
      ...call(
        props,
        'createSnapshot',
        { ReplicationGroupId: props.replicationGroupId, SnapshotName: jsonata('$name') },
        groupIsBusy,
      ),
      // The answer to an earlier try was lost: the name is this execution's own.
      Catch: [{ ErrorEquals: ['ElastiCache.SnapshotAlreadyExistsException'], Next: 'WaitForSnapshot' }],
      Next: 'WaitForSnapshot',
    },
    WaitForSnapshot: { Type: 'Wait', Seconds: pollSeconds, Next: 'DescribeSnapshot' },
    DescribeSnapshot: {
      ...call(props, 'describeSnapshots', { SnapshotName: jsonata('$name') }, notThereYet),
      Assign: {
        status: jsonata('$states.result.Snapshots[0].SnapshotStatus'),
        // The cluster may have been scaled out since its declaration: all it has count.
        shards: jsonata(`$max([$states.result.Snapshots[0].NumNodeGroups, ${props.shards}])`),
        polls: jsonata('$polls + 1'),
      },
      Next: 'IsSnapshotReady',
    },
    IsSnapshotReady: {
      Type: 'Choice',
      Choices: [
        { Condition: jsonata("$status = 'available'"), Next: 'CopySnapshot' },
        { Condition: jsonata(`$status = 'creating' and $polls < ${props.timeoutMinutes}`), Next: 'WaitForSnapshot' },
      ],
      Default: 'SnapshotFailed',
    },
    SnapshotFailed: {
      Type: 'Fail',
      Error: 'Backup.SnapshotNotAvailable',
      Cause: jsonata(`'The snapshot ' & $name & ' is ' & $status & ' after ' & $string($polls) & ' minutes'`),
    },
  };
}

function copyStates(props: BackupDefinitionProps): Record<string, State> {
  return {
    CopySnapshot: {
      ...call(
        props,
        'copySnapshot',
        { SourceSnapshotName: jsonata('$name'), TargetSnapshotName: jsonata('$name'), TargetBucket: props.bucketName },
        groupIsBusy,
      ),
      Assign: { polls: 0 },
      Catch: [
        {
          ErrorEquals: ['ElastiCache.SnapshotAlreadyExistsException'],
          Next: 'WaitForObjects',
          Assign: { polls: 0 },
        },
      ],
      Next: 'WaitForObjects',
    },
    WaitForObjects: { Type: 'Wait', Seconds: pollSeconds, Next: 'ListObjects' },
    ListObjects: {
      ...call(props, 'listObjects', { Bucket: props.bucketName, Prefix: jsonata("$name & '-'") }),
      Assign: {
        // An object is there once it is whole. A list even if it has one entry, or none.
        objects: jsonata("[$states.result.Contents[Size > 0 and $substring(Key, -4) = '.rdb'].Key]"),
        polls: jsonata('$polls + 1'),
      },
      Next: 'IsCopyComplete',
    },
    IsCopyComplete: {
      Type: 'Choice',
      Choices: [
        {
          Condition: jsonata('$count($objects) = $shards'),
          Next: props.objectLock === undefined ? 'ListSnapshots' : 'LockObjects',
        },
        { Condition: jsonata(`$polls < ${props.timeoutMinutes}`), Next: 'WaitForObjects' },
      ],
      Default: 'CopyFailed',
    },
    CopyFailed: {
      Type: 'Fail',
      Error: 'Backup.CopyIncomplete',
      Cause: jsonata(
        `'Of ' & $string($shards) & ' shards of ' & $name & ', ' & $string($count($objects)) & ' have an object that is not empty after ' & $string($polls) & ' minutes'`,
      ),
    },
  };
}

/**
 * Each object is locked once it is there, not by a default of the bucket: S3 takes no object into a bucket with such a
 * default unless the upload has a checksum, and whether ElastiCache sends one isn't documented.
 */
function lockStates(props: BackupDefinitionProps): Record<string, State> {
  const { objectLock, bucketName } = props;
  if (objectLock === undefined) return {};
  const lock = call(props, 'lockObject', {
    Bucket: bucketName,
    Key: jsonata('$states.input'),
    Retention: {
      Mode: objectLock.mode.toUpperCase(),
      RetainUntilDate: jsonata(`$fromMillis($millis() + ${objectLock.days} * 86400000)`),
    },
  });
  return { LockObjects: { ...forEach('$objects', { LockObject: { ...lock, End: true } }), Next: 'ListSnapshots' } };
}

/**
 * Deletes snapshots that backups made, found and dated by their name (see `nameExpression`, whose last 23 characters
 * are date, time and random digits): never those of people, nor final ones.
 */
function pruneStates(props: BackupDefinitionProps): Record<string, State> {
  const { replicationGroupId, keepSnapshotDays } = props;
  const prefixes = list(tiers.map((tier) => `${tier}-${replicationGroupId}`));
  const isOld = `$substring($, 0, $length($) - 23) in ${prefixes} and $substring($, -22, 13) < $before`;
  return {
    ListSnapshots: {
      ...call(
        props,
        'describeSnapshots',
        jsonata(
          `$merge([{'ReplicationGroupId': '${replicationGroupId}', 'SnapshotSource': 'user', 'MaxRecords': ${snapshotsAPage}}, $marker = '' ? {} : {'Marker': $marker}])`,
        ),
      ),
      Assign: {
        marker: jsonata("$exists($states.result.Marker) ? $states.result.Marker : ''"),
        old: jsonata(
          `($before := $fromMillis($millis() - ${keepSnapshotDays} * 86400000, '${stampPicture}'); [$states.result.Snapshots.SnapshotName[${isOld}]])`,
        ),
      },
      Next: 'DeleteSnapshots',
    },
    DeleteSnapshots: {
      ...forEach('$old', {
        DeleteSnapshot: {
          ...call(props, 'deleteSnapshot', { SnapshotName: jsonata('$states.input') }),
          Catch: [{ ErrorEquals: ['ElastiCache.SnapshotNotFoundException'], Next: 'Gone' }],
          End: true,
        },
        Gone: { Type: 'Succeed' },
      }),
      Next: 'AreThereMore',
    },
    AreThereMore: {
      Type: 'Choice',
      Choices: [{ Condition: jsonata("$marker != ''"), Next: 'ListSnapshots' }],
      Default: 'Pruned',
    },
    Pruned: { Type: 'Succeed' },
  };
}

/** Date and time in names: `20261123-0500`, whose order is that of time. */
const stampPicture = '[Y0001][M01][D01]-[H01][m01]';

/**
 * `<tier>-<group>-<yyyymmdd>-<hhmm>-<8 random hexadecimal digits>`. The time is that of the schedule, so that a late
 * start doesn't make an hour's backup of a day's; ElastiCache takes letters, digits and single hyphens.
 */
function nameExpression({ replicationGroupId, dailyHourUtc }: BackupDefinitionProps): string {
  return [
    '($input := $states.input',
    '$millis := $toMillis($exists($input.scheduledTime) ? $input.scheduledTime : $states.context.Execution.StartTime)',
    `$due := $number($fromMillis($millis, '[H01]')) != ${dailyHourUtc} ? 'hourly' : $fromMillis($millis, '[D01]') = '01' ? 'monthly' : 'daily'`,
    `$tier := $input.tier in ${list(tiers)} ? $input.tier : $due`,
    `$tier & '-${replicationGroupId}-' & $fromMillis($millis, '${stampPicture}') & '-' & $substring($uuid(), 0, 8))`,
  ].join('; ');
}

/** A list of texts in JSONata. */
const list = (texts: readonly string[]) => `[${texts.map((text) => `'${text}'`).join(', ')}]`;

type CallState = Pick<TaskState, 'Type' | 'Resource' | 'Arguments' | 'Retry'>;

function call(
  { region }: Pick<BackupDefinitionProps, 'region'>,
  name: ApiCallName,
  args: TaskState['Arguments'],
  ...retriers: Retrier[]
): CallState {
  return {
    Type: 'Task',
    Resource: taskResource(name, { region }),
    Arguments: args,
    Retry: [...retriers, transientErrors],
  };
}

/** Does the first of the states, and what follows it, for every entry of a list; one after the other, to be gentle. */
function forEach(items: string, states: Record<string, State>): Omit<MapState, 'Next' | 'End'> {
  const [first = ''] = Object.keys(states);
  return {
    Type: 'Map',
    Items: jsonata(items),
    MaxConcurrency: 1,
    ItemProcessor: { ProcessorConfig: { Mode: 'INLINE' }, StartAt: first, States: states },
  };
}

/** How Redis is backed up on a platform in AWS: from snapshots of ElastiCache to objects in S3. */
import { z } from 'zod';
import { partitionOf } from '../constructs/aws/account';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { destruction, none } from './setting-forms';

/**
 * Days that the copies of one kind are kept. S3 deletes by day, at midnight UTC after the time is over, and never
 * within the first day.
 */
const keepDays = z.int().min(1).max(3_650);

/** Copies nobody may delete or overwrite for a time (S3 object lock). Can't be switched on for a bucket that exists. */
const objectLock = z.discriminatedUnion('kind', [
  none,
  z.strictObject({
    kind: z.literal('locked'),
    /** `compliance`: nobody at all. `governance`: nobody without the permission `s3:BypassGovernanceRetention`. */
    mode: z.enum(['compliance', 'governance']),
    /** Days from the backup on. */
    days: z.int().min(1).max(3_650),
  }),
]);

/** Copies of the copies in another region, for the loss of the whole region. */
const replica = z.discriminatedUnion('kind', [
  none,
  z.strictObject({
    kind: z.literal('other-region'),
    /** Any other region of the same partition, such as `eu-west-1`. */
    region: z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d$/),
  }),
]);

/** Snapshots on a schedule, each copied to a bucket, checked there and deleted when it is old. */
const snapshotExport = z.strictObject({
  kind: z.literal('snapshot-export'),
  /**
   * Hours from one backup to the next. One hour isn't among them: ElastiCache makes no more than 20 manual snapshots
   * of a node in 24 hours, and some of them are for people.
   */
  everyHours: z.literal([2, 3, 4, 6, 8, 12, 24]),
  /** Hour (UTC) of the backup that is kept as the day's, and on the first of a month as the month's. */
  dailyHourUtc: z.int().min(0).max(23),
  /** Minute of the hour at which backups start. */
  minute: z.int().min(0).max(59),
  /** By how long copies are kept in S3. */
  keepDays: z.strictObject({ hourly: keepDays, daily: keepDays, monthly: keepDays }),
  /** Days a snapshot is kept in ElastiCache too, from where a restore is quicker. */
  keepSnapshotDays: z.int().min(1).max(365),
  /** Days that a copy which was deleted, by its age or by mistake, can be had back. */
  recoverDeletedDays: z.int().min(1).max(365),
  /** Minutes that the making of a snapshot, and its copying after that, may take each before the backup has failed. */
  timeoutMinutes: z.int().min(10).max(660),
  /** Days that the log of backups is kept: what CloudWatch Logs offers from a month on. */
  logRetentionDays: z.literal([
    30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]),
  objectLock,
  replica,
  /** Whether Terraform may destroy the buckets. S3 itself refuses as long as there is an object in them. */
  destruction,
});

/** Backups, or none with a reason. */
export const backupSettings = z.discriminatedUnion('kind', [none, snapshotExport]);

export type BackupSettings = DeepReadonly<z.output<typeof backupSettings>>;

/** Settings of the member `snapshot-export`. */
export type SnapshotExportSettings = Extract<BackupSettings, { kind: 'snapshot-export' }>;

/** What backups depend on that other settings say. */
export interface BackupContext {
  /** Region of the platform. */
  readonly region: string;
}

/** A rule over several settings; the schema covers single ones. */
type Rule = (settings: SnapshotExportSettings, context: BackupContext) => readonly Violation[];

const rules: readonly Rule[] = [keptLongerThanOftener, lockedNoLongerThanKept, runsDoNotOverlap, replicaIsElsewhere];

/** What is wrong with settings that each are right. */
export function backupViolations(settings: BackupSettings, context: BackupContext): Violation[] {
  return settings.kind === 'none' ? [] : rules.flatMap((rule) => rule(settings, context));
}

/** A day's copy that goes before the hours' of the same day would be no use. */
function keptLongerThanOftener({ keepDays: { hourly, daily, monthly } }: SnapshotExportSettings): Violation[] {
  const pairs = [
    { longer: 'daily', days: daily, shorter: 'hourly', least: hourly },
    { longer: 'monthly', days: monthly, shorter: 'daily', least: daily },
  ];
  return pairs
    .filter(({ days, least }) => days < least)
    .map(({ longer, days, shorter, least }) => ({
      setting: `backup.keepDays.${longer}`,
      value: days,
      expected: `at least backup.keepDays.${shorter} (${least})`,
      remedy: `Raise backup.keepDays.${longer} or lower backup.keepDays.${shorter}`,
    }));
}

/** S3 keeps a locked object beyond its lifecycle rule, without a word. */
function lockedNoLongerThanKept({ objectLock: lock, keepDays: keep }: SnapshotExportSettings): Violation[] {
  const shortest = Math.min(keep.hourly, keep.daily, keep.monthly);
  if (lock.kind === 'none' || lock.days <= shortest) return [];
  return [
    {
      setting: 'backup.objectLock.days',
      value: lock.days,
      expected: `at most ${shortest}, the least of backup.keepDays: S3 deletes no locked object`,
      remedy: 'Lower backup.objectLock.days or raise backup.keepDays',
    },
  ];
}

/** ElastiCache refuses a second snapshot of a group that one is being made of. */
function runsDoNotOverlap({ timeoutMinutes, everyHours }: SnapshotExportSettings): Violation[] {
  const most = (everyHours * 60) / 2 - 1;
  if (timeoutMinutes <= most) return [];
  return [
    {
      setting: 'backup.timeoutMinutes',
      value: timeoutMinutes,
      expected: `at most ${most}: the snapshot and its copy are over before the next backup, ${everyHours} h later`,
      remedy: 'Lower backup.timeoutMinutes or raise backup.everyHours',
    },
  ];
}

function replicaIsElsewhere({ replica: copy }: SnapshotExportSettings, { region }: BackupContext): Violation[] {
  if (copy.kind === 'none') return [];
  const violation = { setting: 'backup.replica.region', value: copy.region, remedy: 'Name another region' };
  if (copy.region === region) return [{ ...violation, expected: `any region but the platform's, ${region}` }];
  return partitionOf(copy.region) === partitionOf(region)
    ? []
    : [{ ...violation, expected: `a region of the same partition as ${region}: S3 replicates within one` }];
}

import { violationsOf } from '../../constructs/validation/schema-violations';
import { backupSettings, backupViolations, type BackupSettings } from '../../environments/backup-settings';
import { snapshotExport } from '../support/backup-settings';

const reason = 'the data can be made anew';

function schemaViolations(input: unknown): string[] {
  const { error } = backupSettings.safeParse(input);
  return error === undefined ? [] : violationsOf(error, backupSettings, input).map(({ setting }) => setting);
}

describe('settings by themselves', () => {
  test.each<[string, unknown]>([
    ['everything', snapshotExport],
    ['no backups, with a reason', { kind: 'none', reason }],
    ['no lock and no replica, with reasons', { ...snapshotExport, objectLock: none(), replica: none() }],
    ['a lock that nobody opens', { ...snapshotExport, objectLock: { kind: 'locked', mode: 'compliance', days: 1 } }],
    ['destruction, with a reason', { ...snapshotExport, destruction: { kind: 'allowed', reason } }],
  ])('%s is taken', (_, input) => {
    expect(backupSettings.parse(input)).toEqual(input);
  });

  test.each<[string, unknown, string]>([
    ['an unknown member', { kind: 'sometimes' }, 'kind'],
    ['no backups without a reason', { kind: 'none' }, 'reason'],
    ['no backups for a reason that is none', { kind: 'none', reason: '  because  ' }, 'reason'],
    ['a setting of another member', { kind: 'none', reason, everyHours: 4 }, 'everyHours'],
    ['an unknown setting', { ...snapshotExport, keepHours: 4 }, 'keepHours'],
    ['more manual snapshots a day than ElastiCache makes', { ...snapshotExport, everyHours: 1 }, 'everyHours'],
    ['hours that do not divide the day', { ...snapshotExport, everyHours: 5 }, 'everyHours'],
    ['an hour the day does not have', { ...snapshotExport, dailyHourUtc: 24 }, 'dailyHourUtc'],
    ['a minute the hour does not have', { ...snapshotExport, minute: 60 }, 'minute'],
    ['copies kept for no day', { ...snapshotExport, keepDays: { hourly: 0, daily: 1, monthly: 1 } }, 'keepDays.hourly'],
    ['snapshots kept for no day', { ...snapshotExport, keepSnapshotDays: 0 }, 'keepSnapshotDays'],
    ['nothing to be had back', { ...snapshotExport, recoverDeletedDays: 0 }, 'recoverDeletedDays'],
    ['no time', { ...snapshotExport, timeoutMinutes: 9 }, 'timeoutMinutes'],
    [
      'a log kept as long as CloudWatch does not offer',
      { ...snapshotExport, logRetentionDays: 31 },
      'logRetentionDays',
    ],
    ['no lock without a reason', { ...snapshotExport, objectLock: { kind: 'none' } }, 'objectLock.reason'],
    [
      'a lock for no day',
      { ...snapshotExport, objectLock: { kind: 'locked', mode: 'compliance', days: 0 } },
      'objectLock.days',
    ],
    [
      'a lock of no mode',
      { ...snapshotExport, objectLock: { kind: 'locked', mode: 'strict', days: 1 } },
      'objectLock.mode',
    ],
    ['no replica without a reason', { ...snapshotExport, replica: { kind: 'none' } }, 'replica.reason'],
    ['a replica nowhere', { ...snapshotExport, replica: { kind: 'other-region', region: 'europe' } }, 'replica.region'],
    ['destruction without a reason', { ...snapshotExport, destruction: { kind: 'allowed' } }, 'destruction.reason'],
  ])('%s is refused', (_, input, setting) => {
    expect(schemaViolations(input)).toEqual([setting]);
  });
});

describe('rules over several settings', () => {
  const violations = (settings: BackupSettings) => backupViolations(settings, { region: 'eu-central-1' });

  test.each<[string, BackupSettings]>([
    ['everything', snapshotExport],
    ['no backups', { kind: 'none', reason }],
    ['no lock, whatever is kept', { ...snapshotExport, objectLock: none() }],
    ['no replica', { ...snapshotExport, replica: none() }],
    ['all kept as long', { ...snapshotExport, keepDays: { hourly: 3, daily: 3, monthly: 3 } }],
    ['the longest time', { ...snapshotExport, timeoutMinutes: 119 }],
  ])('%s breaks none', (_, settings) => {
    expect(violations(settings)).toEqual([]);
  });

  test.each<[string, BackupSettings, string, unknown, RegExp]>([
    [
      "day's copies kept shorter than hours'",
      { ...snapshotExport, keepDays: { hourly: 9, daily: 8, monthly: 365 } },
      'backup.keepDays.daily',
      8,
      /at least backup\.keepDays\.hourly \(9\)/,
    ],
    [
      "month's copies kept shorter than days'",
      { ...snapshotExport, keepDays: { hourly: 3, daily: 30, monthly: 29 } },
      'backup.keepDays.monthly',
      29,
      /at least backup\.keepDays\.daily \(30\)/,
    ],
    [
      'locked longer than kept',
      { ...snapshotExport, objectLock: { kind: 'locked', mode: 'compliance', days: 4 } },
      'backup.objectLock.days',
      4,
      /at most 3/,
    ],
    ['backups that meet', { ...snapshotExport, timeoutMinutes: 120 }, 'backup.timeoutMinutes', 120, /at most 119/],
    [
      'a replica in the same region',
      { ...snapshotExport, replica: { kind: 'other-region', region: 'eu-central-1' } },
      'backup.replica.region',
      'eu-central-1',
      /any region but/,
    ],
    [
      'a replica in another partition',
      { ...snapshotExport, replica: { kind: 'other-region', region: 'cn-north-1' } },
      'backup.replica.region',
      'cn-north-1',
      /the same partition as eu-central-1/,
    ],
  ])('%s are told', (_, settings, setting, value, expected) => {
    expect(violations(settings)).toEqual([
      { setting, value, expected: expect.stringMatching(expected) as string, remedy: expect.any(String) as string },
    ]);
  });

  test('all are told at once', () => {
    const settings: BackupSettings = {
      ...snapshotExport,
      keepDays: { hourly: 9, daily: 8, monthly: 7 },
      objectLock: { kind: 'locked', mode: 'compliance', days: 10 },
      timeoutMinutes: 660,
      replica: { kind: 'other-region', region: 'eu-central-1' },
    };
    expect(violations(settings)).toHaveLength(5);
  });
});

function none() {
  return { kind: 'none' as const, reason };
}

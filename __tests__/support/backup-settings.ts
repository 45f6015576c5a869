/** Settings of backups for tests. */
import type { SnapshotExportSettings } from '../../environments/backup-settings';

/** Settings that break no rule, with everything switched on. */
export const snapshotExport: SnapshotExportSettings = {
  kind: 'snapshot-export',
  everyHours: 4,
  dailyHourUtc: 3,
  minute: 15,
  keepDays: { hourly: 3, daily: 30, monthly: 365 },
  keepSnapshotDays: 2,
  recoverDeletedDays: 7,
  timeoutMinutes: 60,
  logRetentionDays: 365,
  objectLock: { kind: 'locked', mode: 'governance', days: 3 },
  replica: { kind: 'other-region', region: 'eu-west-1' },
  destruction: { kind: 'prevented' },
};

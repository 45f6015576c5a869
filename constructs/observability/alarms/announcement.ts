/** What all alarms of CloudWatch say, and to whom: the same severities and runbooks as alerts of Prometheus have. */
import { runbookFile, type Severity } from '../rules/alert';

/** Alerts by alarms. Their runbooks are files of the same names in kebab-case; some are those of Prometheus' alerts. */
export const alarmAlerts = [
  'AlarmsNotTold',
  'BackupFailed',
  'BackupTooOld',
  'DatabaseUnwell',
  'RedisAccessRefused',
  'RedisClientsNearLimit',
  'RedisConnectionChurn',
  'RedisDown',
  'RedisEvictionsRising',
  'RedisHitRatioLow',
  'RedisLatencyHigh',
  'RedisMachineUnwell',
  'RedisMemoryHigh',
  'RedisNotOneMaster',
  'RedisPasswordNotRotated',
  'RedisPersistenceFailing',
  'RedisProcessorBusy',
  'RedisReplicaLinkDown',
  'RedisReplicationLag',
] as const;

export type AlarmAlert = (typeof alarmAlerts)[number];

export interface Announcement {
  readonly severity: Exclude<Severity, 'none'>;
  readonly alert: AlarmAlert;
  /** What is wrong, and where; a sentence without its full stop. */
  readonly says: string;
}

/** Where runbooks are in the repository: a mail of SNS can't know where a reader has it. */
const runbooksFolder = 'docs/runbooks';

/**
 * `critical: RedisDown: Redis production-redis-0001-001 is down. Runbook: docs/runbooks/redis-down.md`. `readAnnouncement` of
 * the notifier takes it apart again.
 */
export const alarmDescription = ({ severity, alert, says }: Announcement) =>
  `${severity}: ${alert}: ${says}. Runbook: ${runbooksFolder}/${runbookFile(alert)}`;

/** What an alarm says, and that its topic is told when it begins and when it is over. */
export const announced = (announcement: Announcement, topicArn: string) => ({
  alarmDescription: alarmDescription(announcement),
  alarmActions: [topicArn],
  okActions: [topicArn],
});

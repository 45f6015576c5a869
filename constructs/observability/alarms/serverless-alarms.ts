/** Tells people when Redis without nodes is down, full, slow, or kept from its clients. */
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import type { ElasticacheServerlessSettings } from '../../../environments/elasticache-settings';
import { announced, type Announcement } from './announcement';

export interface ServerlessAlarmsProps {
  /** Of the cache; literal, for an alarm on an unknown one would be silent for ever. */
  readonly name: string;
  readonly limits: ElasticacheServerlessSettings['limits'];
  readonly topicArn: string;
}

/** What an alarm is about; all else is the same for all of them. */
type Alarm = Announcement &
  Pick<CloudwatchMetricAlarmConfig, 'metricName' | 'threshold'> &
  Partial<CloudwatchMetricAlarmConfig>;

/** Sources: "Metrics and events for Valkey and Redis OSS serverless caches" of the ElastiCache guide. */
export class ServerlessAlarms extends Construct {
  constructor(scope: Construct, id: string, { name, limits, topicArn }: ServerlessAlarmsProps) {
    super(scope, id);
    const all: Readonly<Record<string, Alarm>> = { ...limitAlarms(limits), ...speedAlarms, ...accessAlarms };
    for (const [what, { severity, alert, says, ...alarm }] of Object.entries(all)) {
      new CloudwatchMetricAlarm(this, what, {
        statistic: 'Sum',
        comparisonOperator: 'GreaterThanThreshold',
        period: 300,
        evaluationPeriods: 1,
        treatMissingData: 'notBreaching',
        ...alarm,
        alarmName: `${name}-${what}`,
        namespace: 'AWS/ElastiCache',
        // Lower case, unlike the `CacheClusterId` of nodes: what `list-metrics` tells of a serverless cache.
        dimensions: { clusterId: name },
        ...announced({ severity, alert, says: `Redis ${name}: ${says}` }, topicArn),
      });
    }
  }
}

const bytesAGibibyte = 1024 ** 3;
const secondsAMinute = 60;

/** How near the limits are, which the settings set. */
function limitAlarms({ dataGibibytes, processingUnitsPerSecond }: ServerlessAlarmsProps['limits']) {
  return {
    // Every cache tells it each minute: no measurement means that it is gone.
    data: {
      severity: 'critical',
      alert: 'RedisMemoryHigh',
      says: `it has more than 80 % of the ${dataGibibytes} GiB it may hold, or is down; keys with a TTL go first`,
      metricName: 'BytesUsedForCache',
      statistic: 'Maximum',
      threshold: Math.floor(dataGibibytes * bytesAGibibyte * 0.8),
      evaluationPeriods: 3,
      treatMissingData: 'breaching',
    },
    'processing-units': {
      severity: 'warning',
      alert: 'RedisProcessorBusy',
      says: `it takes more than 80 % of the ${processingUnitsPerSecond} processing units a second it may use`,
      metricName: 'ElastiCacheProcessingUnits',
      threshold: Math.floor(processingUnitsPerSecond * secondsAMinute * 0.8),
      period: secondsAMinute,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    },
    throttled: {
      severity: 'critical',
      alert: 'RedisProcessorBusy',
      says: 'commands were refused: the load grew faster than the cache, or is over its limit',
      metricName: 'ThrottledCmds',
      threshold: 0,
    },
    evictions: {
      severity: 'warning',
      alert: 'RedisEvictionsRising',
      says: 'keys were thrown away before their time, to make room',
      metricName: 'Evictions',
      threshold: 100,
      evaluationPeriods: 3,
      datapointsToAlarm: 2,
    },
  } satisfies Readonly<Record<string, Alarm>>;
}

/** Microseconds. A cache answers within one or two milliseconds. */
const latency = { statistic: 'Average', threshold: 5_000, evaluationPeriods: 3 } as const;

const speedAlarms = {
  'read-latency': {
    ...latency,
    severity: 'warning',
    alert: 'RedisLatencyHigh',
    says: 'a read takes more than 5 ms',
    metricName: 'SuccessfulReadRequestLatency',
  },
  'write-latency': {
    ...latency,
    severity: 'warning',
    alert: 'RedisLatencyHigh',
    says: 'a write takes more than 5 ms',
    metricName: 'SuccessfulWriteRequestLatency',
  },
  'hit-rate': {
    severity: 'warning',
    alert: 'RedisHitRatioLow',
    says: 'less than 80 % of the keys that were asked for were there',
    metricName: 'CacheHitRate',
    statistic: 'Average',
    comparisonOperator: 'LessThanThreshold',
    threshold: 80,
    evaluationPeriods: 6,
    datapointsToAlarm: 4,
  },
  connections: {
    severity: 'warning',
    alert: 'RedisConnectionChurn',
    says: 'more than 1,000 new connections a minute: clients connect again and again',
    metricName: 'NewConnections',
    threshold: 1_000,
    period: secondsAMinute,
    evaluationPeriods: 3,
  },
} satisfies Readonly<Record<string, Alarm>>;

const accessAlarms = {
  'failed-logins': {
    severity: 'warning',
    alert: 'RedisAccessRefused',
    says: 'logins were refused: a client has an old password, or someone tries',
    metricName: 'AuthenticationFailures',
    threshold: 10,
  },
  'refused-commands': {
    severity: 'warning',
    alert: 'RedisAccessRefused',
    says: 'a user tried commands that it may not use',
    metricName: 'CommandAuthorizationFailures',
    threshold: 0,
  },
  'refused-keys': {
    severity: 'warning',
    alert: 'RedisAccessRefused',
    says: 'a user tried keys that it may not use',
    metricName: 'KeyAuthorizationFailures',
    threshold: 0,
  },
} satisfies Readonly<Record<string, Alarm>>;

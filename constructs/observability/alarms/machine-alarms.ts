/** Tells people when a machine, its Redis or its Sentinel is down, full, or out of touch; and has EC2 mend what it can. */
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import { partitionOf, type AwsAccount } from '../../aws/account';
import { metricsNamespace } from '../../machines/machine-role';
import { announced, type AlarmAlert, type Announcement } from './announcement';

export interface MachineAlarmsProps {
  readonly account: AwsAccount;
  /** `production-redis-redis-a`: as `measure` calls it. */
  readonly node: string;
  readonly instanceId: string;
  readonly topicArn: string;
}

interface Alarm extends Pick<CloudwatchMetricAlarmConfig, 'metricName' | 'threshold' | 'comparisonOperator'> {
  readonly severity: Announcement['severity'];
  readonly alert: AlarmAlert;
  /** Completes "Redis <node> ". */
  readonly says: string;
  /** Who tells the metric. */
  readonly source: 'machine' | 'ec2';
  /** Minutes in a row. @default 3 */
  readonly minutes?: number;
  /** @default 'notBreaching' */
  readonly treatMissingData?: 'breaching';
  /** What EC2 does by itself. @default - nothing */
  readonly action?: 'reboot' | 'recover';
}

const above = 'GreaterThanThreshold';
const below = 'LessThanThreshold';

const alarms: Readonly<Record<string, Alarm>> = {
  down: {
    severity: 'critical',
    alert: 'RedisDown',
    says: 'has told nothing for three minutes: it is down, or can not reach AWS',
    source: 'machine',
    metricName: 'MemoryPercent',
    comparisonOperator: below,
    threshold: 0,
    treatMissingData: 'breaching',
  },
  quorum: {
    severity: 'critical',
    alert: 'RedisNotOneMaster',
    says: 'sees too few Sentinels for a failover',
    source: 'machine',
    metricName: 'SentinelQuorum',
    comparisonOperator: below,
    threshold: 1,
  },
  replication: {
    severity: 'critical',
    alert: 'RedisReplicaLinkDown',
    says: 'is out of touch: a replica without its master, or a master that refuses writes for want of replicas',
    source: 'machine',
    metricName: 'ReplicationInTouch',
    comparisonOperator: below,
    threshold: 1,
  },
  persistence: {
    severity: 'critical',
    alert: 'RedisPersistenceFailing',
    says: 'can not write to its disk: its append-only file or its last snapshot failed',
    source: 'machine',
    metricName: 'Persisted',
    comparisonOperator: below,
    threshold: 1,
  },
  'memory-warning': {
    severity: 'warning',
    alert: 'RedisMemoryHigh',
    says: 'has data in more than 80 % of its memory; plan for a larger instance',
    source: 'machine',
    metricName: 'MemoryPercent',
    comparisonOperator: above,
    threshold: 80,
  },
  'memory-critical': {
    severity: 'critical',
    alert: 'RedisMemoryHigh',
    says: 'has data in more than 90 % of its memory; soon keys are evicted, or writes refused',
    source: 'machine',
    metricName: 'MemoryPercent',
    comparisonOperator: above,
    threshold: 90,
  },
  disk: {
    severity: 'critical',
    alert: 'RedisPersistenceFailing',
    says: 'has less than a fifth of its disk left: the next rewrite of the append-only file may not fit',
    source: 'machine',
    metricName: 'DiskPercent',
    comparisonOperator: above,
    threshold: 80,
  },
  cpu: {
    severity: 'warning',
    alert: 'RedisProcessorBusy',
    says: 'uses more than 80 % of its processors; take a larger instance',
    source: 'ec2',
    metricName: 'CPUUtilization',
    comparisonOperator: above,
    threshold: 80,
    minutes: 10,
  },
  hardware: {
    severity: 'critical',
    alert: 'RedisMachineUnwell',
    says: 'runs on hardware that failed; EC2 moves it',
    source: 'ec2',
    metricName: 'StatusCheckFailed_System',
    comparisonOperator: above,
    threshold: 0,
    minutes: 2,
    action: 'recover',
  },
  system: {
    severity: 'critical',
    alert: 'RedisMachineUnwell',
    says: 'does not answer EC2; it is restarted',
    source: 'ec2',
    metricName: 'StatusCheckFailed_Instance',
    comparisonOperator: above,
    threshold: 0,
    minutes: 5,
    action: 'reboot',
  },
  volumes: {
    severity: 'critical',
    alert: 'RedisMachineUnwell',
    says: 'can not reach its volumes',
    source: 'ec2',
    metricName: 'StatusCheckFailed_AttachedEBS',
    comparisonOperator: above,
    threshold: 0,
  },
};

export class MachineAlarms extends Construct {
  constructor(scope: Construct, id: string, { account, node, instanceId, topicArn }: MachineAlarmsProps) {
    super(scope, id);
    const { region } = account;
    const sources = {
      machine: { namespace: metricsNamespace, dimensions: { Node: node } },
      ec2: { namespace: 'AWS/EC2', dimensions: { InstanceId: instanceId } },
    };
    for (const [name, { severity, alert, says, source, minutes = 3, action, ...alarm }] of Object.entries(alarms)) {
      const actions = action === undefined ? [] : [`arn:${partitionOf(region)}:automate:${region}:ec2:${action}`];
      new CloudwatchMetricAlarm(this, name, {
        treatMissingData: 'notBreaching',
        ...alarm,
        ...sources[source],
        alarmName: `${node}-${name}`,
        ...announced({ severity, alert, says: `Redis ${node} ${says}` }, topicArn),
        statistic: 'Maximum',
        period: 60,
        evaluationPeriods: minutes,
        alarmActions: [topicArn, ...actions],
      });
    }
  }
}

/** Tells people when the database is down, full, slow or about to be. */
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
} from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { DbEventSubscription } from '@cdktf/provider-aws/lib/db-event-subscription';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../../aws/account';
import {
  serverConnections,
  serverMemoryGibibytes,
  type DatabaseSettings,
} from '../../../environments/database-settings';
import { isBurstable, type InstanceClass } from '../../database/instance-classes';
import { serverIdentifier } from '../../database/postgres-server';
import { announced, type Announcement } from './announcement';

export interface DatabaseAlarmsProps {
  readonly account: AwsAccount;
  readonly settings: DatabaseSettings;
  /** Identifiers of the servers; literal, for an alarm on an unknown one would be silent for ever. */
  readonly instances: readonly string[];
  /** The servers: RDS refuses to tell of one that is not there, and an alarm would call it down. */
  readonly resources: readonly ITerraformDependable[];
  readonly topicArn: string;
}

/** What an alarm is about; all else is the same for all of them. */
type Alarm = Pick<Announcement, 'severity' | 'says'> &
  Pick<CloudwatchMetricAlarmConfig, 'metricName' | 'statistic' | 'threshold'> &
  Partial<
    Pick<CloudwatchMetricAlarmConfig, 'comparisonOperator' | 'treatMissingData' | 'period' | 'evaluationPeriods'>
  >;

const bytesAGibibyte = 1024 ** 3;

/** Every alarm for every server, and the events that RDS tells itself. */
export class DatabaseAlarms extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseAlarmsProps) {
    super(scope, id);
    const { settings, instances, topicArn } = props;
    const dependsOn = [...props.resources];
    for (const instance of instances) {
      const server = new Construct(this, instance);
      for (const [name, { severity, says, ...alarm }] of Object.entries(alarms(settings))) {
        new CloudwatchMetricAlarm(server, name, {
          comparisonOperator: 'GreaterThanThreshold',
          period: 300,
          evaluationPeriods: 3,
          treatMissingData: 'missing',
          ...alarm,
          alarmName: `${instance}-${name}`,
          namespace: 'AWS/RDS',
          dimensions: { DBInstanceIdentifier: instance },
          dependsOn,
          ...announced({ severity, alert: 'DatabaseUnwell', says: `${instance}: ${says}` }, topicArn),
        });
      }
    }
    this.#events(props);
  }

  #events({ account, settings, instances, resources, topicArn: snsTopic }: DatabaseAlarmsProps): void {
    const dependsOn = [...resources];
    const identifier = serverIdentifier(account);
    new DbEventSubscription(this, 'instance-events', {
      name: `${identifier}-instances`,
      snsTopic,
      sourceType: 'db-instance',
      sourceIds: [...instances],
      eventCategories: ['availability', 'deletion', 'failover', 'failure', 'low storage', 'maintenance', 'recovery'],
      dependsOn,
    });
    if (settings.engine.kind === 'rds') return;
    new DbEventSubscription(this, 'cluster-events', {
      name: `${identifier}-cluster`,
      snsTopic,
      sourceType: 'db-cluster',
      sourceIds: [identifier],
      eventCategories: ['deletion', 'failover', 'failure', 'maintenance'],
      dependsOn,
    });
  }
}

function alarms(settings: DatabaseSettings): Readonly<Record<string, Alarm>> {
  return {
    ...commonAlarms(settings),
    ...storageAlarms(settings),
    ...memoryAlarms(settings),
    ...auroraAlarms(settings),
  };
}

function commonAlarms(settings: DatabaseSettings): Readonly<Record<string, Alarm>> {
  const connections = serverConnections(settings);
  return {
    // Every server that runs tells its CPU: no measurement means that it doesn't.
    cpu: {
      metricName: 'CPUUtilization',
      statistic: 'Average',
      threshold: 80,
      treatMissingData: 'breaching',
      severity: 'critical',
      says: 'the server is busy for more than 80 % of the time, or down',
    },
    connections: {
      metricName: 'DatabaseConnections',
      statistic: 'Maximum',
      threshold: Math.floor(connections * 0.8),
      severity: 'warning',
      says: `more than 80 % of the ${connections} connections that can be counted on`,
    },
    // Seconds. Storage of either engine answers within some milliseconds.
    'read-latency': {
      metricName: 'ReadLatency',
      statistic: 'Average',
      threshold: 0.05,
      severity: 'warning',
      says: 'a read takes more than 50 ms',
    },
    'write-latency': {
      metricName: 'WriteLatency',
      statistic: 'Average',
      threshold: 0.05,
      severity: 'warning',
      says: 'a write takes more than 50 ms',
    },
    // Half of those that Postgres has. Source: the RDS guide on early warning of transaction id wraparound.
    'transaction-ids': {
      metricName: 'MaximumUsedTransactionIDs',
      statistic: 'Maximum',
      threshold: 1_000_000_000,
      evaluationPeriods: 1,
      severity: 'critical',
      says: 'vacuum does not keep up: Postgres stops writing when the transaction ids are used up',
    },
  };
}

function storageAlarms({ engine }: DatabaseSettings): Readonly<Record<string, Alarm>> {
  if (engine.kind === 'aurora') return {};
  return {
    // RDS adds storage below 10 % of what there is, and not within 6 hours after it did.
    storage: {
      metricName: 'FreeStorageSpace',
      statistic: 'Minimum',
      comparisonOperator: 'LessThanThreshold',
      threshold: Math.floor(engine.storageGibibytes * 0.08 * bytesAGibibyte),
      severity: 'critical',
      says: 'less than 8 % of the storage is free, and RDS has not added any',
    },
  };
}

function memoryAlarms(settings: DatabaseSettings): Readonly<Record<string, Alarm>> {
  const instanceClass = instanceClassOf(settings.engine);
  // A serverless server gives memory back, and so has little that is free.
  if (instanceClass === undefined) return {};
  return {
    memory: {
      metricName: 'FreeableMemory',
      statistic: 'Average',
      comparisonOperator: 'LessThanThreshold',
      threshold: Math.floor(serverMemoryGibibytes(settings) * 0.1 * bytesAGibibyte),
      severity: 'warning',
      says: 'less than 10 % of the memory can be had',
    },
    ...(isBurstable(instanceClass) && {
      'cpu-credits': {
        metricName: 'CPUCreditBalance',
        statistic: 'Minimum',
        comparisonOperator: 'LessThanThreshold',
        threshold: 50,
        severity: 'warning',
        says: 'the saved CPU time is nearly spent',
      },
    }),
  };
}

function auroraAlarms({ engine }: DatabaseSettings): Readonly<Record<string, Alarm>> {
  if (engine.kind === 'rds') return {};
  return {
    // Milliseconds. Only servers that read tell it.
    'replica-lag': {
      metricName: 'AuroraReplicaLag',
      statistic: 'Maximum',
      threshold: 1_000,
      period: 60,
      treatMissingData: 'notBreaching',
      severity: 'warning',
      says: 'a server that reads is more than a second behind',
    },
    ...(engine.capacity.kind === 'serverless' && {
      capacity: {
        metricName: 'ACUUtilization',
        statistic: 'Average',
        threshold: 90,
        severity: 'warning',
        says: 'the server has nearly grown to its maximum',
      },
    }),
  };
}

function instanceClassOf(engine: DatabaseSettings['engine']): InstanceClass | undefined {
  if (engine.kind === 'rds') return engine.instanceClass;
  return engine.capacity.kind === 'provisioned' ? engine.capacity.instanceClass : undefined;
}

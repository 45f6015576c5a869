/** What Redis logs: commands that were slow, and what the server says of itself. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import type { ElasticacheReplicationGroupLogDeliveryConfiguration } from '@cdktf/provider-aws/lib/elasticache-replication-group';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { replicationGroupId } from './topology';

export interface ElasticacheLogsProps {
  readonly account: AwsAccount;
  readonly retentionDays: number;
  readonly keyArn: string;
}

/** One log group each: with both logs in one, ElastiCache delivers one of them. */
const logTypes = ['slow-log', 'engine-log'] as const;

/** Log groups with retention and key, which ElastiCache writes to. Neither log has values of keys. */
export class ElasticacheLogs extends Construct {
  readonly delivery: ElasticacheReplicationGroupLogDeliveryConfiguration[];

  constructor(scope: Construct, id: string, { account, retentionDays, keyArn }: ElasticacheLogsProps) {
    super(scope, id);
    this.delivery = logTypes.map((logType) => {
      const group = new CloudwatchLogGroup(this, logType, {
        // Groups of this prefix don't each add to the policy by which AWS delivers logs, whose length has a limit.
        name: `/aws/vendedlogs/elasticache/${replicationGroupId(account)}/${logType}`,
        retentionInDays: retentionDays,
        kmsKeyId: keyArn,
      });
      return { destination: group.name, destinationType: 'cloudwatch-logs', logFormat: 'json', logType };
    });
  }
}

/** A record of the connections in a network. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { FlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Construct } from 'constructs';
import type { NetworkSettings } from '../../environments/network-settings';
import { arn, type AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import { policyDocument, serviceTrust } from '../aws/policy-document';

export interface FlowLogsProps {
  readonly account: AwsAccount;
  readonly vpcId: string;
  readonly flowLogs: NetworkSettings['flowLogs'];
  readonly preventDestroy: boolean;
}

/** What AWS calls the kinds of traffic. */
const trafficTypes = { all: 'ALL', refused: 'REJECT' } as const;

/** Flow logs in a log group with a key of its own, written by a role that can do nothing else. */
export class FlowLogs extends Construct {
  constructor(scope: Construct, id: string, { account, vpcId, flowLogs, preventDestroy }: FlowLogsProps) {
    super(scope, id);
    const key = new EncryptionKey(this, 'key', {
      account,
      name: 'flow-logs',
      description: `Flow logs of the network of ${account.environment}`,
      services: [`logs.${account.region}.amazonaws.com`],
      preventDestroy,
    });
    const name = `/aws/vpc/${account.environment}`;
    const group = new CloudwatchLogGroup(this, 'group', {
      name,
      retentionInDays: flowLogs.retentionDays,
      kmsKeyId: key.arn,
      lifecycle: { preventDestroy },
    });
    const role = new IamRole(this, 'role', {
      name: `${account.environment}-flow-logs`,
      description: `Writes ${name}`,
      assumeRolePolicy: serviceTrust('vpc-flow-logs.amazonaws.com', account.accountId),
    });
    const permission = new IamRolePolicy(this, 'permission', {
      role: role.id,
      name: 'write',
      policy: writing(account, name),
    });
    new FlowLog(this, 'log', {
      vpcId,
      trafficType: trafficTypes[flowLogs.traffic],
      maxAggregationInterval: flowLogs.aggregationSeconds,
      logDestinationType: 'cloud-watch-logs',
      logDestination: group.arn,
      iamRoleArn: role.arn,
      tags: { Name: account.environment },
      // AWS takes a role that can't write, and then writes nothing.
      dependsOn: [permission],
    });
  }
}

function writing(account: AwsAccount, group: string): string {
  return policyDocument([
    {
      sid: 'Write',
      actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
      resources: [arn(account, 'logs', `log-group:${group}:*`)],
    },
    // AWS looks for the group by its name, among all.
    { sid: 'Find', actions: ['logs:DescribeLogGroups'], resources: [arn(account, 'logs', 'log-group:*')] },
  ]);
}

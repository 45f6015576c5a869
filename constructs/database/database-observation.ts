/** What is there before the server is: its log groups, and the role it reports measurements in. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { partitionOf, type AwsAccount } from '../aws/account';
import { declareAwsNeeds } from '../aws/needs';
import { serviceTrust } from '../aws/policy-document';
import type { DatabaseSettings } from '../../environments/database-settings';

export interface DatabaseObservationProps {
  readonly account: AwsAccount;
  readonly settings: DatabaseSettings;
  /** Identifier of the instance or the cluster. */
  readonly identifier: string;
  readonly keyArn: string;
}

/** Logs that each engine writes. */
const logs = { rds: ['postgresql', 'upgrade'], aurora: ['postgresql'] } as const;

export class DatabaseObservation extends Construct {
  readonly monitoringRoleArn: string;
  /** Names of the logs to export. */
  readonly logs: string[];
  /** What has to be there before the server, or RDS makes log groups without key and retention. */
  readonly resources: readonly (CloudwatchLogGroup | IamRolePolicyAttachment)[];

  constructor(scope: Construct, id: string, { account, settings, identifier, keyArn }: DatabaseObservationProps) {
    super(scope, id);
    const { kind } = settings.engine;
    this.logs = [...logs[kind]];
    const logGroups = this.logs.map(
      (log) =>
        new CloudwatchLogGroup(this, log, {
          name: `/aws/rds/${kind === 'rds' ? 'instance' : 'cluster'}/${identifier}/${log}`,
          retentionInDays: settings.logRetentionDays,
          kmsKeyId: keyArn,
        }),
    );
    const role = new IamRole(this, 'role', {
      name: `${identifier}-monitoring`,
      description: `Measurements of ${identifier}`,
      assumeRolePolicy: serviceTrust('monitoring.rds.amazonaws.com', account.accountId),
    });
    const attachment = new IamRolePolicyAttachment(this, 'role-policy', {
      role: role.name,
      policyArn: `arn:${partitionOf(account.region)}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole`,
    });
    declareAwsNeeds(this, {
      role: role.name,
      from: 'aws',
      needs: [],
      managedPolicies: ['AmazonRDSEnhancedMonitoringRole'],
    });
    this.monitoringRoleArn = role.arn;
    this.resources = [...logGroups, attachment];
  }
}

/** Where the database is in the network, and who may connect to it. */
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import type { NetworkValue } from '../network/network';

export interface DatabaseAccessProps {
  readonly account: AwsAccount;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
}

/** Port of Postgres. */
export const databasePort = 5432;

/** Nobody else may connect, and the database connects to nobody. */
export class DatabaseAccess extends Construct {
  readonly subnetGroupName: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, { account, network, clients }: DatabaseAccessProps) {
    super(scope, id);
    const name = `${account.environment}-postgres`;
    this.subnetGroupName = new DbSubnetGroup(this, 'subnets', {
      name,
      description: `Database subnets of ${account.environment}`,
      subnetIds: network.zones.map(({ databaseSubnetId }) => databaseSubnetId),
    }).name;
    this.securityGroupId = new SecurityGroup(this, 'security-group', {
      name,
      description: `Postgres of ${account.environment}`,
      vpcId: network.vpcId,
    }).id;
    for (const [client, securityGroupId] of Object.entries(clients)) {
      new VpcSecurityGroupIngressRule(this, `from-${client}`, {
        securityGroupId: this.securityGroupId,
        referencedSecurityGroupId: securityGroupId,
        ipProtocol: 'tcp',
        fromPort: databasePort,
        toPort: databasePort,
        description: `Postgres from ${client}`,
      });
    }
  }
}

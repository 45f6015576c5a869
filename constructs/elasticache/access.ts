/** Where Redis is in the network, and who may connect to it. */
import { ElasticacheSubnetGroup } from '@cdktf/provider-aws/lib/elasticache-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import type { NetworkValue } from '../network/network';
import { defaultPorts } from '../redis/names';
import { throwViolations, type Violation } from '../validation/violations';
import { replicationGroupId } from './topology';

export interface ElasticacheAccessProps {
  readonly account: AwsAccount;
  readonly network: NetworkValue;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
}

/**
 * Nobody else may connect, and Redis connects to nobody: what nodes tell each other goes another way.
 *
 * @throws ViolationsError if there is nobody who may
 */
export class ElasticacheAccess extends Construct {
  /** Never changes: a group in another subnet group would be another group, without data. */
  readonly subnetGroupName: string;
  readonly securityGroupId: string;

  constructor(scope: Construct, id: string, { account, network, clients }: ElasticacheAccessProps) {
    super(scope, id);
    throwViolations(this.node.path, clientViolations(clients));
    const name = replicationGroupId(account);
    this.subnetGroupName = new ElasticacheSubnetGroup(this, 'subnets', {
      name,
      description: `Database subnets of ${account.environment}`,
      subnetIds: network.zones.map(({ databaseSubnetId }) => databaseSubnetId),
    }).name;
    this.securityGroupId = new SecurityGroup(this, 'security-group', {
      name,
      description: `Redis of ${account.environment}`,
      vpcId: network.vpcId,
    }).id;
    for (const [client, securityGroupId] of Object.entries(clients)) {
      new VpcSecurityGroupIngressRule(this, `from-${client}`, {
        securityGroupId: this.securityGroupId,
        referencedSecurityGroupId: securityGroupId,
        ipProtocol: 'tcp',
        fromPort: defaultPorts.redis,
        toPort: defaultPorts.redis,
        description: `Redis from ${client}`,
      });
    }
  }
}

/** AWS takes a group without rules, and Redis would wait for clients for ever. */
function clientViolations(clients: ElasticacheAccessProps['clients']): Violation[] {
  if (Object.keys(clients).length > 0) return [];
  return [
    {
      setting: 'clients',
      value: clients,
      expected: 'the security group of one client at least',
      remedy: 'Name the security groups that may connect',
    },
  ];
}

/** Who may talk with the machines, and with whom they may. */
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { declareFlows } from '../network/flows';
import { defaultPorts } from '../redis/names';
import { throwViolations } from '../validation/violations';
import { machinesName } from './ec2-platform';
import { machineFlows } from './machine-flows';

export interface MachineAccessProps {
  readonly account: AwsAccount;
  readonly vpcId: string;
  /** Ids of the security groups that may connect, by a name of each: `nodes`, say. */
  readonly clients: Readonly<Record<string, string>>;
}

const servers = Object.entries(defaultPorts);

/** What a machine needs outside: AWS and Session Manager, and packages, which are signed and mostly come by HTTP. */
const outside: readonly (readonly [port: number, what: string])[] = [
  [443, 'AWS and packages'],
  [80, 'Packages, which are signed'],
];

/**
 * Clients and the machines among themselves reach Redis and Sentinel; nobody reaches anything else. There is no port for
 * SSH: people come by Session Manager, which the machine itself connects to.
 *
 * @throws ViolationsError if there is no client
 */
export class MachineAccess extends Construct {
  readonly securityGroupId: string;
  /** What the group consists of: a machine that starts before these are there fetches nothing. */
  readonly rules: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, vpcId, clients }: MachineAccessProps) {
    super(scope, id);
    throwViolations(
      this.node.path,
      Object.keys(clients).length > 0
        ? []
        : [
            {
              setting: 'clients',
              value: clients,
              expected: 'the security group of one client at least',
              remedy: 'Name the security groups that may connect',
            },
          ],
    );
    declareFlows(this, machineFlows);
    const name = machinesName(account);
    const description = `Redis and Sentinel of ${account.environment}`;
    const securityGroupId = new SecurityGroup(this, 'security-group', { name, description, vpcId }).id;
    this.securityGroupId = securityGroupId;
    const tcp = (port: number) => ({ ipProtocol: 'tcp', fromPort: port, toPort: port, securityGroupId });
    const callers = Object.entries({ ...clients, machines: securityGroupId });
    this.rules = [
      ...callers.flatMap(([caller, referencedSecurityGroupId]) =>
        servers.map(
          ([server, port]) =>
            new VpcSecurityGroupIngressRule(this, `${caller}-to-${server}`, {
              ...tcp(port),
              referencedSecurityGroupId,
              description: `From ${caller} to ${server}`,
            }),
        ),
      ),
      ...servers.map(
        ([server, port]) =>
          new VpcSecurityGroupEgressRule(this, `to-${server}`, {
            ...tcp(port),
            referencedSecurityGroupId: securityGroupId,
            description: `To ${server} of the other machines`,
          }),
      ),
      ...outside.map(
        ([port, what]) =>
          new VpcSecurityGroupEgressRule(this, `to-${port}`, {
            ...tcp(port),
            cidrIpv4: '0.0.0.0/0',
            description: what,
          }),
      ),
    ];
  }
}

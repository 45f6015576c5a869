/** What the machines may do in AWS: read their passwords, keep their authority, tell how they are, be administered. */
import { IamInstanceProfile } from '@cdktf/provider-aws/lib/iam-instance-profile';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { partitionOf, type AwsAccount } from '../aws/account';
import { declareAwsNeeds, type AwsNeeds } from '../aws/needs';
import { policyDocument } from '../aws/policy-document';
import { environmentSecret, partialSecretArn, secretArnPattern, secretNames } from '../aws/secret-names';
import { sentinelPlatformUserNames } from '../redis/acl';
import { machinesName } from './ec2-platform';

export interface MachineRoleProps {
  readonly account: AwsAccount;
  /** ARN of the key that the secrets are encrypted with. */
  readonly keyArn: string;
}

/** Name space of the machines' own metrics. */
export const metricsNamespace = 'RedisPlatform';

export class MachineRole extends Construct {
  readonly profileName: string;
  readonly permissions: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, keyArn }: MachineRoleProps) {
    super(scope, id);
    const name = `${machinesName(account)}-machines`;
    const role = new IamRole(this, 'role', {
      name,
      description: `Machines of Redis of ${account.environment}`,
      // EC2 doesn't say for which account it acts.
      assumeRolePolicy: policyDocument([
        { sid: 'Assume', principal: { Service: 'ec2.amazonaws.com' }, actions: ['sts:AssumeRole'] },
      ]),
    });
    declareAwsNeeds(this, machineNeeds(name, account));
    this.profileName = new IamInstanceProfile(this, 'profile', { name, role: role.name }).name;
    this.permissions = [
      new IamRolePolicy(this, 'secrets', { role: role.name, policy: permissions(account, keyArn) }),
      new IamRolePolicyAttachment(this, 'session-manager', {
        role: role.name,
        policyArn: `arn:${partitionOf(account.region)}:iam::aws:policy/AmazonSSMManagedInstanceCore`,
      }),
    ];
  }
}

/** What the programs on machines call: fetch-secrets, certificate and measure; and the agent of Systems Manager. */
function machineNeeds(role: string, account: AwsAccount): AwsNeeds {
  const secret = (name: string) => partialSecretArn(account, environmentSecret(account, name));
  const authority = [secret(secretNames.redisAuthority), secret(secretNames.redisCertificate)];
  const needs = [
    {
      actions: ['secretsmanager:GetSecretValue'],
      resources: [...sentinelPlatformUserNames.map((user) => secret(secretNames.redisUser(user))), ...authority],
      why: 'machines read the passwords of users, and the authority of certificates',
    },
    {
      actions: ['secretsmanager:PutSecretValue'],
      resources: authority,
      why: 'the first machine makes the authority of certificates',
    },
    {
      actions: ['cloudwatch:PutMetricData'],
      resources: ['*'],
      context: { 'cloudwatch:namespace': metricsNamespace },
      why: 'machines report their disks and Redis',
    },
  ];
  return { role, from: 'network', needs, managedPolicies: ['AmazonSSMManagedInstanceCore'] };
}

function permissions(account: AwsAccount, keyArn: string): string {
  const secret = (name: string) => secretArnPattern(account, environmentSecret(account, name));
  const own = [secret(secretNames.redisAuthority), secret(secretNames.redisCertificate)];
  return policyDocument([
    {
      sid: 'ReadSecrets',
      actions: ['secretsmanager:GetSecretValue'],
      resources: [secret(secretNames.redisUser('*')), ...own],
    },
    { sid: 'KeepAuthority', actions: ['secretsmanager:PutSecretValue'], resources: own },
    {
      sid: 'UseKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [keyArn],
      conditions: { StringEquals: { 'kms:ViaService': `secretsmanager.${account.region}.amazonaws.com` } },
    },
    {
      sid: 'TellMetrics',
      actions: ['cloudwatch:PutMetricData'],
      // CloudWatch knows no resources here, but name spaces.
      resources: ['*'],
      conditions: { StringEquals: { 'cloudwatch:namespace': metricsNamespace } },
    },
  ]);
}

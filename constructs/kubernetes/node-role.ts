/** The role of nodes. Pods don't get it: they can't reach the service that hands it out. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { declareAwsNeeds } from '../aws/needs';
import { policyDocument } from '../aws/policy-document';
import { clusterName, managedPolicy } from './names';

/**
 * Join the cluster, hand identities to pods, and pull images. What the network driver does it does by a role of its own.
 * Source: "Amazon EKS node IAM role" of the EKS User Guide.
 */
const policies = ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'];

export interface NodeRoleProps {
  readonly account: AwsAccount;
}

export class NodeRole extends Construct {
  readonly arn: string;
  readonly permissions: readonly IamRolePolicyAttachment[];

  constructor(scope: Construct, id: string, { account }: NodeRoleProps) {
    super(scope, id);
    const role = new IamRole(this, 'role', {
      name: `${clusterName(account)}-nodes`,
      description: `Nodes of ${clusterName(account)}`,
      // EC2 doesn't say for which account it acts.
      assumeRolePolicy: policyDocument([
        { sid: 'Assume', principal: { Service: 'ec2.amazonaws.com' }, actions: ['sts:AssumeRole'] },
      ]),
    });
    declareAwsNeeds(this, {
      role: role.name,
      from: 'network',
      needs: [],
      managedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly'],
    });
    this.arn = role.arn;
    this.permissions = policies.map(
      (policy) =>
        new IamRolePolicyAttachment(this, policy, { role: role.name, policyArn: managedPolicy(account, policy) }),
    );
  }
}

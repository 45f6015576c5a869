/** A role that pods of one service account take on by EKS Pod Identity: no keys, and no provider of identities in IAM. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { policyDocument, type PolicyStatement } from '../aws/policy-document';
import { throwViolations } from '../validation/violations';
import { clusterName, managedPolicy } from './names';

export interface PodIdentityRoleProps {
  readonly account: AwsAccount;
  /** Name after `<cluster>-`; at most 64 characters with it. */
  readonly name: string;
  /** Namespace of the service account. */
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Names of policies that AWS keeps. @default - none */
  readonly managedPolicies?: readonly string[];
  /** What it may do besides. @default - nothing */
  readonly statements?: readonly PolicyStatement[];
}

/** Most characters that IAM takes for the name of a role. */
const longestName = 64;

/** Name of the role, for stacks that add rights to it. */
export const podRoleName = (account: Pick<AwsAccount, 'environment'>, name: string) =>
  `${clusterName(account)}-${name}`;

export class PodIdentityRole extends Construct {
  readonly name: string;
  readonly arn: string;
  /** What the role's rights consist of: pods that start before these are there fail. */
  readonly permissions: readonly ITerraformDependable[];

  /** @throws ViolationsError if the name is too long */
  constructor(scope: Construct, id: string, props: PodIdentityRoleProps) {
    super(scope, id);
    const { account, namespace, serviceAccount, managedPolicies = [], statements = [] } = props;
    const name = podRoleName(account, props.name);
    throwViolations(
      this.node.path,
      name.length <= longestName
        ? []
        : [{ setting: 'name', value: name, expected: `at most ${longestName} characters`, remedy: 'Shorten it' }],
    );
    const role = new IamRole(this, 'role', {
      name,
      description: `Pods of ${namespace}/${serviceAccount}`,
      assumeRolePolicy: trust(account, namespace, serviceAccount),
    });
    const attachments = managedPolicies.map(
      (policy) =>
        new IamRolePolicyAttachment(this, policy, { role: role.name, policyArn: managedPolicy(account, policy) }),
    );
    const own =
      statements.length === 0
        ? []
        : [
            new IamRolePolicy(this, 'permission', {
              role: role.id,
              name: props.name,
              policy: policyDocument(statements),
            }),
          ];
    this.name = name;
    this.arn = role.arn;
    this.permissions = [...attachments, ...own];
  }
}

/** Source: "Create IAM role with trust policy required by EKS Pod Identity" and its list of session tags. */
function trust(account: AwsAccount, namespace: string, serviceAccount: string): string {
  return policyDocument([
    {
      sid: 'AssumeByPods',
      principal: { Service: 'pods.eks.amazonaws.com' },
      actions: ['sts:AssumeRole', 'sts:TagSession'],
      conditions: {
        StringEquals: {
          'aws:SourceAccount': account.accountId,
          'aws:RequestTag/eks-cluster-name': clusterName(account),
          'aws:RequestTag/kubernetes-namespace': namespace,
          'aws:RequestTag/kubernetes-service-account': serviceAccount,
        },
      },
    },
  ]);
}

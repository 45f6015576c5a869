/** The key of the disks of a cluster: of its nodes and of its volumes. */
import { Construct } from 'constructs';
import { arn, type AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import type { PolicyStatement } from '../aws/policy-document';

export interface VolumeKeyProps {
  readonly account: AwsAccount;
  readonly preventDestroy: boolean;
}

/** A key that EC2 Auto Scaling, which starts the nodes, may use as well. */
export class VolumeKey extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, { account, preventDestroy }: VolumeKeyProps) {
    super(scope, id);
    this.arn = new EncryptionKey(this, 'key', {
      account,
      name: 'eks-volumes',
      description: `Disks of nodes and volumes of Kubernetes of ${account.environment}`,
      statements: autoScaling(account),
      preventDestroy,
    }).arn;
  }
}

/**
 * Auto Scaling works with a role of its own that IAM of the account can't give rights to, only a key can. The role is
 * named by a condition and not as the principal, since AWS refuses a principal that isn't there, and in a new account it
 * comes with the first group of nodes.
 * Source: "Required AWS KMS key policy for use with encrypted volumes" of the EC2 Auto Scaling User Guide.
 */
function autoScaling(account: AwsAccount): PolicyStatement[] {
  const role = arn(
    account,
    'iam',
    'role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling',
    'global',
  );
  const principal = { AWS: '*' };
  const isAutoScaling = { 'aws:PrincipalArn': role, 'kms:CallerAccount': account.accountId };
  return [
    {
      sid: 'AutoScalingUses',
      principal,
      actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
      resources: ['*'],
      conditions: { StringEquals: isAutoScaling },
    },
    {
      sid: 'AutoScalingAttaches',
      principal,
      actions: ['kms:CreateGrant'],
      resources: ['*'],
      conditions: { StringEquals: isAutoScaling, Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
  ];
}

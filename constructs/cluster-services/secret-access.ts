/** The right of External Secrets to read secrets of Secrets Manager, granted by the stack that has them read. */
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { arn, type AwsAccount } from '../aws/account';
import { policyDocument, type PolicyStatement } from '../aws/policy-document';
import { podRoleName } from '../kubernetes/pod-identity-role';
import type { SecretsManagerPassword } from '../redis/endpoint';

/** Name of the controller's role, after `<cluster>-`. */
export const externalSecretsRole = 'external-secrets';

export interface SecretAccessProps {
  readonly account: AwsAccount;
  /** Name of the policy, unique among those of the role. */
  readonly name: string;
  /** What External Secrets will read; at least one. */
  readonly secrets: readonly Pick<SecretsManagerPassword, 'arnPattern'>[];
}

/**
 * A policy of the controller's role, whose stack comes before. Here and not there: the stack that has secrets read knows
 * each of them, that of Postgres' administrator too, which RDS names, and no two stacks have to agree on a list.
 */
export class SecretAccess extends Construct {
  /** What has to be there before anything asks External Secrets for these secrets: it tries again after up to 7 minutes. */
  readonly policy: ITerraformDependable;

  constructor(scope: Construct, id: string, { account, name, secrets }: SecretAccessProps) {
    super(scope, id);
    this.policy = new IamRolePolicy(this, 'policy', {
      role: podRoleName(account, externalSecretsRole),
      name,
      policy: policyDocument(secretStatements(account, secrets)),
    });
  }
}

/**
 * Rights over these secrets, and over keys for the decryption of these secrets alone. The controller asks for values and
 * nothing else. Source: `constructSecretValue` in providers/v1/aws/secretsmanager of External Secrets 2.9.
 */
export function secretStatements(
  account: AwsAccount,
  secrets: SecretAccessProps['secrets'],
): readonly PolicyStatement[] {
  const resources = [...new Set(secrets.map(({ arnPattern }) => arnPattern))];
  const suffix = account.region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return [
    { sid: 'ReadSecrets', actions: ['secretsmanager:GetSecretValue'], resources },
    {
      // Source: "Secret encryption and decryption in AWS Secrets Manager": what it tells KMS that the key is for.
      sid: 'DecryptSecrets',
      actions: ['kms:Decrypt'],
      resources: [arn(account, 'kms', 'key/*')],
      conditions: {
        StringEquals: { 'kms:ViaService': `secretsmanager.${account.region}.${suffix}` },
        ArnLike: { 'kms:EncryptionContext:SecretARN': resources },
      },
    },
  ];
}

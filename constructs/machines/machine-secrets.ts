/** Passwords of all users, made by Secrets Manager, and places for the authority, which the machines make themselves. */
import { SecretsmanagerSecret } from '@cdktf/provider-aws/lib/secretsmanager-secret';
import { Construct } from 'constructs';
import type { MachinesSettings } from '../../environments/machines-settings';
import type { AwsAccount } from '../aws/account';
import { GeneratedSecret, passwordField } from '../aws/generated-secret';
import { environmentSecret, secretArnPattern, secretNames } from '../aws/secret-names';
import { redisClientNames, sentinelPlatformUserNames, type RedisClientName } from '../redis/acl';
import type { RedisCredentials, SecretsManagerPassword } from '../redis/endpoint';

export interface MachineSecretsProps {
  readonly account: AwsAccount;
  readonly generations: MachinesSettings['passwordGenerations'];
  readonly keyArn: string;
  /** SNS topic that is told of changes. */
  readonly topicArn: string;
  readonly preventDestroy: boolean;
}

/** Days in which a secret that was destroyed can be had back. */
const recoveryWindowInDays = 30;

/**
 * The authority's key is made on a machine, lives in its secret and, while a machine signs its own certificate, in that
 * machine's memory. Terraform makes the empty secret alone.
 */
export class MachineSecrets extends Construct {
  readonly credentials: Readonly<Record<RedisClientName, RedisCredentials<SecretsManagerPassword>>>;
  /** The secrets that machines write to. */
  readonly authority: readonly SecretsmanagerSecret[];
  /** The authority's certificate, for clients. */
  readonly caCertificate: SecretsManagerPassword;

  constructor(scope: Construct, id: string, props: MachineSecretsProps) {
    super(scope, id);
    const { account, generations, keyArn, topicArn, preventDestroy } = props;
    const passwords = new Map(
      sentinelPlatformUserNames.map((username) => {
        const { arn: secretArn, arnPattern } = new GeneratedSecret(this, username, {
          account,
          name: secretNames.redisUser(username),
          description: `Password of the user ${username} of Redis`,
          keyArn,
          username,
          generation: generations[username],
          topicArn,
          preventDestroy,
        });
        return [username, { kind: 'secrets-manager', secretArn, arnPattern, field: passwordField } as const] as const;
      }),
    );
    this.credentials = Object.fromEntries(
      redisClientNames.map((username) => [username, { username, password: passwords.get(username) }]),
    ) as MachineSecrets['credentials'];
    const authority = this.#empty(
      'authority',
      secretNames.redisAuthority,
      'Authority of the certificates of Redis: certificate and key',
      props,
    );
    const certificate = this.#empty(
      'certificate',
      secretNames.redisCertificate,
      'Authority of the certificates of Redis: certificate',
      props,
    );
    this.authority = [authority, certificate];
    this.caCertificate = {
      kind: 'secrets-manager',
      secretArn: certificate.arn,
      arnPattern: secretArnPattern(account, environmentSecret(account, secretNames.redisCertificate)),
      field: 'certificate',
    };
  }

  #empty(id: string, name: string, description: string, props: MachineSecretsProps): SecretsmanagerSecret {
    return new SecretsmanagerSecret(this, id, {
      name: environmentSecret(props.account, name),
      description,
      kmsKeyId: props.keyArn,
      recoveryWindowInDays,
      lifecycle: { preventDestroy: props.preventDestroy },
    });
  }
}

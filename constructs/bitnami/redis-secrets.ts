/** Passwords of Redis' users on Kubernetes: made by Secrets Manager, brought into the namespace by External Secrets. */
import { Construct } from 'constructs';
import type { ITerraformDependable } from 'cdktf';
import type { AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import { GeneratedSecret, passwordField } from '../aws/generated-secret';
import { secretNames } from '../aws/secret-names';
import { secretStore } from '../cluster-services/names';
import { SecretAccess } from '../cluster-services/secret-access';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import { redisClientNames, type RedisClientName } from '../redis/acl';
import type { KubernetesSecretValue, RedisCredentials } from '../redis/endpoint';
import { passwordKey, redisNamespace, redisPorts, replicationSecret, userSecret, usersSecret } from './names';
import type { BitnamiUserName, PasswordGenerations } from './users';

/** Time after which a changed password arrives in the namespace at the latest. */
const refreshInterval = '5m';

/** Stage of the password before the present one. Source: "Version" of a secret, Secrets Manager guide. */
const previousStage = 'AWSPREVIOUS';

/** How a template of External Secrets names a value, by its key in `data`. */
const value = (key: string) => `{{ index . "${key}" }}`;
const digest = (key: string) => `#{{ index . "${key}" | sha256sum }}`;
const previousOf = (name: string) => `${name}-previous`;

/** A user's digests in an ACL, for External Secrets to fill in: the present password, and the one before if there was one. */
export const digestTemplates = (generations: PasswordGenerations) => (name: BitnamiUserName) =>
  [digest(name), ...((generations[name] ?? 1) > 1 ? [digest(previousOf(name))] : [])].join(' ');

/** What is made of which passwords. */
export interface RedisSecretsPlan {
  readonly users: readonly BitnamiUserName[];
  readonly generations: PasswordGenerations;
  /** Files of the Secret of users, with `digestTemplates` in the places of digests. */
  readonly aclFiles: Readonly<Record<string, string>>;
}

type Arns = Readonly<Partial<Record<BitnamiUserName, string>>>;

/** The objects that make the Secrets. */
export function redisSecretObjects({ users, generations, aclFiles }: RedisSecretsPlan, arns: Arns): KubernetesObject[] {
  const current = (name: BitnamiUserName, secretKey: string = name) => ({
    secretKey,
    remoteRef: { key: arns[name] ?? '', property: passwordField },
  });
  const previous = (name: BitnamiUserName) => ({
    secretKey: previousOf(name),
    remoteRef: { key: arns[name] ?? '', property: passwordField, version: previousStage },
  });
  const former = users.filter((name) => (generations[name] ?? 1) > 1);
  const passwordSecret = (name: BitnamiUserName) => {
    switch (name) {
      case 'exporter':
        return externalSecret(userSecret(name), [current(name)], {
          [passwordKey]: value(name),
          // Passwords are letters and digits, which JSON leaves as they are.
          'passwords.json': `{ "${exporterTarget}": "${value(name)}" }`,
        });
      case 'keeper':
        // It tells servers of new passwords, its own among them: until then they know the one before.
        return former.includes(name)
          ? externalSecret(userSecret(name), [current(name), previous(name)], {
              [passwordKey]: `${value(name)}\n${value(previousOf(name))}\n`,
            })
          : externalSecret(userSecret(name), [current(name, passwordKey)]);
      default:
        return externalSecret(userSecret(name), [current(name, passwordKey)]);
    }
  };
  return [
    externalSecret(usersSecret, [...users.map((name) => current(name)), ...former.map(previous)], aclFiles),
    externalSecret(replicationSecret, [current('replica')], {
      'replication.conf': `masteruser replica\nmasterauth "${value('replica')}"\n`,
    }),
    ...users.filter((name) => name !== 'replica').map((name) => passwordSecret(name)),
  ];
}

/** How the exporter names the server beside it; its passwords are by this name. */
export const exporterTarget = `rediss://exporter@127.0.0.1:${redisPorts.redis}`;

function externalSecret(
  name: string,
  data: readonly Record<string, unknown>[],
  texts?: Readonly<Record<string, string>>,
): KubernetesObject {
  return {
    apiVersion: 'external-secrets.io/v1',
    kind: 'ExternalSecret',
    metadata: { name },
    spec: {
      refreshPolicy: 'Periodic',
      refreshInterval,
      secretStoreRef: secretStore,
      target: {
        name,
        creationPolicy: 'Owner',
        // What can't be read now is not taken from the pods that need it.
        deletionPolicy: 'Retain',
        ...(texts && { template: { engineVersion: 'v2', mergePolicy: 'Replace', data: texts } }),
      },
      data,
    },
  };
}

export interface RedisSecretsProps extends RedisSecretsPlan {
  readonly account: AwsAccount;
  /** SNS topic for changes of secrets. */
  readonly topicArn: string;
  readonly preventDestroy: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class RedisSecrets extends Construct {
  /** What has to be there before pods are. */
  readonly dependables: readonly ITerraformDependable[];
  readonly credentials: Readonly<Record<RedisClientName, RedisCredentials<KubernetesSecretValue>>>;

  constructor(scope: Construct, id: string, props: RedisSecretsProps) {
    super(scope, id);
    const { account, users, generations, topicArn, preventDestroy } = props;
    const { arn: keyArn } = new EncryptionKey(this, 'key', {
      account,
      name: 'redis',
      description: `Redis of ${account.environment}: passwords`,
      preventDestroy,
    });
    const made = users.map((username) => {
      const secret = new GeneratedSecret(this, username, {
        account,
        name: secretNames.redisUser(username),
        description: `Password of the user ${username} of Redis`,
        keyArn,
        username,
        generation: generations[username] ?? 1,
        topicArn,
        preventDestroy,
      });
      return [username, secret] as const;
    });
    const { policy } = new SecretAccess(this, 'access', {
      account,
      name: redisNamespace,
      secrets: made.map(([, secret]) => secret),
    });
    const arns: Arns = Object.fromEntries(made.map(([username, { arn }]) => [username, arn]));
    const { release } = new CustomResources(this, 'objects', {
      name: 'redis-secrets',
      namespace: redisNamespace,
      objects: redisSecretObjects(props, arns),
      dependsOn: [...props.dependsOn, policy],
    });
    this.dependables = [release];
    this.credentials = Object.fromEntries(
      redisClientNames.map((username) => [
        username,
        {
          username,
          password: {
            kind: 'kubernetes-secret',
            namespace: redisNamespace,
            name: userSecret(username),
            key: passwordKey,
          },
        },
      ]),
    ) as RedisSecrets['credentials'];
  }
}

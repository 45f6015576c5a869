/** Passwords of Redis' users on Kubernetes: generated where they are kept, brought into the namespace by External Secrets. */
import { Construct } from 'constructs';
import type { ITerraformDependable } from 'cdktf';
import type { AwsAccount } from '../aws/account';
import { redisUserSecrets, secretNames } from '../aws/secret-names';
import { grantReading } from '../cluster-services/reading-access';
import { externalSecret, type SecretPlan } from '../application/secret-sources';
import { CustomResources, type KubernetesObject } from '../kubernetes/custom-resources';
import type { PasswordStore, StoredPassword } from '../passwords/password-store';
import { redisClientNames, type RedisClientName } from '../redis/acl';
import type { KubernetesSecretValue, RedisCredentials } from '../redis/endpoint';
import { exporterPasswordFile } from '../redis/exporter-login';
import { passwordKey, redisNamespace, redisPorts, replicationSecret, userSecret, usersSecret } from './names';
import type { BitnamiUserName, PasswordGenerations } from './users';

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

/** The objects that make the Secrets, by where each user's password is kept. */
export function redisSecretObjects(
  { users, generations, aclFiles }: RedisSecretsPlan,
  passwords: ReadonlyMap<BitnamiUserName, StoredPassword>,
): KubernetesObject[] {
  const current = (name: BitnamiUserName, key: string = name) => ({ [key]: storedOf(passwords, name).current });
  const previous = (name: BitnamiUserName) => ({ [previousOf(name)]: storedOf(passwords, name).previous });
  const former = users.filter((name) => (generations[name] ?? 1) > 1);
  const secret = (name: string, values: SecretPlan['values'], texts?: SecretPlan['texts']) =>
    externalSecret({ name, values, ...(texts && { texts }) });
  const passwordSecret = (name: BitnamiUserName) => {
    switch (name) {
      case 'exporter':
        return secret(userSecret(name), current(name), {
          [passwordKey]: value(name),
          // Passwords are letters and digits, which JSON leaves as they are.
          'passwords.json': exporterPasswordFile(redisPorts.redis, value(name)),
        });
      case 'keeper':
        // It tells servers of new passwords, its own among them: until then they know the one before.
        return former.includes(name)
          ? secret(
              userSecret(name),
              { ...current(name), ...previous(name) },
              {
                [passwordKey]: `${value(name)}\n${value(previousOf(name))}\n`,
              },
            )
          : secret(userSecret(name), current(name, passwordKey));
      default:
        return secret(userSecret(name), current(name, passwordKey));
    }
  };
  const all = Object.assign({}, ...users.map((name) => current(name)), ...former.map(previous)) as SecretPlan['values'];
  return [
    secret(usersSecret, all, aclFiles),
    secret(replicationSecret, current('replica'), {
      'replication.conf': `masteruser replica\nmasterauth "${value('replica')}"\n`,
    }),
    ...users.filter((name) => name !== 'replica').map((name) => passwordSecret(name)),
  ];
}

function storedOf(passwords: ReadonlyMap<BitnamiUserName, StoredPassword>, name: BitnamiUserName): StoredPassword {
  const stored = passwords.get(name);
  if (stored === undefined) throw new Error(`the user '${name}' of Redis has no password`);
  return stored;
}

export interface RedisSecretsProps extends RedisSecretsPlan {
  /** @default - no password is in Secrets Manager */
  readonly account?: AwsAccount | undefined;
  readonly passwords: PasswordStore;
  /** Name of the environment. */
  readonly environment: string;
  readonly preventDestroy: boolean;
  readonly dependsOn: readonly ITerraformDependable[];
}

export class RedisSecrets extends Construct {
  /** What has to be there before pods are. */
  readonly dependables: readonly ITerraformDependable[];
  readonly credentials: Readonly<Record<RedisClientName, RedisCredentials<KubernetesSecretValue>>>;

  constructor(scope: Construct, id: string, props: RedisSecretsProps) {
    super(scope, id);
    const { account, users, generations, passwords: store, environment, preventDestroy, dependsOn } = props;
    const group = store(this, {
      name: redisUserSecrets,
      description: `Redis of ${environment}: passwords`,
      preventDestroy,
    });
    const passwords = new Map(
      users.map((username) => [
        username,
        group.generate(this, username, {
          name: secretNames.redisUser(username),
          description: `Password of the user ${username} of Redis`,
          username,
          generation: generations[username] ?? 1,
        }),
      ]),
    );
    const generated = group.complete(dependsOn);
    const { stores, dependables } = grantReading(this, {
      account,
      namespace: redisNamespace,
      sources: sourcesOf(users, generations, passwords),
      dependsOn: [...dependsOn, ...generated],
    });
    const { release } = new CustomResources(this, 'objects', {
      name: 'redis-secrets',
      namespace: redisNamespace,
      objects: [...stores, ...redisSecretObjects(props, passwords)],
      dependsOn: [...dependsOn, ...generated, ...dependables],
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

/** Passwords that are read: those before as well, where there are any. */
function sourcesOf(
  users: readonly BitnamiUserName[],
  generations: PasswordGenerations,
  passwords: ReadonlyMap<BitnamiUserName, StoredPassword>,
) {
  return users.flatMap((name) => {
    const { current, previous } = storedOf(passwords, name);
    return (generations[name] ?? 1) > 1 ? [current, previous] : [current];
  });
}

/** Endpoints as programs in pods see them: passwords and certificates in files. */
import type { DatabaseEndpoint, DeployedDatabaseEndpoint } from '../database/endpoint';
import { redisClientNames, type RedisClientName } from '../redis/acl';
import type {
  IamToken,
  KubernetesSecretValue,
  PasswordFile,
  RedisCredentials,
  RedisEndpoint,
  SecretsManagerPassword,
} from '../redis/endpoint';
import type { Violation } from '../validation/violations';
import { imageFiles, mountedFiles } from './programs';
import type { SecretSource } from './secret-sources';

/** A Redis platform that pods can reach, with its passwords kept elsewhere. */
export type DeployedRedisEndpoint = RedisEndpoint<SecretsManagerPassword | KubernetesSecretValue | IamToken>;

/** What is wrong with endpoints: only programs can use them, and those of the image can't. */
export function endpointViolations(
  redis: DeployedRedisEndpoint,
  database: DeployedDatabaseEndpoint,
  users: readonly RedisClientName[],
): Violation[] {
  const tokens = users
    .filter((user) => redis.credentials[user].password.kind === 'iam')
    .map((user) => ({
      setting: `platform.users.${user}.kind`,
      value: 'iam',
      expected: 'password: the programs log in to Redis with one, and sign no tokens',
      remedy: `Set platform.users.${user} to { kind: 'password', rotationDays: 30 }`,
    }));
  const isAvailable =
    database.caCertificate !== undefined || database.caCertificateFile === imageFiles.databaseAuthorities;
  return [
    ...tokens,
    ...(isAvailable
      ? []
      : [
          {
            setting: 'database.caCertificateFile',
            value: database.caCertificateFile,
            expected: `${imageFiles.databaseAuthorities}, which the image has`,
            remedy: 'Name that file, or put this one into the image',
          },
        ]),
  ];
}

/** Where a user's password is kept. @throws Error if it logs in with a token; `endpointViolations` tells it before */
export function passwordSource(redis: DeployedRedisEndpoint, user: RedisClientName): SecretSource {
  const { password } = redis.credentials[user];
  if (password.kind === 'iam') throw new Error(`Redis user '${user}' has no password`);
  return password;
}

/** Where the password of a Sentinel's client is kept; none if Sentinels know programs as the servers do. */
export function sentinelPasswordSource(redis: DeployedRedisEndpoint): SecretSource | undefined {
  if (redis.topology !== 'sentinel' || redis.sentinelCredentials === undefined) return undefined;
  const { password } = redis.sentinelCredentials;
  if (password.kind === 'iam') throw new Error('Sentinels know no tokens: give their clients a password');
  return password;
}

const mounted = (path: string): PasswordFile => ({ kind: 'file', path });

/** The same Redis, as a program sees it that has the password of its user mounted. */
export function mountedRedis(redis: DeployedRedisEndpoint): RedisEndpoint {
  const { credentials, caCertificate, caCertificateFile = imageFiles.publicAuthorities, ...others } = redis;
  const password = mounted(mountedFiles.redisPassword);
  const entries = redisClientNames.map((user) => [user, { username: credentials[user].username, password }] as const);
  const shared = {
    caCertificateFile: caCertificate ? mountedFiles.redisAuthorities : caCertificateFile,
    credentials: Object.fromEntries(entries) as Record<RedisClientName, RedisCredentials>,
  };
  if (others.topology !== 'sentinel') return { ...others, ...shared };
  const { sentinelCredentials, ...watched } = others;
  return {
    ...watched,
    ...shared,
    ...(sentinelCredentials && {
      sentinelCredentials: { ...sentinelCredentials, password: mounted(mountedFiles.sentinelPassword) },
    }),
  };
}

/** The same database, for programs that have the password of the application's role mounted. */
export function mountedDatabase(database: DeployedDatabaseEndpoint): DatabaseEndpoint {
  const { address, database: name, caCertificate, application } = database;
  const caCertificateFile = caCertificate ? mountedFiles.databaseAuthorities : database.caCertificateFile;
  return {
    address,
    database: name,
    caCertificateFile,
    application: { username: application.username, password: mounted(mountedFiles.databasePassword) },
  };
}

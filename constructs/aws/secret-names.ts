/** Names of an environment's secrets in Secrets Manager, and the ARNs that policies name them by. */
import { arn, type AwsAccount } from './account';

/** First part of the names of the passwords of Redis users, except those of ElastiCache. */
export const redisUserSecrets = 'redis';

/** Names after `<environment>/`, by what the secret holds. */
export const secretNames = {
  redisUser: (user: string) => `${redisUserSecrets}/${user}`,
  /** Certificate and key of the authority that machines sign with. */
  redisAuthority: 'redis-authority',
  /** That certificate alone, for clients. */
  redisCertificate: 'redis-certificate',
  databaseApplication: 'postgres/application',
  /** Of a server in the cluster; RDS names that of its own. */
  databaseAdministrator: 'postgres/administrator',
  sessionKey: (purpose: string, name: string) => `application/session-${purpose}/${name}`,
  exerciseUser: 'application/exercise-user',
  grafanaAdministrator: 'observability/grafana-administrator',
  alertReceiver: (secret: string) => `alerts/${secret}`,
} as const;

/** Whole name of one of `secretNames`. No name of an environment has a slash, so no two environments share one. */
export const environmentSecret = ({ environment }: Pick<AwsAccount, 'environment'>, name: string) =>
  `${environment}/${name}`;

/**
 * Whole name of the password of a user of ElastiCache, by the name of the platform: `production-redis/app`. It does not
 * begin with `<environment>/`, and a new name would be a new password. An environment named `production-redis` has no
 * secret of this name: its own have a second slash, or are those of the authority.
 */
export const elasticacheUserSecret = (platform: string, user: string) => `${platform}/${user}`;

/** ARN without its ending, which Secrets Manager takes for requests. Source: `SecretId` of `GetSecretValue`. */
export const partialSecretArn = (account: AwsAccount, wholeName: string) =>
  arn(account, 'secretsmanager', `secret:${wholeName}`);

/**
 * ARN of a secret as policies name it before it exists: Secrets Manager adds a hyphen and six characters. As many
 * question marks match no other name, neither a longer nor a shorter one. Source: "Permissions policy examples" of the
 * Secrets Manager guide, "Wildcards".
 */
export const secretArnPattern = (account: AwsAccount, wholeName: string) =>
  `${partialSecretArn(account, wholeName)}-??????`;

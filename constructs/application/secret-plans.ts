/** Which secrets there are in the application's namespace, and which program has which of them as files. */
import path from 'node:path';
import type { DeployedDatabaseEndpoint } from '../database/endpoint';
import type { RedisClientName } from '../redis/acl';
import { planOf } from './application-secrets';
import { passwordSource, sentinelPasswordSource, type DeployedRedisEndpoint } from './mounted-endpoints';
import type { MountedValues } from './pod';
import { mountedFiles, type ProgramName } from './programs';
import type { NamespacedValue, SecretPlan, SecretSource } from './secret-sources';
import { sessionKeysFile } from './session-keys';

export interface SecretPlansProps {
  readonly redis: DeployedRedisEndpoint;
  readonly database: DeployedDatabaseEndpoint;
  /** `applicationPasswordGeneration` of the database. */
  readonly databasePasswordGeneration: number;
  readonly sessionKeys: SecretPlan;
  /** Password of the user of the exercise; undefined where there is none. */
  readonly exercisePassword: SecretSource | undefined;
  /** Whether the gateway counts requests in Redis. */
  readonly gatewayCounts: boolean;
}

/** Secrets to be made, and where each value is then. */
export interface SecretPlans {
  readonly plans: readonly SecretPlan[];
  readonly files: Readonly<Record<ProgramName, MountedValues>>;
  /** Secret with `username` and `password` for the gateway. */
  readonly gatewaySecret: string;
  /** Secret with `ca.crt` for the gateway. @default - authorities that everyone trusts */
  readonly gatewayCaSecret?: string;
}

/** The user of Redis that the gateway counts requests as. */
export const gatewayUser: RedisClientName = 'gateway';

const gatewaySecret = 'gateway-redis';
const authoritiesSecret = 'redis-authorities';
const databaseAuthoritiesSecret = 'database-authorities';

export function planSecrets(props: SecretPlansProps): SecretPlans {
  const { redis, database, sessionKeys, exercisePassword, gatewayCounts } = props;
  const plans: SecretPlan[] = [sessionKeys];
  const add = (name: string, key: string, source: SecretSource): NamespacedValue => {
    const planned = planOf(name, key, source);
    plans.push(...planned.plans);
    return planned.value;
  };
  const optional = (file: string, name: string, key: string, source: SecretSource | undefined): MountedValues =>
    source === undefined ? {} : mount(file, add(name, key, source));
  // Set by the migration: programs of before it keep the password of before.
  const databaseSecret = `database-application-${props.databasePasswordGeneration}`;
  plans.push({ name: databaseSecret, values: { password: database.application.password }, isFinal: true });
  const databasePassword = { secret: databaseSecret, key: 'password' };
  const ofDatabase = {
    ...mount(mountedFiles.databasePassword, databasePassword),
    ...optional(mountedFiles.databaseAuthorities, databaseAuthoritiesSecret, 'ca.crt', database.caCertificate),
  };
  const shared = {
    ...ofDatabase,
    ...optional(mountedFiles.redisAuthorities, authoritiesSecret, 'ca.crt', redis.caCertificate),
    ...optional(mountedFiles.sentinelPassword, 'redis-sentinel', 'password', sentinelPasswordSource(redis)),
  };
  const ofUser = (user: RedisClientName) =>
    mount(mountedFiles.redisPassword, add(`redis-${user}`, 'password', passwordSource(redis, user)));
  const administrator = add('database-administrator', 'password', database.administrator.password);
  const exercise = optional(mountedFiles.exercisePassword, 'exercise-user', 'password', exercisePassword);
  const keys = mount(mountedFiles.sessionKeys, { secret: sessionKeys.name, key: sessionKeysFile });
  const files = {
    api: { ...shared, ...ofUser('app'), ...keys },
    worker: { ...shared, ...ofUser('worker') },
    migration: {
      ...ofDatabase,
      ...mount(mountedFiles.administratorPassword, administrator),
      ...exercise,
    },
    exercise,
  };
  if (gatewayCounts) plans.push(gatewayPlan(redis));
  return { plans, files, gatewaySecret, ...gatewayCa(redis) };
}

/** A file by its name below the folder that is mounted. */
const mount = (file: string, value: NamespacedValue): MountedValues => ({ [path.posix.basename(file)]: value });

/** What Traefik takes: both parts of the credentials in one Secret. */
function gatewayPlan(redis: DeployedRedisEndpoint): SecretPlan {
  return {
    name: gatewaySecret,
    values: { password: passwordSource(redis, gatewayUser) },
    texts: { username: redis.credentials[gatewayUser].username, password: '{{ .password }}' },
  };
}

/** Traefik takes certificates under the key `ca.crt` only; a Secret of the namespace has to have them there. */
function gatewayCa({ caCertificate }: DeployedRedisEndpoint): Pick<SecretPlans, 'gatewayCaSecret'> {
  return caCertificate === undefined
    ? {}
    : { gatewayCaSecret: planOf(authoritiesSecret, 'ca.crt', caCertificate).value.secret };
}

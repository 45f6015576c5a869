/**
 * What the api and the worker are told, as environment variables: the same on every platform, made from endpoints.
 *
 * The names are those that `apps/service/settings` and the programs' own settings validate at their start.
 */
import type { DatabaseEndpoint } from '../database/endpoint';
import type { NetworkAddress, RedisEndpoint } from '../redis/endpoint';
import type { RedisClientName } from '../redis/acl';
import type { LocalEnvironment } from '../../environments/local-environment';

/** Environment variables of a program. None holds a secret. */
export type Variables = Readonly<Record<string, string>>;

/** Endpoints both programs use. */
export interface ApplicationEndpoints {
  readonly redis: RedisEndpoint;
  readonly database: DatabaseEndpoint;
}

/** Variables of the api. `sessionKeysFile` is the path of the JSON file with the session keys. */
export function apiVariables(
  { application }: LocalEnvironment,
  endpoints: ApplicationEndpoints,
  sessionKeysFile: string,
): Variables {
  const { login, default: requests } = application.rateLimits;
  return {
    ...commonVariables(application, endpoints, 'app'),
    API_INSTANCES: String(application.apiProcesses),
    SESSION_KEYS_FILE: sessionKeysFile,
    SESSION_IDLE_SECONDS: String(application.session.idleSeconds),
    SESSION_ABSOLUTE_SECONDS: String(application.session.absoluteSeconds),
    RATE_LIMIT_LOGIN: `${login.quota}/${login.windowSeconds}`,
    RATE_LIMIT_DEFAULT: `${requests.quota}/${requests.windowSeconds}`,
  };
}

/** Variables of the worker. */
export function workerVariables({ application }: LocalEnvironment, endpoints: ApplicationEndpoints): Variables {
  return {
    ...commonVariables(application, endpoints, 'worker'),
    WORKER_BATCH_SIZE: String(application.workerBatchSize),
    HANDLER_TIMEOUT_MILLISECONDS: String(application.handlerTimeoutMilliseconds),
    MAX_ATTEMPTS: String(application.maxAttempts),
  };
}

function commonVariables(
  application: LocalEnvironment['application'],
  { redis, database }: ApplicationEndpoints,
  user: RedisClientName,
): Variables {
  const { username, password } = redis.credentials[user];
  return {
    REDIS_TOPOLOGY: redis.topology,
    ...addressVariables(redis),
    REDIS_USERNAME: username,
    REDIS_PASSWORD_FILE: password.path,
    ...(redis.caCertificateFile !== undefined && { REDIS_CA_FILE: redis.caCertificateFile }),
    REDIS_FAILOVER_MILLISECONDS: String(redis.failoverMilliseconds),
    REDIS_DEADLINE_MILLISECONDS: String(application.redisDeadlineMilliseconds),
    DATABASE_HOST: database.address.host,
    DATABASE_PORT: String(database.address.port),
    DATABASE_NAME: database.database,
    DATABASE_USERNAME: database.application.username,
    DATABASE_PASSWORD_FILE: database.application.password.path,
    DATABASE_CA_FILE: database.caCertificateFile,
    DATABASE_POOL_SIZE: String(application.databasePoolSize),
  };
}

function addressVariables(redis: RedisEndpoint): Variables {
  switch (redis.topology) {
    case 'cluster':
      return { REDIS_ADDRESSES: join(redis.seeds) };
    case 'sentinel':
      return { REDIS_ADDRESSES: join(redis.sentinels), REDIS_MASTER_NAME: redis.masterName };
    case 'standalone':
      return { REDIS_ADDRESSES: join([redis.address]) };
  }
}

const join = (addresses: readonly NetworkAddress[]) => addresses.map(({ host, port }) => `${host}:${port}`).join(',');

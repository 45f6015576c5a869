/**
 * What the api and the worker are told, as environment variables: the same on every platform, made from endpoints.
 *
 * The names are those that `apps/service/settings` and the programs' own settings validate at their start.
 */
import type { DatabaseEndpoint } from '../database/endpoint';
import type { NetworkAddress, RedisEndpoint, SentinelCredentials } from '../redis/endpoint';
import type { RedisClientName } from '../redis/acl';
import type { ProgramSettings } from '../../environments/application-settings';

/** Environment variables of a program. None holds a secret. */
export type Variables = Readonly<Record<string, string>>;

/** Endpoints both programs use. */
export interface ApplicationEndpoints {
  readonly redis: RedisEndpoint;
  readonly database: DatabaseEndpoint;
}

/** What only the api is told. */
export interface ApiContext {
  /** Processes of the api, at most: each takes its share of a rate limit while Redis is down. */
  readonly instances: number;
  /** Path of the JSON file with the session keys. */
  readonly sessionKeysFile: string;
  /** @default - there is no console */
  readonly console?: {
    /** Names of the users who may act there. */
    readonly operators: readonly string[];
    readonly alertmanagerUrl: string;
  };
}

/** Variables of the api. */
export function apiVariables(
  settings: ProgramSettings,
  endpoints: ApplicationEndpoints,
  { instances, sessionKeysFile, console }: ApiContext,
): Variables {
  const { login, default: requests } = settings.rateLimits;
  return {
    ...commonVariables(settings, endpoints, 'app'),
    API_INSTANCES: String(instances),
    SESSION_KEYS_FILE: sessionKeysFile,
    SESSION_IDLE_SECONDS: String(settings.session.idleSeconds),
    SESSION_ABSOLUTE_SECONDS: String(settings.session.absoluteSeconds),
    RATE_LIMIT_LOGIN: `${login.quota}/${login.windowSeconds}`,
    RATE_LIMIT_DEFAULT: `${requests.quota}/${requests.windowSeconds}`,
    ...(console && {
      CONSOLE: 'true',
      OPERATORS: console.operators.join(','),
      ALERTMANAGER_URL: console.alertmanagerUrl,
    }),
  };
}

/** Variables of the worker. */
export function workerVariables(settings: ProgramSettings, endpoints: ApplicationEndpoints): Variables {
  return {
    ...commonVariables(settings, endpoints, 'worker'),
    WORKER_BATCH_SIZE: String(settings.workerBatchSize),
    HANDLER_TIMEOUT_MILLISECONDS: String(settings.handlerTimeoutMilliseconds),
    MAX_ATTEMPTS: String(settings.maxAttempts),
  };
}

function commonVariables(
  settings: ProgramSettings,
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
    REDIS_DEADLINE_MILLISECONDS: String(settings.redisDeadlineMilliseconds),
    DATABASE_HOST: database.address.host,
    DATABASE_PORT: String(database.address.port),
    DATABASE_NAME: database.database,
    DATABASE_USERNAME: database.application.username,
    DATABASE_PASSWORD_FILE: database.application.password.path,
    DATABASE_CA_FILE: database.caCertificateFile,
    DATABASE_POOL_SIZE: String(settings.databasePoolSize),
  };
}

function addressVariables(redis: RedisEndpoint): Variables {
  switch (redis.topology) {
    case 'cluster':
      return { REDIS_ADDRESSES: join(redis.seeds) };
    case 'sentinel':
      return {
        REDIS_ADDRESSES: join(redis.sentinels),
        REDIS_MASTER_NAME: redis.masterName,
        ...sentinelVariables(redis.sentinelCredentials),
      };
    case 'standalone':
      return { REDIS_ADDRESSES: join([redis.address]) };
  }
}

/** None, if Sentinels know the program as the servers do. */
function sentinelVariables(credentials: SentinelCredentials | undefined): Variables {
  if (credentials === undefined) return {};
  const { username, password } = credentials;
  return {
    REDIS_SENTINEL_PASSWORD_FILE: password.path,
    ...(username !== undefined && { REDIS_SENTINEL_USERNAME: username }),
  };
}

const join = (addresses: readonly NetworkAddress[]) => addresses.map(({ host, port }) => `${host}:${port}`).join(',');

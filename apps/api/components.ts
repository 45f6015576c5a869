/** Connects the api to its servers and makes the library's components on the connections. */
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { mintFencingToken } from '../database/fences';
import { createPool } from '../database/pool';
import { findResource, type Resource } from '../database/resources';
import { createCache, type Cache } from '../redis/cache';
import type { CacheCodec } from '../redis/cache-options';
import { connectRedis, disconnectRedis, type RedisClient } from '../redis/client';
import { Events } from '../redis/events';
import { keys } from '../redis/keys';
import { Locks } from '../redis/lock';
import { createRateLimiter, type RateLimiter } from '../redis/rate-limiter';
import type { RateLimitAlgorithm } from '../redis/rate-limit-policy';
import { StreamProducer } from '../redis/stream-queue/producer';
import { Subscriptions } from '../redis/subscriptions';
import { createRegistry } from '../service/metrics';
import { orders, resourceCacheName } from '../service/order-queue';
import { databaseSettings, redisSettings } from '../service/settings';
import { createApiMetrics, type ApiMetrics } from './metrics';
import type { ApiComponents } from './services';
import { createSessions } from './sessions';
import type { ApiSettings } from './settings';

/** The components with what is needed to watch and to close them. */
export interface ConnectedApi extends ApiComponents {
  readonly registry: Registry;
  /** Lets everything go; the application is to be closed before. */
  close(): Promise<void>;
}

/** Opens the connections; they come up on their own, so this doesn't wait for any server. */
export function connectApi(settings: ApiSettings, logger: Logger): ConnectedApi {
  const onRedisError = (error: Error) => logger.warn({ err: error }, 'redis');
  const client = connectRedis(redisSettings(settings), 'commands', onRedisError);
  const subscriptions = new Subscriptions(client, { onError: onRedisError });
  const database = createPool(databaseSettings(settings), (error) => logger.warn({ err: error }, 'postgres'));
  const registry = createRegistry(client);
  const metrics = createApiMetrics(registry);
  const { INSTANCE_NAME: instance } = settings;
  const locks = new Locks(client, {
    instance,
    notifier: subscriptions,
    mintFence: (name) => mintFencingToken(database, name),
    deadlineMilliseconds: settings.REDIS_DEADLINE_MILLISECONDS,
    observer: metrics.lockObserver,
  });
  const cache = resourceCache(settings, client, subscriptions, (id) => findResource(database, id), metrics);
  return {
    ...{ client, registry, database, locks, cache },
    sessions: createSessions(settings, client),
    producer: new StreamProducer(client, orders, {
      deadlineMilliseconds: settings.REDIS_DEADLINE_MILLISECONDS,
      observer: metrics.queueObserver,
    }),
    events: new Events({ client, subscriptions }),
    limiters: createLimiters(settings, client, metrics),
    close: async () => {
      await Promise.all([locks.close(), cache.close()]);
      subscriptions.close();
      await Promise.all([disconnectRedis(client), database.end()]);
    },
  };
}

function resourceCache(
  settings: ApiSettings,
  client: RedisClient,
  subscriptions: Subscriptions,
  find: (id: string) => Promise<Resource | undefined>,
  metrics: ApiMetrics,
): Cache<Resource> {
  return createCache({
    name: resourceCacheName,
    client,
    key: keys.cachedResource,
    codec: resourceCodec,
    load: async (id) => {
      const value = await find(id);
      return value && { value, version: value.version };
    },
    ttlMilliseconds: settings.CACHE_TTL_MILLISECONDS,
    local: { subscriptions, ttlMilliseconds: settings.CACHE_LOCAL_TTL_MILLISECONDS },
    observer: metrics.cacheObserver,
  });
}

const resourceCodec: CacheCodec<Resource> = {
  encode: (value) => JSON.stringify(value),
  decode: (text) => {
    const value = JSON.parse(text) as Omit<Resource, 'updatedAt'> & { readonly updatedAt: string };
    return { ...value, updatedAt: new Date(value.updatedAt) };
  },
};

function createLimiters(settings: ApiSettings, client: RedisClient, metrics: ApiMetrics): ApiComponents['limiters'] {
  const limiter = (
    name: string,
    algorithm: RateLimitAlgorithm,
    { quota, windowSeconds }: { readonly quota: number; readonly windowSeconds: number },
  ): RateLimiter =>
    createRateLimiter({
      client,
      policy: { name, algorithm, limit: quota, windowMilliseconds: windowSeconds * 1_000 },
      instances: settings.API_INSTANCES,
      observer: metrics.limiterObserver,
    });
  return {
    login: limiter('login', 'fixed', settings.RATE_LIMIT_LOGIN),
    // A log of each request would cost far more than the quota is worth here.
    default: limiter('default', 'fixed', settings.RATE_LIMIT_DEFAULT),
    fixed: limiter('fixed', 'fixed', settings.RATE_LIMIT_FIXED),
    sliding: limiter('sliding', 'sliding', settings.RATE_LIMIT_SLIDING),
  };
}

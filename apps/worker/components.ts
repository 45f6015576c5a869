/** Connects the worker to its servers and makes the library's components on the connections. */
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { Registry } from 'prom-client';
import { mintFencingToken } from '../database/fences';
import type { OrderMessage } from '../database/orders';
import { createPool } from '../database/pool';
import { findResource, type Resource } from '../database/resources';
import { createCache, type Cache } from '../redis/cache';
import { connectRedis, disconnectRedis, type RedisClient } from '../redis/client';
import { Events } from '../redis/events';
import { keys } from '../redis/keys';
import { Locks } from '../redis/lock';
import { DeadLetters } from '../redis/stream-queue/dead-letters';
import { StreamProducer } from '../redis/stream-queue/producer';
import { Subscriptions } from '../redis/subscriptions';
import { createRegistry } from '../service/metrics';
import { orders, resourceCacheName } from '../service/order-queue';
import { databaseSettings, redisSettings } from '../service/settings';
import { createWorkerMetrics, type WorkerMetrics } from './metrics';
import type { WorkerSettings } from './settings';

/** What the worker works with. */
export interface WorkerComponents {
  readonly client: RedisClient;
  readonly database: Pool;
  readonly registry: Registry;
  readonly metrics: WorkerMetrics;
  readonly locks: Locks;
  readonly events: Events;
  readonly letters: DeadLetters;
  readonly producer: StreamProducer<OrderMessage>;
  /** Only to invalidate: the worker reads nothing through it. */
  readonly cache: Pick<Cache<Resource>, 'invalidate'>;
  /** Lets everything go. */
  close(): Promise<void>;
}

/** Opens the connections; they come up on their own, so this doesn't wait for any server. */
export function connectWorker(settings: WorkerSettings, logger: Logger): WorkerComponents {
  const onRedisError = (error: Error) => logger.warn({ err: error }, 'redis');
  const client = connectRedis(redisSettings(settings), 'commands', onRedisError);
  const subscriptions = new Subscriptions(client, { onError: onRedisError });
  const database = createPool(databaseSettings(settings), (error) => logger.warn({ err: error }, 'postgres'));
  const registry = createRegistry(client);
  const locks = new Locks(client, {
    instance: settings.INSTANCE_NAME,
    notifier: subscriptions,
    mintFence: (name) => mintFencingToken(database, name),
    deadlineMilliseconds: settings.REDIS_DEADLINE_MILLISECONDS,
  });
  const cache = createCache({
    name: resourceCacheName,
    client,
    key: keys.cachedResource,
    load: async (id) => {
      const value = await findResource(database, id);
      return value && { value, version: value.version };
    },
    ttlMilliseconds: settings.CACHE_TTL_MILLISECONDS,
  });
  return {
    ...{ client, database, registry, locks, cache },
    metrics: createWorkerMetrics(registry, client, database, orders),
    events: new Events({ client, subscriptions }),
    letters: new DeadLetters(client, orders),
    producer: new StreamProducer(client, orders),
    close: async () => {
      await Promise.all([locks.close(), cache.close()]);
      subscriptions.close();
      await Promise.all([disconnectRedis(client), database.end()]);
    },
  };
}

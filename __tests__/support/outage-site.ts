/** Every component of the Redis library on one connection, for tests of what each does without Redis. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { BoundedCommands } from '../../apps/redis/bounded-commands';
import { createCache, type Cache } from '../../apps/redis/cache';
import { connectRedis, disconnectRedis, type RedisClient } from '../../apps/redis/client';
import { Events } from '../../apps/redis/events';
import { keys } from '../../apps/redis/keys';
import { LeaderElection } from '../../apps/redis/leader-election';
import { Locks } from '../../apps/redis/lock';
import type { Lock } from '../../apps/redis/lock-lease';
import { PlatformProbe } from '../../apps/redis/platform-state';
import { createRateLimiter, type RateLimiter } from '../../apps/redis/rate-limiter';
import type { SessionStore } from '../../apps/redis/sessions';
import type { RedisSettings } from '../../apps/redis/settings';
import { StreamConsumer } from '../../apps/redis/stream-queue/consumer';
import { DeadLetters } from '../../apps/redis/stream-queue/dead-letters';
import { StreamProducer } from '../../apps/redis/stream-queue/producer';
import { Subscriptions, type Subscription } from '../../apps/redis/subscriptions';
import { storeMaker, type Data } from './session-store';
import { testQueue, type TestPayload } from './stream-queue';

/** The deadline of every component that has one. */
export const deadlineMilliseconds = 300;

/** Components that have no deadline to set, with theirs. */
export const snapshotMilliseconds = 2_000;
export const probeMilliseconds = 1_000;
export const handshakeMilliseconds = 2_000;

export interface OutageSite {
  readonly settings: RedisSettings;
  readonly client: RedisClient;
  readonly commands: BoundedCommands;
  readonly cache: Cache<string>;
  readonly limiter: RateLimiter;
  readonly sessions: SessionStore<Data>;
  readonly locks: Locks;
  readonly election: LeaderElection;
  readonly subscriptions: Subscriptions;
  readonly subscription: Subscription;
  readonly events: Events;
  readonly queue: ReturnType<typeof testQueue>;
  readonly producer: StreamProducer<TestPayload>;
  readonly letters: DeadLetters;
  readonly probe: PlatformProbe;
  newCache(): Cache<string>;
  newLocks(): Locks;
  /** A consumer that was not started. */
  newConsumer(): StreamConsumer<TestPayload>;
  /** Another candidate that was not started. */
  newElection(): LeaderElection;
  end(): Promise<void>;
}

export function openSite(settings: RedisSettings, queueName: string): OutageSite {
  const client = connectRedis(settings);
  const queue = testQueue(3, queueName);
  const newLocks = () => new Locks(client, { instance: 'site', deadlineMilliseconds, ttlMilliseconds: 60_000 });
  const newCache = () =>
    createCache<string>({
      ...{ name: 'site', client, key: keys.cachedResource, deadlineMilliseconds },
      load: () => Promise.resolve({ value: 'value', version: 1 }),
    });
  const [locks, cache] = [newLocks(), newCache()];
  const subscriptions = new Subscriptions(client);
  const policy = { name: 'site', algorithm: 'fixed', limit: 10, windowMilliseconds: 60_000 } as const;
  const newElection = () => new LeaderElection({ locks, name: 'led', onElected: () => Promise.resolve() });
  return {
    ...{ settings, client, cache, locks, subscriptions, queue, newCache, newLocks, newElection },
    commands: new BoundedCommands(client, deadlineMilliseconds),
    limiter: createRateLimiter({ client, policy, instances: 1, deadlineMilliseconds }),
    sessions: storeMaker(() => client)({ deadlineMilliseconds }),
    election: newElection(),
    subscription: subscriptions.subscribe('cache-invalidation', () => undefined),
    events: new Events({ client, subscriptions, deadlineMilliseconds }),
    producer: new StreamProducer(client, queue, { deadlineMilliseconds }),
    letters: new DeadLetters(client, queue, deadlineMilliseconds),
    probe: new PlatformProbe(client),
    newConsumer: () => new StreamConsumer(client, queue, { handle: () => undefined }),
    end: async () => {
      await Promise.all([locks.close(), cache.close()]);
      subscriptions.close();
      await disconnectRedis(client);
    },
  };
}

/** A lock that was acquired, or nothing where none can be. */
export const heldLock = (site: OutageSite, name: string): Promise<Lock> =>
  site.locks.acquire(name, { ttlMilliseconds: 60_000, waitMilliseconds: 10_000 });

interface Queue {
  readonly length: number;
}

/** Where ioredis keeps commands: a cluster in the first two, a connection in all but the second. */
interface Queues {
  readonly offlineQueue: Queue;
  readonly delayQueue?: { readonly queues: Readonly<Record<string, Queue | null>> };
  readonly commandQueue?: Queue;
  readonly prevCommandQueue?: Queue | null;
}

const sum = (queues: readonly (Queue | null | undefined)[]) =>
  queues.reduce((total, queue) => total + (queue?.length ?? 0), 0);

/** How many commands a client keeps: those that no connection has, and those of the connection that has most. */
export function keptCommands(client: RedisClient): { readonly waiting: number; readonly most: number } {
  const own = client as unknown as Queues;
  const waiting = sum([own.offlineQueue, own.prevCommandQueue, ...Object.values(own.delayQueue?.queues ?? {})]);
  if (!('nodes' in client)) return { waiting, most: own.commandQueue?.length ?? 0 };
  const connections = client.nodes() as unknown as readonly Queues[];
  const kept = connections.map((one) => sum([one.commandQueue, one.offlineQueue, one.prevCommandQueue]));
  return { waiting, most: Math.max(0, ...kept) };
}

/** Bytes of live objects. */
export function liveBytes(): number {
  setFlagsFromString('--expose_gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}

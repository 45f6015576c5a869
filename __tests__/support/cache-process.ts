/** A cache with connections of its own, as a process has it, and a source that tests can hold and fail. */
import { createCache, type Cache } from '../../apps/redis/cache';
import type {
  CacheOperation,
  CacheOptions,
  CacheRead,
  CacheResult,
  InvalidationOutcome,
  Loaded,
  LoadReason,
} from '../../apps/redis/cache-options';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../apps/redis/client';
import { channels, keys } from '../../apps/redis/keys';
import { Subscriptions } from '../../apps/redis/subscriptions';
import type { RedisSettings } from '../../apps/redis/settings';

/** Rows by id. A load reads its row at once, as a database's snapshot does, and answers when the gate is open. */
export class VersionedSource {
  readonly rows = new Map<string, Loaded<string>>();
  loads = 0;
  running = 0;
  mostRunning = 0;
  #gate: Promise<void> = Promise.resolve();
  #open: () => void = () => undefined;

  readonly load = async (id: string): Promise<Loaded<string> | undefined> => {
    this.loads++;
    this.mostRunning = Math.max(this.mostRunning, ++this.running);
    try {
      const row = this.rows.get(id);
      await this.#gate;
      if (row?.value === 'failure') throw new Error(`the source failed for ${id}`);
      return row;
    } finally {
      this.running--;
    }
  };

  /** Writes a row, one version above the last. */
  write(id: string, value: string): number {
    const version = (this.rows.get(id)?.version ?? 0) + 1;
    this.rows.set(id, { value, version });
    return version;
  }

  /** Lets no load answer until `release`. */
  hold(): void {
    this.#gate = new Promise((resolve) => (this.#open = resolve));
  }

  release(): void {
    this.#open();
    this.#gate = Promise.resolve();
  }
}

/** What a cache told its observer. */
export interface Observed {
  readonly gets: Partial<Record<CacheResult, number>>;
  readonly loads: Partial<Record<LoadReason, number>>;
  readonly stores: boolean[];
  readonly invalidations: InvalidationOutcome[];
  readonly errors: { readonly operation: CacheOperation; readonly error: Error }[];
}

export interface CacheProcess {
  readonly client: RedisClient;
  readonly subscriptions: Subscriptions;
  readonly cache: Cache<string>;
  readonly observed: Observed;
  /** Settles when the process hears invalidations. */
  readonly subscribed: Promise<void>;
  end(): Promise<void>;
}

/** Starts a cache of the source's rows. The local tier is off unless asked for. */
export async function startCacheProcess(
  platform: { settings(user: 'app'): RedisSettings },
  source: VersionedSource,
  {
    local,
    ...options
  }: Partial<Omit<CacheOptions<string>, 'local'>> & {
    local?: { ttlMilliseconds: number };
  } = {},
): Promise<CacheProcess> {
  const client = connectRedis(platform.settings('app'));
  await awaitReady(client, 10_000);
  const subscriptions = new Subscriptions(client);
  const observed: Observed = { gets: {}, loads: {}, stores: [], invalidations: [], errors: [] };
  const cache = createCache<string>({
    name: 'rows',
    client,
    key: keys.cachedResource,
    load: source.load,
    // The tests share two processors with other programs.
    deadlineMilliseconds: 1_000,
    ...options,
    ...(local ? { local: { subscriptions, ...local } } : {}),
    observer: {
      onGet: (result, count) => (observed.gets[result] = (observed.gets[result] ?? 0) + count),
      onLoad: (reason) => (observed.loads[reason] = (observed.loads[reason] ?? 0) + 1),
      onStore: (stored) => observed.stores.push(stored),
      onInvalidation: (outcome) => observed.invalidations.push(outcome),
      onError: (error, operation) => observed.errors.push({ operation, error }),
    },
  });
  return {
    client,
    subscriptions,
    cache,
    observed,
    subscribed: subscriptions.subscribe(channels.cacheInvalidation, () => undefined).confirmed,
    end: async () => {
      await cache.close();
      subscriptions.close();
      await disconnectRedis(client);
    },
  };
}

/** How many reads were answered in which way. */
export function countResults(reads: readonly CacheRead<unknown>[]): Partial<Record<CacheResult, number>> {
  const counts: Partial<Record<CacheResult, number>> = {};
  for (const { result } of reads) counts[result] = (counts[result] ?? 0) + 1;
  return counts;
}

/**
 * A read-through cache: what Redis doesn't have is loaded from the source by one process, once.
 *
 * - A get costs one GET while the entry is there. Many gets of an id at the same time share one.
 * - A missing entry is loaded by whoever takes its lease; everyone else, in all processes, waits for the result.
 * - An entry that will expire soon is refreshed in the background by one reader, the sooner the longer loads take.
 * - A load never overwrites what is newer: values have versions, and an invalidation ends the leases of running loads.
 * - Without Redis the source is asked directly, by a bounded number of loads at a time.
 *
 * How stale can a value be? Once `invalidate` has resolved to true, Redis has no older value. A get that joined a read
 * which had begun earlier may still return one, and so may another process's local tier until it has heard of it: the
 * time of a message, at worst the tier's TTL. A process can die between its change and its invalidation, and Redis can
 * lose what it acknowledged in a failover: then the old value is served until its TTL is over, and never longer.
 */
import { CacheCommands } from './cache-commands';
import { refreshesEarly } from './cache-entry';
import { Flight, Flights } from './cache-flights';
import { CacheLoader, type Found } from './cache-loader';
import {
  cacheNumbers,
  localTierDefaults,
  type CacheNumbers,
  type CacheOptions,
  type CacheRead,
  type CacheResult,
  type InvalidationOutcome,
} from './cache-options';
import { badVersion, isVersion } from './cache-source';
import { RedisUnavailableError } from './deadline';
import { channels } from './keys';
import { LocalTier } from './local-tier';
import type { Subscription } from './subscriptions';

/** A read-through cache of one kind of things. */
export interface Cache<Value> {
  /**
   * The value of an id. Redis being unavailable is no error: the source is asked instead.
   *
   * @throws CacheOverloadedError, CacheLoadTimeoutError, or what the source threw, to all who waited for that load
   */
  get(id: string): Promise<CacheRead<Value>>;
  /**
   * Makes every process forget what is older than a version. To be called once the change is committed; afterwards the
   * gets of this process see the change.
   *
   * @param version what the change raised the version to; for a deletion, one more than the last
   * @returns true once Redis has done it. False if it hasn't in time: it is sent as soon as Redis is back, and until then
   * the old value can be served, at most for its TTL. The observer hears what becomes of it
   * @throws Error if `version` isn't a whole number from 1
   */
  invalidate(id: string, version: number): Promise<boolean>;
  /** Stops listening to invalidations, which ends the local tier. */
  close(): void;
}

/**
 * Makes a cache.
 *
 * @example
 * const cache = createCache({ name: 'resources', client, key: keys.cachedResource, load: readResource });
 * const { value, result } = await cache.get(id);
 *
 * @throws Error naming every setting that is out of range
 */
export function createCache<Value>(options: CacheOptions<Value>): Cache<Value> {
  return new ReadThroughCache(options, cacheNumbers(options));
}

/** Invalidations that wait for Redis to come back; more of them fail at once, to bound the memory they take. */
const maxPendingInvalidations = 10_000;

class ReadThroughCache<Value> implements Cache<Value> {
  readonly #options: CacheOptions<Value>;
  readonly #numbers: CacheNumbers;
  readonly #commands: CacheCommands;
  readonly #loader: CacheLoader<Value>;
  readonly #local: LocalTier<Found<Value>> | undefined;
  readonly #invalidations: Subscription | undefined;
  readonly #flights = new Flights<Value>();
  /** Background refreshes under way, by key. */
  readonly #refreshes = new Map<string, { outdated: boolean }>();
  #pendingInvalidations = 0;

  /** Made once, not for every flight. */
  readonly #land = (flight: Flight<Value>, found: Found<Value> | undefined): void => {
    const { id, key } = flight;
    this.#flights.remove(flight);
    if (!found) return;
    this.#keep(key, flight, found);
    if (found.result !== 'miss') this.#refreshIfDue(id, key, found);
    const { observer } = this.#options;
    observer?.onGet?.(found.result, 1);
    if (flight.joiners > 0) observer?.onGet?.(resultOfJoiners(found.result), flight.joiners);
  };

  constructor(options: CacheOptions<Value>, numbers: CacheNumbers) {
    const { client, local } = options;
    this.#options = options;
    this.#numbers = numbers;
    this.#commands = new CacheCommands(client, numbers.deadlineMilliseconds, (seconds) =>
      options.observer?.onRead?.(seconds),
    );
    this.#loader = new CacheLoader(options, numbers, this.#commands);
    if (!local) return;
    this.#local = new LocalTier({ ...localTierDefaults, ...local });
    this.#invalidations = local.subscriptions.subscribe(this.#channel, (message) => this.#onInvalidation(message), {
      onInterruption: () => this.#forgetEverything(),
      onResubscribe: () => this.#forgetEverything(),
    });
  }

  get(id: string): Promise<CacheRead<Value>> {
    const key = this.#options.key(id);
    const held = this.#invalidations?.live ? this.#local?.get(key, Date.now()) : undefined;
    if (held) {
      this.#refreshIfDue(id, key, held);
      this.#options.observer?.onGet?.(held.result, 1);
      return Promise.resolve(held);
    }
    const flight = this.#flights.get(id);
    if (!flight?.read) return this.#takeOff(id, key);
    flight.joiners++;
    return (flight.joined ??= flight.read.then(asJoined));
  }

  async invalidate(id: string, version: number): Promise<boolean> {
    if (!isVersion(version)) throw new Error(badVersion(this.#options.name, version));
    const key = this.#options.key(id);
    try {
      return await this.#sendInvalidation(key, version);
    } finally {
      // After Redis has done it: a read that began before may bring back the old value until then.
      this.#forget(key, version);
    }
  }

  close(): void {
    this.#invalidations?.unsubscribe();
    this.#local?.clear();
  }

  get #channel(): string {
    return this.#options.invalidationChannel ?? channels.cacheInvalidation;
  }

  #takeOff(id: string, key: string): Promise<CacheRead<Value>> {
    const flight = new Flight(id, key, this.#land);
    this.#flights.add(flight);
    return (flight.read = this.#loader.read(flight));
  }

  /** Keeps what was found in the local tier, unless it may have been invalidated unheard. */
  #keep(key: string, { outdated }: { outdated: boolean }, found: Found<Value>): void {
    const { entry } = found;
    if (!this.#local || !entry || outdated || !this.#invalidations?.live) return;
    const result = entry.payload === undefined ? 'negative' : 'local';
    // The value is there; its text needn't stay in memory with it.
    const local: Found<Value> = { value: found.value, result, entry: { ...entry, payload: undefined } };
    this.#local.set(key, local, entry.version ?? 0, entry.expiresAt, Date.now());
  }

  /** Loads in the background what will expire soon; chance picks one of many readers, the lease one of many processes. */
  #refreshIfDue(id: string, key: string, { entry }: Found<Value>): void {
    if (!entry) return;
    const { expiresAt, loadMilliseconds } = entry;
    if (!refreshesEarly(expiresAt - Date.now(), loadMilliseconds, this.#numbers.earlyRefreshBeta)) return;
    if (this.#refreshes.has(key)) return;
    const refresh = { outdated: false };
    this.#refreshes.set(key, refresh);
    void this.#loader.refresh(id, key).then((found) => {
      if (found) {
        this.#keep(key, refresh, found);
        this.#refreshes.delete(key);
      } else {
        // Another process is at it, or the source has trouble: leave them the time that a load takes.
        setTimeout(() => this.#refreshes.delete(key), loadMilliseconds).unref();
      }
    });
  }

  async #sendInvalidation(key: string, version: number): Promise<boolean> {
    if (this.#pendingInvalidations >= maxPendingInvalidations) {
      this.#note('failed');
      return false;
    }
    const { tombstoneMilliseconds } = this.#numbers;
    const { inTime, sent } = this.#commands.invalidate(key, version, tombstoneMilliseconds, this.#channel);
    try {
      await inTime;
      this.#note('done');
      return true;
    } catch (error) {
      this.#options.observer?.onError?.(error as Error, 'invalidate');
      if (error instanceof RedisUnavailableError) this.#awaitInvalidation(sent);
      else this.#note('failed');
      return false;
    }
  }

  #awaitInvalidation(sent: Promise<unknown>): void {
    this.#pendingInvalidations++;
    this.#note('pending');
    void sent
      .then(
        () => this.#note('late'),
        () => this.#note('failed'),
      )
      .finally(() => this.#pendingInvalidations--);
  }

  #note(outcome: InvalidationOutcome): void {
    this.#options.observer?.onInvalidation?.(outcome);
  }

  #onInvalidation(message: string): void {
    const space = message.indexOf(' ');
    this.#note('received');
    this.#forget(message.slice(space + 1), Number(message.slice(0, space)));
  }

  /** Drops what is older than a version; reads under way serve those who wait for them and nobody after. */
  #forget(key: string, version: number): void {
    this.#local?.dropOlder(key, version);
    // Few are under way, and the message of an invalidation doesn't tell the id.
    for (const flight of this.#flights) {
      if (flight.key !== key) continue;
      flight.outdated = true;
      this.#flights.remove(flight);
    }
    const refresh = this.#refreshes.get(key);
    if (refresh) refresh.outdated = true;
  }

  #forgetEverything(): void {
    this.#local?.clear();
    for (const flight of this.#flights) flight.outdated = true;
    for (const refresh of this.#refreshes.values()) refresh.outdated = true;
  }
}

/** What a load made for one get is to those that joined it. */
function resultOfJoiners(result: CacheResult): CacheResult {
  return result === 'miss' ? 'shared' : result;
}

function asJoined<Value>(found: Found<Value>): CacheRead<Value> {
  return found.result === 'miss' ? { ...found, result: 'shared' } : found;
}

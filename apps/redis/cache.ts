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
 * which had begun earlier may still return one, and so may another process's local tier until it is notified: the time
 * of a message, at worst the tier's TTL.
 *
 * An invalidation that Redis refuses, or is away for, is tried again until Redis has carried it out or nothing older can be
 * left. Until then gets of that id go to the source: in this process, and in all others with a local tier that the message
 * reaches; a server that refuses writes goes on to deliver messages.
 *
 * A process can die between its change and its invalidation, or while that is pending, and Redis can lose what it
 * acknowledged in a failover: then the old value is served until its TTL is over, and never longer.
 */
import { CacheCommands } from './cache-commands';
import { refreshesEarly } from './cache-entry';
import { Flight, Flights } from './cache-flights';
import { CacheLoader, type Found } from './cache-loader';
import { parseInvalidation } from './cache-messages';
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
import { channels } from './keys';
import { LocalTier } from './local-tier';
import { PendingInvalidations } from './pending-invalidations';
import { StaleKeys } from './stale-keys';
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
   * @returns true once Redis has done it. False if it hasn't within the deadline, for whatever reason: it is tried again, and
   * until it is done gets of this process go to the source. The observer gets what becomes of it
   * @throws Error if `version` isn't a whole number from 1
   */
  invalidate(id: string, version: number): Promise<boolean>;
  /**
   * Stops listening to invalidations, which ends the local tier, and tries those that are pending a last time, each for the
   * deadline at most. To be called before the client is closed.
   */
  close(): Promise<void>;
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

/** What the time of storing adds to that of a load, in milliseconds, until nothing that was loaded before is stored. */
const storeMarginMilliseconds = 1_000;

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
  readonly #stale: StaleKeys;
  readonly #pending: PendingInvalidations;

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
    this.#stale = new StaleKeys(numbers.maxPendingInvalidations);
    this.#pending = new PendingInvalidations({
      cache: options.name,
      maximum: numbers.maxPendingInvalidations,
      stale: this.#stale,
      retentionMilliseconds: retentionOf(numbers),
      send: (key, version) => this.#send(key, version),
      publish: (message) => this.#commands.publish(this.#channel, message),
      onOutcome: (outcome) => this.#note(outcome),
    });
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
      await this.#send(key, version);
      this.#pending.settle(key, version);
      this.#note('done');
      return true;
    } catch (error) {
      this.#options.observer?.onError?.(error as Error, 'invalidate');
      this.#pending.add(key, version);
      return false;
    } finally {
      // After Redis has done it, or the key counts as stale: a read that began before may bring back the old value until then.
      this.#forget(key, version);
    }
  }

  async close(): Promise<void> {
    this.#invalidations?.unsubscribe();
    this.#local?.clear();
    await this.#pending.close();
  }

  get #channel(): string {
    return this.#options.invalidationChannel ?? channels.cacheInvalidation;
  }

  #takeOff(id: string, key: string): Promise<CacheRead<Value>> {
    const flight = new Flight(id, key, this.#land);
    this.#flights.add(flight);
    return (flight.read = this.#stale.covers(key) ? this.#loader.readPastRedis(flight) : this.#loader.read(flight));
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

  #send(key: string, version: number): Promise<void> {
    return this.#commands.invalidate(key, version, this.#numbers.tombstoneMilliseconds, this.#channel);
  }

  #note(outcome: InvalidationOutcome): void {
    this.#options.observer?.onInvalidation?.(outcome);
  }

  #onInvalidation(text: string): void {
    const message = parseInvalidation(text);
    if (message?.kind === 'allOwed') {
      if (message.cache !== this.#options.name) return;
      this.#stale.markAll(message.milliseconds);
      this.#forgetEverything();
    } else if (message) {
      const { key, version } = message;
      if (message.kind === 'owed') this.#stale.mark(key, version, message.milliseconds);
      else {
        this.#note('received');
        this.#stale.clear(key, version);
      }
      this.#forget(key, version);
    }
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

/** How long the cache can have what was loaded before an invalidation, in milliseconds. */
function retentionOf({ ttlMilliseconds, loadTimeoutMilliseconds, tombstoneMilliseconds }: CacheNumbers): number {
  // A load that had begun is stored when it ends, and one from a replica of the database may read the past for a while.
  return ttlMilliseconds + loadTimeoutMilliseconds + tombstoneMilliseconds + storeMarginMilliseconds;
}

/** What a load made for one get is to those that joined it. */
function resultOfJoiners(result: CacheResult): CacheResult {
  return result === 'miss' ? 'shared' : result;
}

function asJoined<Value>(found: Found<Value>): CacheRead<Value> {
  return found.result === 'miss' ? { ...found, result: 'shared' } : found;
}

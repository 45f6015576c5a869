/** What a cache is told, with its defaults; checked before anything is sent. */
import type { RedisClient } from './client';
import type { LocalTierOptions } from './local-tier';
import type { Subscriptions } from './subscriptions';

/** What a load found: the value, and the version that a change of it raises. */
export interface Loaded<Value> {
  readonly value: Value;
  /**
   * A whole number from 1 that grows with every change of what the id names, also when that is deleted and made again:
   * a row's `version` column, or a sequence. The cache never replaces a version by an older one.
   */
  readonly version: number;
}

/**
 * How a get was answered: from this process (`local`), from Redis (`hit`), by a load made for it (`miss`), by a load
 * made for someone else (`shared`), by knowing that there is nothing (`negative`), or from the source because Redis is
 * unavailable or may have what is out of date (`bypass`).
 */
export type CacheResult = 'local' | 'hit' | 'miss' | 'shared' | 'negative' | 'bypass';

/** What a get found: the value, or undefined if there is nothing of that id, and how it was answered. */
export interface CacheRead<Value> {
  readonly value: Value | undefined;
  readonly result: CacheResult;
}

/** Why the source was asked. */
export type LoadReason = 'miss' | 'refresh' | 'bypass';

/**
 * What became of an invalidation: `done` in time; `pending`: refused or not in time, is tried again; `late`: a pending one was
 * carried out; `expired`: nothing was left that a pending one would have removed; `failed`: it isn't tried again, because too
 * many were pending or the process ended; `received`: made by any process, and this one was notified.
 */
export type InvalidationOutcome = 'done' | 'pending' | 'late' | 'expired' | 'failed' | 'received';

/** What went wrong. */
export type CacheOperation = 'get' | 'decode' | 'store' | 'release' | 'refresh' | 'invalidate';

/** Hears what a cache does, for metrics and logs. Called in the path of gets: it must be quick and not throw. */
export interface CacheObserver {
  /** `count` gets were answered alike, one of them and those that joined it. */
  onGet?(result: CacheResult, count: number): void;
  /** Redis answered a read after `seconds`, whatever it found. One that fails is told to `onError` alone. */
  onRead?(seconds: number): void;
  /** The source was asked. `seconds` are the load's own, without the wait for its turn. */
  onLoad?(reason: LoadReason, outcome: 'value' | 'absence' | 'error', seconds: number): void;
  /** What was loaded was stored, or refused because it may be older than what the cache knows. */
  onStore?(stored: boolean): void;
  onInvalidation?(outcome: InvalidationOutcome): void;
  /** Redis failed, or a background refresh did. No get fails for that. */
  onError?(error: Error, operation: CacheOperation): void;
}

/** Turns values into text and back. */
export interface CacheCodec<Value> {
  encode(value: Value): string;
  /** @throws Error if the text isn't one of its own: the entry is dropped and loaded again */
  decode(text: string): Value;
}

/** Settings of a cache. Times are in milliseconds. */
export interface CacheOptions<Value> {
  /** What is cached, for errors: `resources`. */
  readonly name: string;
  readonly client: RedisClient;
  /** The Redis key of an id; from `keys.ts`. */
  readonly key: (id: string) => string;
  /**
   * Asks the source; undefined if the id names nothing.
   *
   * @param signal aborts when `loadTimeoutMilliseconds` are over; until the load ends it counts as a running one
   */
  readonly load: (id: string, signal: AbortSignal) => Promise<Loaded<Value> | undefined>;
  /** @default - JSON */
  readonly codec?: CacheCodec<Value>;
  /**
   * Longest time a value is served without having been loaded again. It bounds how stale a value gets when an
   * invalidation is lost: with a process that dies before Redis has carried it out, or in a failover. All processes that
   * invalidate are to have the same: a pending invalidation is kept for that long.
   * @default 60000
   */
  readonly ttlMilliseconds?: number;
  /** The same for the knowledge that there is nothing; 0: it isn't kept. @default 5000 */
  readonly negativeTtlMilliseconds?: number;
  /** Random share by which each TTL is shortened, 0 to 1. @default 0.1 */
  readonly ttlJitter?: number;
  /** β of XFetch: above 1 refreshes earlier, 0 not before the entry expires. @default 1 */
  readonly earlyRefreshBeta?: number;
  /** Longest wait for an answer of Redis, before the source is asked instead. @default 200 */
  readonly deadlineMilliseconds?: number;
  /** Longest time a load may take, the wait for its turn included. @default 5000 */
  readonly loadTimeoutMilliseconds?: number;
  /** Loads that run at the same time in this process. @default 8 */
  readonly maxConcurrentLoads?: number;
  /** Loads that wait for their turn; more are refused. @default 1000 */
  readonly maxWaitingLoads?: number;
  /**
   * How long a tombstone stays behind an invalidation. As long as it is there, a load that reads the source's past (from
   * a replica of the database that lags) isn't stored.
   * @default 10000
   */
  readonly tombstoneMilliseconds?: number;
  /**
   * Invalidations that this process keeps while Redis refuses them or is away, about 350 bytes each. One more makes all reads
   * of this cache go to the source, until what it would have removed has expired.
   * @default 10000
   */
  readonly maxPendingInvalidations?: number;
  /** Channel of the invalidations. @default channels.cacheInvalidation */
  readonly invalidationChannel?: string;
  /**
   * Keeps values in this process for a moment. It needs `subscriptions` to hear of invalidations and isn't used while
   * they are interrupted. Values are shared by all who get them: treat them as immutable.
   * @default - none
   */
  readonly local?: { readonly subscriptions: Subscriptions } & Partial<LocalTierOptions>;
  readonly observer?: CacheObserver;
}

/** The numbers of a cache, all set. */
export const cacheDefaults = {
  ttlMilliseconds: 60_000,
  negativeTtlMilliseconds: 5_000,
  ttlJitter: 0.1,
  earlyRefreshBeta: 1,
  deadlineMilliseconds: 200,
  loadTimeoutMilliseconds: 5_000,
  maxConcurrentLoads: 8,
  maxWaitingLoads: 1_000,
  tombstoneMilliseconds: 10_000,
  maxPendingInvalidations: 10_000,
} as const satisfies Partial<CacheOptions<unknown>>;

/** The numbers of the local tier, all set. */
export const localTierDefaults: LocalTierOptions = { maxEntries: 1_000, ttlMilliseconds: 1_000 };

/** Each number of a cache. */
export type CacheNumbers = Readonly<Record<keyof typeof cacheDefaults, number>>;

interface Range {
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

const ranges: Readonly<Record<keyof CacheNumbers, Range>> = {
  ttlMilliseconds: { min: 1, whole: true },
  negativeTtlMilliseconds: { min: 0, whole: true },
  ttlJitter: { min: 0, max: 1 },
  earlyRefreshBeta: { min: 0 },
  deadlineMilliseconds: { min: 1 },
  loadTimeoutMilliseconds: { min: 1, whole: true },
  maxConcurrentLoads: { min: 1, whole: true },
  maxWaitingLoads: { min: 0, whole: true },
  tombstoneMilliseconds: { min: 1, whole: true },
  maxPendingInvalidations: { min: 1, whole: true },
};

/**
 * The numbers of a cache with their defaults.
 *
 * @throws Error with every setting that is out of range, its value and the range
 */
export function cacheNumbers<Value>(options: CacheOptions<Value>): CacheNumbers {
  const numbers: CacheNumbers = { ...cacheDefaults, ...options };
  const local: LocalTierOptions = { ...localTierDefaults, ...options.local };
  const violations = [
    ...Object.entries(ranges).flatMap(([name, range]) => violation(name, numbers[name as keyof CacheNumbers], range)),
    ...violation('local.maxEntries', local.maxEntries, { min: 1, whole: true }),
    ...violation('local.ttlMilliseconds', local.ttlMilliseconds, { min: 1 }),
  ];
  if (violations.length > 0) throw new Error(`Cache '${options.name}': ${violations.join('; ')}`);
  return numbers;
}

function violation(setting: string, value: number, { min, max = Infinity, whole = false }: Range): string[] {
  if (value >= min && value <= max && value < Infinity && (!whole || Number.isInteger(value))) return [];
  const range = max < Infinity ? `from ${min} to ${max}` : `from ${min}`;
  return [`${setting} is ${value}: give a ${whole ? 'whole ' : ''}number ${range}`];
}

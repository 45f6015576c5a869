/** Gets an entry from Redis, or from the source under a lease: the part of a cache that all processes share. */
import { randomUUID } from 'node:crypto';
import type { CacheCommands, Lease } from './cache-commands';
import { decodeEntry, isTombstone, jitteredTtl, type CacheEntry } from './cache-entry';
import type { CacheCodec, CacheNumbers, CacheOperation, CacheOptions, CacheResult, LoadReason } from './cache-options';
import { CacheSource } from './cache-source';

/** What was found, and how. */
export interface Found<Value> {
  /** Undefined if there is nothing. */
  readonly value: Value | undefined;
  readonly result: CacheResult;
  /** What Redis has of it; undefined if it isn't kept there. */
  readonly entry: CacheEntry | undefined;
}

/** What is to be read. */
export interface Request<Value> {
  readonly id: string;
  readonly key: string;
  /** Called right before the read settles, with what was found or nothing; a `then` would be one more promise. */
  settle(found?: Found<Value>): void;
}

/** How much longer a lease is than the load it is for, in milliseconds: time to store the result. */
const leaseMarginMilliseconds = 1_000;

/** Pauses between two looks at an entry that another process is loading, in milliseconds: longer each time. */
const firstPollMilliseconds = 4;
const longestPollMilliseconds = 50;
const pollGrowth = 1.5;

export class CacheLoader<Value> {
  readonly #options: CacheOptions<Value>;
  readonly #numbers: CacheNumbers;
  readonly #codec: CacheCodec<Value>;
  readonly #commands: CacheCommands;
  readonly #source: CacheSource<Value>;

  // Functions made once, not for every read.
  readonly #onText = (request: Request<Value>, text: string | null): Found<Value> | Promise<Found<Value>> => {
    const found = this.#decode(request.key, text, 'hit');
    if (!found) return settled(request, this.#readMissing(request.id, request.key));
    request.settle(found);
    return found;
  };

  readonly #onFailure = (request: Request<Value>, error: unknown): Promise<Found<Value>> =>
    settled(request, this.#bypass(request.id, error));

  constructor(options: CacheOptions<Value>, numbers: CacheNumbers, commands: CacheCommands) {
    const json: CacheCodec<Value> = {
      encode: (value) => JSON.stringify(value),
      decode: (text) => JSON.parse(text) as Value,
    };
    this.#options = options;
    this.#numbers = numbers;
    this.#codec = options.codec ?? json;
    this.#commands = commands;
    this.#source = new CacheSource(options, numbers);
  }

  /** One round trip if the entry is there; otherwise a lease and a load, or a wait for another's load. */
  read(request: Request<Value>): Promise<Found<Value>> {
    return this.#commands.read(request, this.#onText, this.#onFailure);
  }

  /** Reads from the source, whatever Redis has. */
  readPastRedis(request: Request<Value>): Promise<Found<Value>> {
    return settled(request, this.#readSource(request.id));
  }

  /**
   * Loads an entry that is still served, unless another process does or the source is busy.
   *
   * @returns what Redis has now; undefined if that isn't known
   */
  async refresh(id: string, key: string): Promise<Found<Value> | undefined> {
    if (this.#source.busy) return undefined;
    const lease = this.#lease(key);
    try {
      return (await this.#commands.claimRefresh(lease)) ? await this.#load(id, lease, 'refresh') : undefined;
    } catch (error) {
      this.#report(error, 'refresh');
      return undefined;
    }
  }

  async #readMissing(id: string, key: string): Promise<Found<Value>> {
    const lease = this.#lease(key);
    const patience = Date.now() + lease.milliseconds;
    let claimed: string | number;
    let result: CacheResult = 'hit';
    for (let poll = firstPollMilliseconds; ; poll = Math.min(poll * pollGrowth, longestPollMilliseconds)) {
      try {
        claimed = await this.#commands.claim(lease);
      } catch (error) {
        return this.#bypass(id, error);
      }
      if (claimed === 0) return this.#load(id, lease, 'miss');
      const found = typeof claimed === 'string' ? this.#decode(key, claimed, result) : undefined;
      if (found) return found;
      // The others take the lease and fail in turns: better one more load than a wait without end.
      if (Date.now() > patience) return this.#bypass(id, new Error(`no process has loaded ${key} in time`));
      result = 'shared';
      const longest = typeof claimed === 'number' ? Math.min(claimed, poll) : poll;
      await new Promise((resolve) => setTimeout(resolve, longest * (0.5 + Math.random() / 2)));
    }
  }

  /** Loads as the holder of the lease. @throws what the source threw, after giving the lease back */
  async #load(id: string, lease: Lease, reason: LoadReason): Promise<Found<Value>> {
    const { ttlMilliseconds, negativeTtlMilliseconds, ttlJitter } = this.#numbers;
    try {
      const { found, milliseconds } = await this.#source.load(id, reason);
      const longestTtl = found ? ttlMilliseconds : negativeTtlMilliseconds;
      if (longestTtl === 0) {
        this.#release(lease);
        return { value: undefined, result: 'miss', entry: undefined };
      }
      const ttl = jitteredTtl(longestTtl, ttlJitter);
      const entry: CacheEntry = {
        version: found?.version,
        expiresAt: Date.now() + ttl,
        loadMilliseconds: milliseconds,
        payload: found && this.#codec.encode(found.value),
      };
      const stored = await this.#store(lease, entry, ttl);
      return { value: found?.value, result: 'miss', entry: stored ? entry : undefined };
    } catch (error) {
      this.#release(lease);
      throw error;
    }
  }

  async #store(lease: Lease, entry: CacheEntry, ttlMilliseconds: number): Promise<boolean> {
    try {
      const stored = await this.#commands.store(lease, entry, ttlMilliseconds);
      this.#options.observer?.onStore?.(stored);
      return stored;
    } catch (error) {
      // The value is known, and the lease ends by itself.
      this.#report(error, 'store');
      return false;
    }
  }

  #bypass(id: string, reason: unknown): Promise<Found<Value>> {
    this.#report(reason, 'get');
    return this.#readSource(id);
  }

  async #readSource(id: string): Promise<Found<Value>> {
    const { found } = await this.#source.load(id, 'bypass');
    return { value: found?.value, result: 'bypass', entry: undefined };
  }

  /** What an entry says; undefined for a missing one and a tombstone. What can't be read is dropped, to be loaded. */
  #decode(key: string, text: string | null, result: CacheResult): Found<Value> | undefined {
    if (text === null || isTombstone(text)) return undefined;
    try {
      const entry = decodeEntry(text);
      return entry.payload === undefined
        ? { value: undefined, result: 'negative', entry }
        : { value: this.#codec.decode(entry.payload), result, entry };
    } catch (error) {
      this.#report(error, 'decode');
      // Commands of a connection are executed in order: this one comes before the lease is asked for.
      this.#commands.remove(key).catch((failure: unknown) => this.#report(failure, 'decode'));
      return undefined;
    }
  }

  #lease(key: string): Lease {
    return { key, token: randomUUID(), milliseconds: this.#numbers.loadTimeoutMilliseconds + leaseMarginMilliseconds };
  }

  #release(lease: Lease): void {
    this.#commands.release(lease).catch((error: unknown) => this.#report(error, 'release'));
  }

  #report(error: unknown, operation: CacheOperation): void {
    this.#options.observer?.onError?.(error instanceof Error ? error : new Error(String(error)), operation);
  }
}

/** The same, after the request has heard of the outcome. */
function settled<Value>(request: Request<Value>, read: Promise<Found<Value>>): Promise<Found<Value>> {
  return read.then(
    (found) => {
      request.settle(found);
      return found;
    },
    (error: unknown) => {
      request.settle();
      throw error;
    },
  );
}

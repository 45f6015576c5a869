/**
 * Invalidations that Redis has not carried out: each is tried again until it is, or until nothing is left that it would have
 * removed. Until then reads of what it concerns go past the cache, in this process and in all that get its messages.
 */
import { backoffMilliseconds, faultBackoff } from './backoff';
import { allOwedMessage, owedMessage } from './cache-messages';
import type { InvalidationOutcome } from './cache-options';
import type { StaleKeys } from './stale-keys';

/** What they work with. */
export interface PendingInvalidationsOptions {
  /** Name of the cache. */
  readonly cache: string;
  /** How long the cache can have what was loaded before an invalidation, in milliseconds. */
  readonly retentionMilliseconds: number;
  readonly maximum: number;
  readonly stale: StaleKeys;
  readonly send: (key: string, version: number) => Promise<unknown>;
  /** Notifies all processes. It may be lost. */
  readonly publish: (message: string) => Promise<unknown>;
  readonly onOutcome: (outcome: InvalidationOutcome) => void;
}

interface Pending {
  readonly version: number;
  /** When nothing is left to be removed, by `performance.now()`. */
  readonly until: number;
}

/** Most of them in one round trip. */
const largestBatch = 100;

export class PendingInvalidations {
  readonly #options: PendingInvalidationsOptions;
  /** By key. The first were tried longest ago. */
  readonly #pending = new Map<string, Pending>();
  /** None has expired before. */
  #firstExpiry = Infinity;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: PendingInvalidationsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#pending.size;
  }

  /** An invalidation failed. */
  add(key: string, version: number): void {
    const { maximum, retentionMilliseconds, stale, cache, onOutcome } = this.#options;
    const present = this.#pending.get(key);
    if (!present && this.#pending.size >= maximum) this.#dropExpired();
    if (!present && this.#pending.size >= maximum) {
      stale.markAll(retentionMilliseconds);
      this.#publish(allOwedMessage(cache, retentionMilliseconds));
      onOutcome('failed');
      return;
    }
    const until = performance.now() + retentionMilliseconds;
    this.#pending.set(key, { version: Math.max(version, present?.version ?? 0), until });
    this.#firstExpiry = Math.min(this.#firstExpiry, until);
    stale.mark(key, version, retentionMilliseconds);
    this.#announce(key);
    onOutcome('pending');
    this.#schedule();
  }

  /** Redis has nothing older than a version under a key. */
  settle(key: string, version: number): boolean {
    this.#options.stale.clear(key, version);
    const pending = this.#pending.get(key);
    return pending !== undefined && pending.version <= version && this.#pending.delete(key);
  }

  /** Tries each a last time. What is left then may be served by other processes until it expires. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (let batch = this.#next(); batch.length > 0 && (await this.#tryBatch(batch)); batch = this.#next());
    for (let left = this.#pending.size; left > 0; left--) this.#options.onOutcome('failed');
    this.#pending.clear();
  }

  #schedule(): void {
    if (this.#timer || this.#pending.size === 0 || this.#closed) return;
    const pause = backoffMilliseconds(faultBackoff, ++this.#failures);
    this.#timer = setTimeout(() => void this.#round(), pause);
  }

  async #round(): Promise<void> {
    this.#dropExpired();
    for (let batch = this.#next(); batch.length > 0 && (await this.#tryBatch(batch)); batch = this.#next()) {
      this.#failures = 0;
    }
    this.#timer = undefined;
    this.#schedule();
  }

  #next(): readonly string[] {
    const batch: string[] = [];
    for (const key of this.#pending.keys()) {
      if (batch.push(key) === largestBatch) break;
    }
    return batch;
  }

  /** @returns whether any was carried out, so that it is worth going on at once */
  async #tryBatch(batch: readonly string[]): Promise<boolean> {
    const tries = batch.map(async (key) => {
      const { version = 0 } = this.#pending.get(key) ?? {};
      try {
        await this.#options.send(key, version);
      } catch (error) {
        this.#postpone(key);
        throw error;
      }
      if (this.settle(key, version)) this.#options.onOutcome('late');
    });
    return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
  }

  /** Puts it behind the others: one shard that is away holds up no other. */
  #postpone(key: string): void {
    const pending = this.#pending.get(key);
    if (!pending) return;
    this.#pending.delete(key);
    this.#pending.set(key, pending);
    // Processes that have begun to listen since the last message learn of it by this one.
    this.#announce(key);
  }

  #announce(key: string): void {
    const pending = this.#pending.get(key);
    if (pending) this.#publish(owedMessage(key, pending.version, pending.until - performance.now()));
  }

  #publish(message: string): void {
    // Where messages don't get through either, other processes read what Redis has until this arrives or it expires.
    this.#options.publish(message).catch(() => undefined);
  }

  #dropExpired(): void {
    const now = performance.now();
    if (now < this.#firstExpiry) return;
    this.#firstExpiry = Infinity;
    for (const [key, { until }] of this.#pending) {
      if (until > now) this.#firstExpiry = Math.min(this.#firstExpiry, until);
      else if (this.#pending.delete(key)) this.#options.onOutcome('expired');
    }
  }
}

/**
 * Locks that are to be given back, and that Redis could not be asked for: a try whose reply was lost may have taken one, and a
 * release may not have arrived. Each is tried again until it is given back or its TTL is over, so that no lock is kept from
 * others for a caller that was refused it.
 */
import { backoffMilliseconds, faultBackoff } from './backoff';
import type { LockStore } from './lock-store';

interface Owed {
  readonly name: string;
  readonly token: string;
  /** When its TTL is over by then, by `performance.now()`. */
  readonly endsAt: number;
}

/** Most of them in one round trip. */
const largestBatch = 100;

export class LockReturns {
  readonly #store: LockStore;
  /** By token. The first were tried longest ago. */
  readonly #owed = new Map<string, Owed>();
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(store: LockStore) {
    this.#store = store;
  }

  get size(): number {
    return this.#owed.size;
  }

  /**
   * Gives a lock back now, and if that fails later, while `ttlMilliseconds` last.
   *
   * @returns as `LockStore.release` @throws what the first try failed with
   */
  give(name: string, token: string, ttlMilliseconds: number): Promise<number> {
    const endsAt = performance.now() + ttlMilliseconds;
    const release = this.#store.release(name, token);
    release.catch(() => this.#add({ name, token, endsAt }));
    return release;
  }

  /** Tries no more: what is left ends with its TTL. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#owed.clear();
  }

  #add(owed: Owed): void {
    if (this.#closed) return;
    this.#owed.set(owed.token, owed);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer || this.#owed.size === 0 || this.#closed) return;
    const pause = backoffMilliseconds(faultBackoff, ++this.#failures);
    this.#timer = setTimeout(() => void this.#round(), pause);
    // A process that has nothing else to do need not wait for it: the TTL ends the lock.
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    while (this.#owed.size > 0 && (await this.#tryBatch())) this.#failures = 0;
    this.#timer = undefined;
    this.#schedule();
  }

  /** @returns whether any was given back, so that it is worth going on at once */
  async #tryBatch(): Promise<boolean> {
    const batch: Owed[] = [];
    for (const owed of this.#owed.values()) {
      if (batch.push(owed) === largestBatch) break;
    }
    const now = performance.now();
    const tries = batch.map(async ({ name, token, endsAt }) => {
      // Those that fail go to the end: one shard that is away holds up no other.
      this.#owed.delete(token);
      if (endsAt <= now) return;
      await this.#store.release(name, token).catch((error: unknown) => {
        if (!this.#closed) this.#owed.set(token, { name, token, endsAt });
        throw error;
      });
    });
    return (await Promise.allSettled(tries)).some(({ status }) => status === 'fulfilled');
  }
}

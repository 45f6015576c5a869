/** Keys under which the cache may have something older than is known: reads go past the cache to the source. */

interface StaleKey {
  readonly version: number;
  /** When what is older has expired by itself, by `performance.now()`. */
  readonly until: number;
}

/**
 * A bounded number of keys. What doesn't fit any more makes all keys stale, until what it stands for has expired: reads get
 * slower then, and never older.
 */
export class StaleKeys {
  readonly #maximum: number;
  /** By key, in the order in which they were marked. */
  readonly #keys = new Map<string, StaleKey>();
  #allUntil = -Infinity;
  /** None has expired before. */
  #firstExpiry = Infinity;

  constructor(maximum: number) {
    this.#maximum = maximum;
  }

  get size(): number {
    return this.#keys.size;
  }

  /** Whether a read of a key has to go to the source. Asked for every read: almost always there are none. */
  covers(key: string): boolean {
    if (this.#keys.size === 0 && this.#allUntil === -Infinity) return false;
    const now = performance.now();
    if (now < this.#allUntil) return true;
    this.#allUntil = -Infinity;
    const stale = this.#keys.get(key);
    if (!stale) return false;
    if (now < stale.until) return true;
    this.#keys.delete(key);
    return false;
  }

  /** The cache may have something older than a version, for `milliseconds` at most. */
  mark(key: string, version: number, milliseconds: number): void {
    const now = performance.now();
    const present = this.#keys.get(key);
    this.#keys.delete(key);
    if (this.#keys.size >= this.#maximum) this.#dropExpired(now);
    if (this.#keys.size >= this.#maximum) this.markAll(milliseconds);
    else {
      const newest = Math.max(version, present?.version ?? 0);
      const until = Math.max(now + milliseconds, present?.until ?? 0);
      this.#keys.set(key, { version: newest, until });
      this.#firstExpiry = Math.min(this.#firstExpiry, until);
    }
  }

  /** The same for all keys. */
  markAll(milliseconds: number): void {
    this.#allUntil = Math.max(this.#allUntil, performance.now() + milliseconds);
  }

  /** The cache has nothing older than a version under a key any more. */
  clear(key: string, version: number): void {
    const stale = this.#keys.get(key);
    if (stale && stale.version <= version) this.#keys.delete(key);
  }

  #dropExpired(now: number): void {
    if (now < this.#firstExpiry) return;
    this.#firstExpiry = Infinity;
    for (const [key, { until }] of this.#keys) {
      if (until <= now) this.#keys.delete(key);
      else this.#firstExpiry = Math.min(this.#firstExpiry, until);
    }
  }
}

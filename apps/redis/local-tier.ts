/** Values kept in the process for a moment: bounded in number (the least recently used goes first) and in time. */

interface Slot<Item> {
  readonly item: Item;
  readonly version: number;
  readonly expiresAt: number;
}

export interface LocalTierOptions {
  readonly maxEntries: number;
  readonly ttlMilliseconds: number;
}

/** A map from keys to versioned items with a short life. */
export class LocalTier<Item> {
  readonly #maxEntries: number;
  readonly #ttlMilliseconds: number;
  /** In the order of their last use: a Map keeps the order in which keys were set. */
  readonly #slots = new Map<string, Slot<Item>>();

  constructor({ maxEntries, ttlMilliseconds }: LocalTierOptions) {
    this.#maxEntries = maxEntries;
    this.#ttlMilliseconds = ttlMilliseconds;
  }

  get size(): number {
    return this.#slots.size;
  }

  get(key: string, now: number): Item | undefined {
    const slot = this.#slots.get(key);
    if (!slot) return undefined;
    this.#slots.delete(key);
    if (slot.expiresAt <= now) return undefined;
    this.#slots.set(key, slot);
    return slot.item;
  }

  /** Keeps an item, at most until `expiresAt` (milliseconds since 1970). */
  set(key: string, item: Item, version: number, expiresAt: number, now: number): void {
    this.#slots.delete(key);
    this.#slots.set(key, { item, version, expiresAt: Math.min(expiresAt, now + this.#ttlMilliseconds) });
    if (this.#slots.size <= this.#maxEntries) return;
    const [leastRecentlyUsed] = this.#slots.keys();
    if (leastRecentlyUsed !== undefined) this.#slots.delete(leastRecentlyUsed);
  }

  /** Drops an item that is older than a version. */
  dropOlder(key: string, version: number): void {
    const slot = this.#slots.get(key);
    if (slot && slot.version < version) this.#slots.delete(key);
  }

  clear(): void {
    this.#slots.clear();
  }
}

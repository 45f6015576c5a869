/** Room for messages in hand: what may be read is bounded by what can be handled. */

/**
 * How long a reader that could have some slots waits for the rest, in milliseconds. Handlers finish one by one; reading
 * for each single slot would cost a round trip a message.
 */
const gatheringMilliseconds = 1;

interface Waiter {
  readonly wanted: number;
  readonly grant: (granted: number) => void;
}

/** A counting semaphore whose takers wait in line and take several slots at once. */
export class Slots {
  #free: number;
  #closed = false;
  readonly #waiters: Waiter[] = [];
  #gathering: NodeJS.Timeout | undefined;

  constructor(capacity: number) {
    this.#free = capacity;
  }

  /** Takes up to `wanted` slots; at least one, for which it waits its turn. 0 if closed. */
  take(wanted: number): Promise<number> {
    if (this.#closed) return Promise.resolve(0);
    if (this.#waiters.length === 0 && this.#free >= wanted) {
      this.#free -= wanted;
      return Promise.resolve(wanted);
    }
    return new Promise((grant) => {
      this.#waiters.push({ wanted, grant });
      this.#serve();
    });
  }

  release(count: number): void {
    this.#free += count;
    if (this.#waiters.length > 0 && count > 0) this.#serve();
  }

  /** Sends everyone away who waits. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#gathering);
    for (const { grant } of this.#waiters.splice(0)) grant(0);
  }

  #serve(): void {
    for (let first = this.#waiters[0]; first && this.#free >= first.wanted; first = this.#waiters[0]) this.#grant();
    if (this.#waiters.length === 0 || this.#free === 0 || this.#gathering) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      if (this.#free > 0) this.#grant();
      this.#serve();
    }, gatheringMilliseconds);
  }

  #grant(): void {
    const waiter = this.#waiters.shift();
    if (!waiter) return;
    const granted = Math.min(waiter.wanted, this.#free);
    this.#free -= granted;
    waiter.grant(granted);
  }
}

/** Remembers which servers failed just now, so that not every check waits for the deadline of a dead one. */
import { Cluster } from 'ioredis';
import type { RedisClient } from './client';
import { hashSlot } from './keys';

export interface CircuitOptions {
  readonly client: RedisClient;
  /** Failures in a row after which a server is left alone. */
  readonly failuresToOpen: number;
  /** How long it is left alone before one check tries it again. */
  readonly pauseMilliseconds: number;
  /** Hears when a server begins (`open`) and ends (`closed`) to be left alone. */
  readonly onChange: (state: 'open' | 'closed', server: string) => void;
  /** Milliseconds of a clock that never goes back. @default performance.now */
  readonly now?: () => number;
}

interface Trouble {
  failures: number;
  /** When the next try is due; 0 while it isn't left alone yet. */
  retryAt: number;
}

/** A circuit breaker for each server; a cluster's other shards go on while one is down. */
export class Circuits {
  readonly #options: CircuitOptions;
  readonly #now: () => number;
  /** Servers whose last answer was a failure. Empty almost always, and then nothing here costs anything. */
  readonly #troubles = new Map<string, Trouble>();

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
  }

  /** Whether a command for a key is worth a try. After the pause that is so for one command in each further pause. */
  admits(key: string): boolean {
    if (this.#troubles.size === 0) return true;
    const trouble = this.#troubles.get(this.#serverOf(key));
    if (!trouble || trouble.retryAt === 0) return true;
    const now = this.#now();
    if (now < trouble.retryAt) return false;
    trouble.retryAt = now + this.#options.pauseMilliseconds;
    return true;
  }

  /** The server of a key answered. */
  succeeded(key: string): void {
    if (this.#troubles.size === 0) return;
    const server = this.#serverOf(key);
    const trouble = this.#troubles.get(server);
    this.#troubles.delete(server);
    if (trouble && trouble.retryAt > 0) this.#options.onChange('closed', server);
  }

  /** The server of a key gave no answer, or none that is of use. */
  failed(key: string): void {
    const server = this.#serverOf(key);
    const trouble = this.#troubles.get(server) ?? { failures: 0, retryAt: 0 };
    trouble.failures++;
    this.#troubles.set(server, trouble);
    if (trouble.failures < this.#options.failuresToOpen || trouble.retryAt > 0) return;
    trouble.retryAt = this.#now() + this.#options.pauseMilliseconds;
    this.#options.onChange('open', server);
  }

  /** The master of a key's slot as far as the client knows: after a failover another one, with a clean record. */
  #serverOf(key: string): string {
    const { client } = this.#options;
    return (client instanceof Cluster ? client.slots[hashSlot(key)]?.[0] : undefined) ?? 'the server';
  }
}

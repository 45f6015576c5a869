/** A deadline for very many short operations: one timer for all of them instead of one each. */
import type { RedisClient } from './client';
import { RedisUnavailableError } from './deadline';

interface Pending {
  /** The tick in which it began. */
  readonly tick: number;
  /** Fails it; undefined once it is settled. */
  expire: (() => void) | undefined;
}

/** Ticks that a deadline is divided into; an operation expires up to one tick late. */
const ticksPerDeadline = 4;

/** States in which a command can be sent at once, or as soon as the first connection stands. */
const usable: ReadonlySet<string> = new Set(['ready', 'connect', 'connecting', 'wait']);

/**
 * Limits how long operations wait for Redis. Time is counted in ticks of the event loop's timer: while the process
 * itself is too busy to read answers no tick passes, so that its own delay isn't taken for one of Redis.
 */
export class SharedDeadline {
  readonly #client: RedisClient;
  readonly #milliseconds: number;
  /** In the order they began, which is also the order in which they expire; from `#first` on. */
  #pending: Pending[] = [];
  #first = 0;
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: RedisClient, milliseconds: number) {
    this.#client = client;
    this.#milliseconds = milliseconds;
  }

  /** Whether there is a connection, or the first one is being made. */
  get connected(): boolean {
    return usable.has(this.#client.status);
  }

  /**
   * Runs a command. Without a connection it fails at once.
   *
   * @throws RedisUnavailableError if there is no connection or no answer in time; other errors as Redis gave them
   */
  run<Reply>(operation: string, command: () => Promise<Reply>): Promise<Reply> {
    return this.connected
      ? this.wait(operation, command())
      : Promise.reject(new RedisUnavailableError(operation, `the connection is ${this.#client.status}`));
  }

  /** Waits for a command that was sent already. @throws RedisUnavailableError if it doesn't answer in time */
  wait<Reply>(operation: string, reply: Promise<Reply>): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      const pending: Pending = {
        tick: this.#tick,
        expire: () => reject(new RedisUnavailableError(operation, `no answer within ${this.#milliseconds} ms`)),
      };
      this.#pending.push(pending);
      this.#timer ??= setInterval(() => this.#advance(), this.#milliseconds / ticksPerDeadline);
      reply.then(
        (value) => {
          pending.expire = undefined;
          resolve(value);
        },
        (error: unknown) => {
          pending.expire = undefined;
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  #advance(): void {
    this.#tick++;
    for (let pending = this.#pending[this.#first]; pending; pending = this.#pending[++this.#first]) {
      if (pending.expire && this.#tick - pending.tick <= ticksPerDeadline) break;
      pending.expire?.();
    }
    this.#pending = this.#pending.slice(this.#first);
    this.#first = 0;
    if (this.#pending.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

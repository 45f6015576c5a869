/** A deadline for very many short operations: one timer for all of them instead of one each. */
import type { RedisClient } from './client';
import { disconnection, RedisUnavailableError } from './deadline';

/** Ticks that a deadline is divided into; an operation expires up to one tick late. */
const ticksPerDeadline = 4;

/** What can be made to fail. */
export interface Failable {
  reject(error: Error): void;
}

/**
 * An operation under way, in a ring of all of them in the order in which they began and so expire. It leaves the ring
 * when it ends: if it were kept until its deadline, it would outlive the garbage collector's young generation, which
 * costs more than the operation.
 */
class Waiting {
  readonly tick: number;
  readonly operation: string;
  readonly target: Failable;
  previous: Waiting = this;
  next: Waiting = this;

  constructor(tick: number, operation: string, target: Failable) {
    this.tick = tick;
    this.operation = operation;
    this.target = target;
  }

  append(last: Waiting): void {
    last.previous = this.previous;
    last.next = this;
    this.previous.next = last;
    this.previous = last;
  }

  /** Ends the wait. */
  leave(): void {
    this.previous.next = this.next;
    this.next.previous = this.previous;
    this.next = this.previous = this;
  }
}

/**
 * Limits how long operations wait for Redis. Time is counted in ticks of the event loop's timer: while the process
 * itself is too busy to read answers no tick passes, so that its own delay isn't taken for one of Redis.
 */
export class SharedDeadline {
  readonly #client: RedisClient;
  readonly #milliseconds: number;
  /** Its own tick is never reached, which ends the walk over the ring. */
  readonly #ring = new Waiting(Infinity, '', { reject: () => undefined });
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: RedisClient, milliseconds: number) {
    this.#client = client;
    this.#milliseconds = milliseconds;
  }

  /**
   * Runs a command. Without a connection it fails at once.
   *
   * @throws RedisUnavailableError if there is no connection or no answer in time; other errors as Redis gave them
   */
  run<Reply>(operation: string, command: () => Promise<Reply>): Promise<Reply> {
    const problem = this.disconnection(operation);
    return problem ? Promise.reject(problem) : this.wait(operation, command());
  }

  /** The same for a command that was sent already, with or without a connection. */
  wait<Reply>(operation: string, reply: Promise<Reply>): Promise<Reply> {
    return new Promise<Reply>((resolve, reject) => {
      const waiting = this.watch(operation, { reject });
      reply.then(resolve, reject).finally(() => waiting.leave());
    });
  }

  /** Why a command can't be sent now; undefined if it can. */
  disconnection(operation: string): RedisUnavailableError | undefined {
    return disconnection(this.#client, operation);
  }

  /** Rejects the target when the deadline is over, unless the wait has been ended. */
  watch(operation: string, target: Failable): { leave(): void } {
    const waiting = new Waiting(this.#tick, operation, target);
    this.#ring.append(waiting);
    this.#timer ??= setInterval(() => this.#advance(), this.#milliseconds / ticksPerDeadline);
    return waiting;
  }

  #advance(): void {
    this.#tick++;
    for (let oldest = this.#ring.next; this.#tick - oldest.tick > ticksPerDeadline; oldest = this.#ring.next) {
      oldest.leave();
      oldest.target.reject(new RedisUnavailableError(oldest.operation, `no answer within ${this.#milliseconds} ms`));
    }
    if (this.#ring.next !== this.#ring) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

/** A deadline for very many short operations: one timer for all of them instead of one each. */
import { RedisUnavailableError } from './unavailability';

/** Ticks that a deadline is divided into at least; an operation expires up to one tick late. */
const minimumTicks = 4;

/** Longest time between two ticks, in milliseconds. */
const maximumTickMilliseconds = 250;

/** What can be made to fail. A command of ioredis is such. */
export interface Failable {
  reject(error: Error): void;
  /** Whether it was ever written to a connection. @default true */
  readonly isTraced?: boolean;
}

/** The wait of an operation for its reply. */
export interface Watch {
  /** Ends the wait. */
  leave(): void;
  /** Makes something else fail at the deadline, which stays as it is. */
  retarget(target: Failable): void;
}

/**
 * An operation under way, in a ring of all of them in the order in which they began and so expire. It leaves the ring
 * when it ends: if it were kept until its deadline, it would outlive the garbage collector's young generation, which
 * costs more than the operation.
 */
class Waiting implements Watch {
  readonly tick: number;
  readonly operation: string;
  target: Failable;
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

  retarget(target: Failable): void {
    this.target = target;
  }

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
  readonly #milliseconds: number;
  readonly #ticks: number;
  /** Its own tick is never reached, which ends the walk over the ring. */
  readonly #ring = new Waiting(Infinity, '', { reject: () => undefined });
  #tick = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(milliseconds: number) {
    this.#milliseconds = milliseconds;
    this.#ticks = Math.max(minimumTicks, Math.ceil(milliseconds / maximumTickMilliseconds));
  }

  /** Rejects the target with RedisUnavailableError when the deadline is over, unless the watch is left before. */
  watch(operation: string, target: Failable): Watch {
    const waiting = new Waiting(this.#tick, operation, target);
    this.#ring.append(waiting);
    this.#timer ??= setInterval(() => this.#advance(), this.#milliseconds / this.#ticks);
    return waiting;
  }

  #advance(): void {
    this.#tick++;
    for (let oldest = this.#ring.next; this.#tick - oldest.tick > this.#ticks; oldest = this.#ring.next) {
      const { operation, target } = oldest;
      oldest.leave();
      const reason = `no answer within ${this.#milliseconds} ms`;
      target.reject(new RedisUnavailableError(operation, reason, { mayBeDone: target.isTraced ?? true }));
    }
    if (this.#ring.next !== this.#ring) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}

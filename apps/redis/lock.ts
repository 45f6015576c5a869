/**
 * Locks over all processes: one holder at a time, for as long as it works, and no longer than a TTL once it has died.
 *
 * What is promised: no two processes hold a lock at the same time while no failover loses a write and every holder heeds
 * its end. Redis replicates asynchronously: a master that dies right after it granted a lock may be followed by one that
 * doesn't know of it, and a process that is frozen doesn't hear that its time is over. What must not happen even then is to
 * be guarded by a fencing token, checked where the effect takes place; see docs/guides/locks.md.
 */
import { randomBytes } from 'node:crypto';
import type { RedisClient } from './client';
import type { Lock, LockLease } from './lock-lease';
import { LockQueue, type LockNotifier, type LockRequest, type QueueContext } from './lock-queue';
import { LocksOverloadedError, type LockLostError } from './lock-errors';
import { LockReturns } from './lock-returns';
import { LockSchedule } from './lock-schedule';
import { RedisLockStore, type LockStore } from './lock-store';

/** What a process may want to count or log. */
export interface LockObserver {
  /** @param waitedMilliseconds from the request to the lock */
  readonly onAcquired?: (lockName: string, waitedMilliseconds: number) => void;
  readonly onTimeout?: (lockName: string) => void;
  readonly onLost?: (error: LockLostError) => void;
  /** `withLock` couldn't give a lock back; others get it after its TTL. */
  readonly onReleaseFailed?: (lockName: string, error: unknown) => void;
}

export interface LocksOptions {
  /** Name of this process, which others see as the holder. */
  readonly instance: string;
  /** Tells waiters of releases; pass `Subscriptions`. @default - waiters ask every 20 to 250 ms */
  readonly notifier?: LockNotifier;
  /**
   * Mints a number greater than all minted before for that lock, in the very database that is to refuse smaller ones.
   * @default - locks have no fencing tokens
   */
  readonly mintFence?: (lockName: string) => Promise<bigint>;
  /** @default 10000 */
  readonly ttlMilliseconds?: number;
  /**
   * Longest wait for an answer of Redis, in milliseconds. For that long at most a lock is asked for that isn't waited for,
   * and one is given back; `acquire` asks again until its own wait is over. `holder` waits for half a second at most.
   * @default 1000
   */
  readonly deadlineMilliseconds?: number;
  /** Callers of this process that may wait for locks at the same time; more are refused at once. @default 10000 */
  readonly maximumWaiting?: number;
  readonly observer?: LockObserver;
}

export interface TryAcquireOptions {
  /**
   * How long the lock outlives a holder that died, in milliseconds, 50 at least. While its holder lives it is extended.
   * @default - that of the locks
   */
  readonly ttlMilliseconds?: number;
}

export interface AcquireOptions extends TryAcquireOptions {
  /** Longest time to wait for the lock, in milliseconds; `Infinity` is allowed. @default 10000 */
  readonly waitMilliseconds?: number;
  /** Ends the wait, with the signal's reason. It has no effect on a lock that was acquired. */
  readonly signal?: AbortSignal;
}

/** Who holds a lock. */
export interface LockHolder {
  readonly instance: string;
  /** Undefined if it minted none, or not yet. */
  readonly fencingToken: bigint | undefined;
}

const defaultTtlMilliseconds = 10_000;
const shortestTtlMilliseconds = 50;
const defaultWaitMilliseconds = 10_000;
const defaultDeadlineMilliseconds = 1_000;
const defaultMaximumWaiting = 10_000;

/** The locks of a process. */
export class Locks {
  readonly #store: LockStore;
  readonly #ttlMilliseconds: number;
  readonly #maximumWaiting: number;
  readonly #observer: LockObserver;
  readonly #returns: LockReturns;
  readonly #context: QueueContext;
  readonly #queues = new Map<string, LockQueue>();
  #tokens = 0;
  #waiting = 0;
  #closed = false;

  /** @param redis a connection for commands, or another store of locks */
  constructor(redis: RedisClient | LockStore, options: LocksOptions) {
    const { instance, notifier, mintFence, ttlMilliseconds = defaultTtlMilliseconds, observer = {} } = options;
    const { deadlineMilliseconds = defaultDeadlineMilliseconds, maximumWaiting = defaultMaximumWaiting } = options;
    this.#store = 'contend' in redis ? redis : new RedisLockStore(redis, deadlineMilliseconds);
    this.#returns = new LockReturns(this.#store);
    this.#ttlMilliseconds = checkedTtl(ttlMilliseconds);
    this.#maximumWaiting = maximumWaiting;
    this.#observer = observer;
    const tokenPrefix = `${instance}:${randomBytes(16).toString('base64url')}`;
    this.#context = {
      store: this.#store,
      returns: this.#returns,
      schedule: new LockSchedule(),
      notifier,
      mintFence,
      tokenPrefix,
      // The colon ends the token, so that no token begins with another one; a remark may follow it in the lock's value.
      nextToken: () => `${tokenPrefix}${(this.#tokens++).toString(36)}:`,
      observer,
      onLost: (error) => observer.onLost?.(error),
      onWaiting: (change) => (this.#waiting += change),
      onEmpty: (queue) => {
        if (this.#queues.get(queue.name) === queue) this.#queues.delete(queue.name);
      },
    };
  }

  /**
   * Takes a lock if it is free.
   *
   * @returns undefined if it isn't
   * @throws RedisUnavailableError if Redis can't serve now, or not within the deadline; LocksOverloadedError; other errors as
   * Redis gave them
   */
  async tryAcquire(name: string, { ttlMilliseconds }: TryAcquireOptions = {}): Promise<Lock | undefined> {
    return this.#request(name, {
      ttlMilliseconds: this.#ttl(ttlMilliseconds),
      waitMilliseconds: undefined,
      signal: undefined,
    });
  }

  /**
   * Waits for a lock and takes it. Within this process the first to ask is the first to get it; of several processes each
   * gets its turn, in no certain order.
   *
   * A failover or a lost connection is waited for, as long as the wait is not over. What Redis refuses is not.
   *
   * @throws LockTimeoutError; the reason of `signal`; RedisUnavailableError if Redis refuses, or can't serve until the wait is
   * over; LocksOverloadedError; other errors as Redis gave them
   */
  async acquire(name: string, options: AcquireOptions = {}): Promise<Lock> {
    return this.#acquire(name, options);
  }

  /**
   * Does work while holding a lock, and gives the lock back when it is done.
   *
   * @param work is to stop when `signal` aborts: the lock was lost and the next holder may have begun
   * @throws LockLostError if the lock was lost before the work was done; what `acquire` or `work` throws
   */
  async withLock<Result>(
    name: string,
    options: AcquireOptions,
    work: (signal: AbortSignal, lock: Lock) => Promise<Result>,
  ): Promise<Result> {
    const lock = await this.#acquire(name, options);
    try {
      const result = await work(lock.signal, lock);
      if (lock.loss) throw lock.loss;
      return result;
    } finally {
      // The work is done, or has failed for a reason of its own: neither changes if Redis can't be told.
      await lock.release().catch((error: unknown) => this.#observer.onReleaseFailed?.(name, error));
    }
  }

  /**
   * Who holds a lock; undefined if no process does. A failover may have changed it by the time the answer is read.
   *
   * @throws RedisUnavailableError if Redis can't serve now, or doesn't answer within half a second; other errors as Redis gave them
   */
  async holder(name: string): Promise<LockHolder | undefined> {
    const value = await this.#store.read(name);
    // <instance>:<random>:<fencing token, or nothing>
    const parts = /^(.*):[^:]*:(\d*)$/s.exec(value ?? '');
    if (!parts) return undefined;
    const [, instance = '', fence = ''] = parts;
    return { instance, fencingToken: fence === '' ? undefined : BigInt(fence) };
  }

  /** Ends all waits with an error and gives all locks back; what used them is to have stopped. */
  async close(): Promise<void> {
    this.#closed = true;
    const reason = new Error('The locks are closed: the process is stopping.');
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close(reason)));
    this.#returns.close();
  }

  /** A request that waits is granted or rejected. */
  #acquire(
    name: string,
    { ttlMilliseconds, waitMilliseconds = defaultWaitMilliseconds, signal }: AcquireOptions,
  ): Promise<LockLease> {
    if (!(waitMilliseconds >= 0)) {
      throw new RangeError(`waitMilliseconds of lock '${name}' is ${waitMilliseconds}; use 0 or more.`);
    }
    const request = { ttlMilliseconds: this.#ttl(ttlMilliseconds), waitMilliseconds, signal };
    return this.#request(name, request) as Promise<LockLease>;
  }

  #request(name: string, request: LockRequest): Promise<LockLease | undefined> {
    if (this.#closed) return Promise.reject(new Error(`Lock '${name}' can't be acquired: the locks are closed.`));
    // Each caller that waits may leave a lock to be given back, and no more.
    if (this.#waiting + this.#returns.size >= this.#maximumWaiting) {
      return Promise.reject(new LocksOverloadedError(name, this.#maximumWaiting));
    }
    let queue = this.#queues.get(name);
    if (!queue) {
      checkName(name);
      queue = new LockQueue(name, this.#context);
      this.#queues.set(name, queue);
    }
    return queue.join(request);
  }

  #ttl(ttlMilliseconds: number | undefined): number {
    return ttlMilliseconds === undefined ? this.#ttlMilliseconds : checkedTtl(ttlMilliseconds);
  }
}

function checkName(name: string): void {
  if (name === '' || /[{}]/.test(name)) {
    throw new RangeError(
      `Lock name '${name}' is empty or has braces, which would move it to another slot; choose another.`,
    );
  }
}

function checkedTtl(ttlMilliseconds: number): number {
  if (Number.isInteger(ttlMilliseconds) && ttlMilliseconds >= shortestTtlMilliseconds) return ttlMilliseconds;
  throw new RangeError(
    `ttlMilliseconds of a lock is ${ttlMilliseconds}; use an integer of ${shortestTtlMilliseconds} or more.`,
  );
}

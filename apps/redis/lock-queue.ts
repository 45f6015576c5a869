/**
 * Who waits for one lock in this process: first come, first served, and only the first asks Redis, however many wait.
 *
 * A release is told by a message, so nobody polls; a lock that expired without a word is tried again when its TTL is over.
 * A release wakes at most one waiter in each process.
 */
import { backoffMilliseconds, faultBackoff } from './backoff';
import { channels } from './keys';
import type { LockObserver } from './lock';
import { LockTimeoutError } from './lock-errors';
import { LockLease, reliedUpon, type LeaseContext } from './lock-lease';
import type { Scheduled } from './lock-schedule';
import { longestTryPauseMilliseconds } from './lock-store';
import type { Subscription, SubscribeOptions } from './subscriptions';
import { isPassing, RedisUnavailableError } from './unavailability';

/** Where waiters hear of releases; `Subscriptions` is one. */
export interface LockNotifier {
  subscribe(channel: string, handler: (message: string) => void, options: SubscribeOptions): Subscription;
}

/** What a queue works with. */
export interface QueueContext extends LeaseContext {
  readonly notifier: LockNotifier | undefined;
  readonly observer: LockObserver;
  /** What the tokens of this process, and of no other, begin with. */
  readonly tokenPrefix: string;
  readonly nextToken: () => string;
  /** A caller began to wait (1), or its wait has ended (-1). */
  readonly onWaiting: (change: 1 | -1) => void;
  readonly onEmpty: (queue: LockQueue) => void;
}

/** What someone asks for. */
export interface LockRequest {
  readonly ttlMilliseconds: number;
  /** How long to wait; undefined: not at all, the answer is then undefined if someone else has the lock. */
  readonly waitMilliseconds: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Pauses between two tries while releases aren't heard of, in milliseconds: doubled each time, half of it random. */
const shortestPollMilliseconds = 20;
const longestPollMilliseconds = 250;

/** Longest random delay after the expiry of a lock, in milliseconds: not all processes are to come at once. */
const expirySpreadMilliseconds = 25;

/** Times in a row that this process may take a lock which others wait for too. */
const turnsInARow = 8;

/** How long a process that had its turns holds back, in milliseconds, unless it hears of the next release. */
const holdBackMilliseconds = 20;

class Waiter implements Scheduled {
  readonly slackMilliseconds = 0;
  readonly dueAt: number;
  readonly startedAt: number;
  readonly request: LockRequest;
  token: string;
  sentAt = 0;
  tries = 0;
  /** Whether a try failed that may have taken the lock all the same, by the token. */
  uncertain = false;
  settled = false;
  readonly #queue: LockQueue;
  readonly #resolve: (lock: LockLease | undefined) => void;
  readonly #reject: (error: unknown) => void;
  #onAbort: (() => void) | undefined;

  constructor(
    queue: LockQueue,
    request: LockRequest,
    token: string,
    resolve: (lock: LockLease | undefined) => void,
    reject: (error: unknown) => void,
  ) {
    this.#queue = queue;
    this.request = request;
    this.token = token;
    this.#resolve = resolve;
    this.#reject = reject;
    this.startedAt = performance.now();
    // Without a wait the answer is of no use after a TTL.
    this.dueAt = this.startedAt + (request.waitMilliseconds ?? request.ttlMilliseconds);
    const { signal } = request;
    if (!signal) return;
    this.#onAbort = () => queue.abandon(this, signal.reason);
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  onDue(): void {
    this.#queue.expire(this);
  }

  resolve(lock: LockLease | undefined): void {
    this.#settle();
    this.#resolve(lock);
  }

  reject(error: unknown): void {
    this.#settle();
    this.#reject(error);
  }

  #settle(): void {
    this.settled = true;
    if (this.#onAbort) this.request.signal?.removeEventListener('abort', this.#onAbort);
  }
}

export class LockQueue {
  readonly name: string;
  readonly #context: QueueContext;
  readonly #waiters: Waiter[] = [];
  #lease: LockLease | undefined;
  #trying = false;
  /** When Redis last answered a try. */
  #answeredAt = -Infinity;
  /** What the last try failed with, and how many in a row; none if Redis answered it. */
  #failure: Error | undefined;
  #failures = 0;
  /** Whether a release was told during a try, which may have missed it. */
  #woken = false;
  #pause: NodeJS.Timeout | undefined;
  #subscription: Subscription | undefined;
  #turns = 0;
  #othersWait = false;

  constructor(name: string, context: QueueContext) {
    this.name = name;
    this.#context = context;
  }

  /**
   * @throws LockTimeoutError; the reason of the request's signal; RedisUnavailableError if Redis refuses, or doesn't serve
   * until the wait is over; other errors as Redis gave them
   */
  join(request: LockRequest): Promise<LockLease | undefined> {
    if (request.signal?.aborted) return Promise.reject(asError(request.signal.reason));
    const isTaken = this.#lease !== undefined || this.#waiters.length > 0;
    if (isTaken && request.waitMilliseconds === undefined) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this, request, this.#context.nextToken(), resolve, reject);
      this.#waiters.push(waiter);
      this.#context.onWaiting(1);
      this.#context.schedule.add(waiter);
      if (!isTaken) this.#try();
    });
  }

  /** Ends a wait that took too long. */
  expire(waiter: Waiter): void {
    const { waitMilliseconds, ttlMilliseconds } = waiter.request;
    const waited = waitMilliseconds ?? ttlMilliseconds;
    this.#context.observer.onTimeout?.(this.name);
    this.abandon(waiter, this.#unserved(waiter, waited) ?? new LockTimeoutError(this.name, waited));
  }

  /** Undefined if it was the lock that was waited for, and not Redis. */
  #unserved({ startedAt }: Waiter, waitedMilliseconds: number): RedisUnavailableError | undefined {
    const silent = this.#trying && !this.#lease && this.#answeredAt < startedAt;
    if (!this.#failure && !silent) return undefined;
    const failure = this.#failure;
    const reason = failure instanceof RedisUnavailableError ? failure.reason : (failure?.message ?? 'no answer');
    const whole = `not served within ${waitedMilliseconds} ms: ${reason}`;
    return new RedisUnavailableError(`lock '${this.name}'`, whole, { cause: failure });
  }

  /** Ends a wait. */
  abandon(waiter: Waiter, reason: unknown): void {
    if (waiter.settled) return;
    const wasFirst = this.#waiters[0] === waiter;
    this.#remove(waiter);
    waiter.reject(reason);
    // A try under way is dealt with when it ends.
    if (!(wasFirst && this.#trying)) this.#undo(waiter);
    if (this.#waiters.length === 0) this.#rest();
  }

  /** Ends all waits, and the lease. @returns when Redis knows */
  async close(reason: Error): Promise<void> {
    for (const waiter of [...this.#waiters]) this.abandon(waiter, reason);
    await this.#lease?.release();
  }

  /** The first waiter asks Redis, unless it is clear that there is no point. */
  #try(): void {
    clearTimeout(this.#pause);
    const [first] = this.#waiters;
    if (!first) {
      this.#rest();
      return;
    }
    if (this.#lease || this.#trying) return;
    this.#trying = true;
    this.#woken = false;
    const { store } = this.#context;
    const { token, request } = first;
    first.sentAt = performance.now();
    if (first.tries++ === 0 && !this.#subscription) {
      store.acquire(this.name, token, request.ttlMilliseconds).then(
        (holder) => this.#onReply(first, holder === null || holder.startsWith(token) ? 0 : undefined),
        (error: unknown) => this.#onFailure(first, error),
      );
    } else {
      store.contend(this.name, token, request.ttlMilliseconds).then(
        (expiresIn) => this.#onReply(first, expiresIn),
        (error: unknown) => this.#onFailure(first, error),
      );
    }
  }

  /** @param expiresIn 0 if the lock was acquired; else milliseconds until someone else's expires, undefined if unknown */
  #onReply(waiter: Waiter, expiresIn: number | undefined): void {
    this.#trying = false;
    this.#answeredAt = performance.now();
    this.#failure = undefined;
    this.#failures = 0;
    // Redis has said who holds it: no earlier try of the waiter took it, or this one has found that out.
    waiter.uncertain = false;
    if (expiresIn === 0) this.#onAcquired(waiter);
    else if (waiter.settled) this.#try();
    else if (waiter.request.waitMilliseconds === undefined) {
      this.#remove(waiter);
      waiter.resolve(undefined);
      this.#try();
    } else this.#await(waiter, expiresIn);
  }

  #onAcquired(waiter: Waiter): void {
    const { name } = this;
    const { token, sentAt, settled, request } = waiter;
    const { ttlMilliseconds } = request;
    const now = performance.now();
    const tooLate = now >= sentAt + reliedUpon * ttlMilliseconds;
    if (settled || tooLate) {
      // Nobody is there for it any more, or it is about to expire: it goes back, and the next try gets a fresh one.
      this.#giveBack(token, ttlMilliseconds);
      waiter.token = this.#context.nextToken();
      this.#try();
      return;
    }
    this.#remove(waiter);
    this.#lease = new LockLease(this.#context, { name, token, ttlMilliseconds, sentAt }, (release) =>
      this.#onEnd(release),
    );
    this.#context.observer.onAcquired?.(name, now - waiter.startedAt);
    waiter.resolve(this.#lease);
  }

  #onFailure(waiter: Waiter, error: unknown): void {
    this.#trying = false;
    // It may have been executed all the same, or be executed yet.
    waiter.uncertain ||= !(error instanceof RedisUnavailableError) || error.mayBeDone;
    if (!waiter.settled && waiter.request.waitMilliseconds !== undefined && isPassing(error)) {
      this.#failure = asError(error);
      this.#pauseFor(backoffMilliseconds(faultBackoff, ++this.#failures));
      return;
    }
    this.#remove(waiter);
    this.#undo(waiter);
    if (!waiter.settled) waiter.reject(asError(error));
    this.#try();
  }

  /** Gives back what a waiter that is gone may have been granted. */
  #undo({ token, uncertain, request }: Waiter): void {
    if (uncertain) this.#giveBack(token, request.ttlMilliseconds);
  }

  #giveBack(token: string, ttlMilliseconds: number): void {
    this.#context.returns.give(this.name, token, ttlMilliseconds).catch(() => undefined);
  }

  /** The lease has ended here; Redis is being told. The next try is sent right behind, without waiting for the reply. */
  #onEnd(release: Promise<number>): void {
    this.#lease = undefined;
    if (this.#waiters.length === 0) {
      this.#rest();
      return;
    }
    const hadItsTurns = ++this.#turns >= turnsInARow && this.#othersWait;
    release.then(
      (told) => {
        this.#othersWait = told > (this.#subscription?.live ? 1 : 0);
        if (!hadItsTurns) this.#wake();
      },
      () => this.#wake(),
    );
    if (!hadItsTurns) {
      this.#try();
      return;
    }
    this.#turns = 0;
    this.#listen();
    this.#pauseFor(holdBackMilliseconds * (1 + Math.random()));
  }

  /** Waits for the next try: a message, the expiry of the lock, or a pause if messages can't be relied on. */
  #await(waiter: Waiter, expiresIn: number | undefined): void {
    this.#turns = 0;
    this.#listen();
    // The first try left no mark for the holder, and a message during a try may have been meant for it.
    if (expiresIn === undefined || this.#woken) {
      this.#try();
      return;
    }
    const untilExpiry = expiresIn + Math.random() * expirySpreadMilliseconds;
    if (this.#subscription?.live) {
      this.#pauseFor(Math.min(untilExpiry, longestTryPauseMilliseconds));
      return;
    }
    const poll = Math.min(shortestPollMilliseconds * 2 ** waiter.tries, longestPollMilliseconds);
    this.#pauseFor(Math.min(untilExpiry, poll * (0.5 + Math.random() / 2)));
  }

  #listen(): void {
    const { notifier, tokenPrefix } = this.#context;
    if (this.#subscription || !notifier) return;
    const onReleased = (token: string) => {
      if (!token.startsWith(tokenPrefix)) this.#wake();
    };
    const onResubscribe = () => this.#wake();
    try {
      const options = { sharded: true, onResubscribe };
      this.#subscription = notifier.subscribe(channels.lockReleased(this.name), onReleased, options);
    } catch {
      // The notifier was closed, as it is when a process stops: who still waits asks again and again.
      return;
    }
    // What was released before then was told to nobody here.
    void this.#subscription.confirmed.then(onResubscribe);
  }

  #pauseFor(milliseconds: number): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => this.#try(), milliseconds);
  }

  #wake(): void {
    this.#woken = true;
    this.#try();
  }

  /** Nobody waits: nothing is left to listen to. */
  #rest(): void {
    clearTimeout(this.#pause);
    this.#subscription?.unsubscribe();
    this.#subscription = undefined;
    if (!this.#lease && !this.#trying) this.#context.onEmpty(this);
  }

  #remove(waiter: Waiter): void {
    this.#context.schedule.delete(waiter);
    const index = this.#waiters.indexOf(waiter);
    if (index === -1) return;
    this.#waiters.splice(index, 1);
    this.#context.onWaiting(-1);
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}

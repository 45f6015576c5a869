/** A lock while a process holds it: its extension, its loss and its release. */
import { LockLostError } from './lock-errors';
import type { LockReturns } from './lock-returns';
import type { LockSchedule, Scheduled } from './lock-schedule';
import type { LockStore } from './lock-store';

/** A lock that was acquired. */
export interface Lock {
  readonly name: string;
  /** Whether it is still held for certain. */
  readonly held: boolean;
  /** Aborts, with a LockLostError as its reason, when the lock is lost; not when it is released. */
  readonly signal: AbortSignal;
  /**
   * A number greater than that of every earlier holder who asked, minted at the first call: what refuses smaller numbers
   * than it has seen is safe from a holder that was lost without knowing.
   *
   * @throws LockLostError if the lock was lost before it was minted; Error if the locks were made without `mintFence`
   */
  fencingToken(): Promise<bigint>;
  /** Makes it last a whole TTL again and shows others its fencing token. @returns whether Redis confirmed it */
  extend(): Promise<boolean>;
  /**
   * Gives it back. Waits no longer than the lock would have lasted anyway.
   *
   * @returns whether it was still held, as far as is known
   * @throws RedisUnavailableError if Redis can't serve now, or doesn't within the deadline of the locks; other errors as
   * Redis gave them. It is tried again in the background then, and the lock ends with its TTL at the latest
   */
  release(): Promise<boolean>;
}

/** What a lease works with. */
export interface LeaseContext {
  readonly store: LockStore;
  readonly returns: LockReturns;
  readonly schedule: LockSchedule;
  readonly mintFence: ((name: string) => Promise<bigint>) | undefined;
  readonly onLost: (error: LockLostError) => void;
}

/** The part of its TTL after which a lock is extended. */
const extendAfter = 1 / 3;

/** The part of its TTL that a lease is late at most before it is extended together with others. */
const extendTogether = 1 / 15;

/** The part of its TTL after which a lock that couldn't be extended is tried again. */
const retryAfter = 1 / 10;

/**
 * The part of its TTL for which a lock is relied upon. The rest is for late timers and for clocks that differ in speed: a
 * holder must know of its end before anybody else can take the lock.
 */
export const reliedUpon = 9 / 10;

/**
 * A lock of this process. Redis counts its TTL from when it executed a command, which is after the command was sent; the
 * lease counts from when it was sent, so it always ends first.
 */
export class LockLease implements Lock, Scheduled {
  readonly name: string;
  readonly #context: LeaseContext;
  readonly #token: string;
  readonly #ttlMilliseconds: number;
  #state: 'held' | 'released' | 'lost' = 'held';
  #endsAt: number;
  #extendAt: number;
  #extensions = 0;
  #fence: Promise<bigint> | undefined;
  #remark = '';
  #abort: AbortController | undefined;
  #lost: LockLostError | undefined;
  #onReleased: ((held: boolean) => void) | undefined;
  #released: Promise<boolean> | undefined;
  /** Called once, when it is released or lost, before Redis knows. */
  readonly #onEnd: (release: Promise<number>) => void;

  /** @param sentAt when the command was sent that acquired it */
  constructor(
    context: LeaseContext,
    { name, token, ttlMilliseconds, sentAt }: { name: string; token: string; ttlMilliseconds: number; sentAt: number },
    onEnd: (release: Promise<number>) => void,
  ) {
    this.name = name;
    this.#context = context;
    this.#token = token;
    this.#ttlMilliseconds = ttlMilliseconds;
    this.#endsAt = sentAt + reliedUpon * ttlMilliseconds;
    this.#extendAt = sentAt + extendAfter * ttlMilliseconds;
    this.#onEnd = onEnd;
    context.schedule.add(this);
  }

  get held(): boolean {
    return this.#state === 'held' && performance.now() < this.#endsAt;
  }

  get signal(): AbortSignal {
    if (!this.#abort) {
      this.#abort = new AbortController();
      if (this.#lost) this.#abort.abort(this.#lost);
    }
    return this.#abort.signal;
  }

  /** Why it was lost; undefined if it wasn't. */
  get loss(): LockLostError | undefined {
    if (this.#state === 'held' && !this.held) this.#lose(unconfirmed);
    return this.#lost;
  }

  get dueAt(): number {
    return this.#extendsNext ? Math.min(this.#extendAt, this.#endsAt) : this.#endsAt;
  }

  get slackMilliseconds(): number {
    return this.#extendsNext ? extendTogether * this.#ttlMilliseconds : 0;
  }

  get #extendsNext(): boolean {
    return this.#state === 'held' && this.#extensions === 0;
  }

  onDue(now: number): void {
    if (this.#state === 'released') this.#settleRelease(false);
    else if (now >= this.#endsAt) this.#lose(unconfirmed);
    else void this.extend();
  }

  async fencingToken(): Promise<bigint> {
    this.#fence ??= this.#mintFence();
    try {
      return await this.#fence;
    } catch (error) {
      this.#fence = undefined;
      throw error;
    }
  }

  async extend(): Promise<boolean> {
    if (!this.held) return false;
    const { store, schedule } = this.#context;
    const sentAt = performance.now();
    this.#extensions++;
    try {
      const owned = await store.extend(this.name, this.#token, this.#ttlMilliseconds, this.#remark);
      if (this.#isOver()) return false;
      if (owned) {
        this.#endsAt = Math.max(this.#endsAt, sentAt + reliedUpon * this.#ttlMilliseconds);
        this.#extendAt = sentAt + extendAfter * this.#ttlMilliseconds;
      } else {
        this.#lose('Redis does not have it any more; it expired, was deleted or was evicted, or a failover lost it');
      }
      return owned;
    } catch {
      this.#extendAt = performance.now() + retryAfter * this.#ttlMilliseconds;
      return false;
    } finally {
      this.#extensions--;
      schedule.expedite(this);
    }
  }

  release(): Promise<boolean> {
    if (this.#released) return this.#released;
    if (this.loss) return Promise.resolve(false);
    this.#state = 'released';
    const { returns } = this.#context;
    this.#released = new Promise<boolean>((resolve, reject) => {
      this.#onReleased = resolve;
      const release = returns.give(this.name, this.#token, this.#ttlMilliseconds);
      this.#onEnd(release);
      release.then(
        (told) => this.#settleRelease(told >= 0),
        (error: unknown) => {
          this.#context.schedule.delete(this);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
    return this.#released;
  }

  #isOver(): boolean {
    return !this.held;
  }

  #settleRelease(held: boolean): void {
    this.#context.schedule.delete(this);
    this.#onReleased?.(held);
  }

  #lose(reason: string): void {
    const { returns, schedule, onLost } = this.#context;
    this.#state = 'lost';
    schedule.delete(this);
    this.#lost = new LockLostError(this.name, reason);
    this.#abort?.abort(this.#lost);
    onLost(this.#lost);
    // An extension may still be under way, and would keep the lock from others for nobody.
    const release = returns.give(this.name, this.#token, this.#ttlMilliseconds);
    release.catch(() => undefined);
    this.#onEnd(release);
  }

  async #mintFence(): Promise<bigint> {
    const { mintFence } = this.#context;
    if (!mintFence) throw new Error(`Lock '${this.name}' has no fencing tokens: pass mintFence to new Locks().`);
    this.#assertHeld();
    const token = await mintFence(this.name);
    // A token minted after the loss may be newer than that of the next holder, and would turn that one away.
    this.#assertHeld();
    this.#remark = token.toString();
    return token;
  }

  #assertHeld(): void {
    if (this.#state === 'released') throw new LockLostError(this.name, 'it was released already');
    if (this.loss) throw this.loss;
  }
}

const unconfirmed = 'its extension was not confirmed in time';

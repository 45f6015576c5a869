/**
 * One process of several leads: it holds a lock and gives it up when it stops, is asked to, or can't extend it any more.
 *
 * It promises what a lock promises (see `lock.ts`): a leader that is frozen, or that a failover deposed, may believe for a
 * moment that it still leads. What it writes is to carry its fencing token.
 */
import type { Lock } from './lock-lease';
import type { LockHolder, Locks } from './lock';

/** Why a process leads no more. */
export type EndOfTerm = 'resigned' | 'stopped' | 'lost' | 'failed';

/** The reason with which the signal of a leader's work aborts. */
export class TermEndedError extends Error {
  override readonly name = 'TermEndedError';
  readonly reason: EndOfTerm;

  constructor(electionName: string, reason: EndOfTerm) {
    super(`This process leads '${electionName}' no more: ${reason}.`);
    this.reason = reason;
  }
}

export interface LeaderElectionObserver {
  readonly onElected?: (fencingToken: bigint) => void;
  readonly onResigned?: (reason: EndOfTerm) => void;
  /** A campaign failed, because Redis or the database was down, or the leader's work threw. It is repeated. */
  readonly onError?: (error: unknown) => void;
}

export interface LeaderElectionOptions {
  /** Locks that mint fencing tokens. Their instance name is what others see as the leader. */
  readonly locks: Locks;
  /** What is led; the lock's name. */
  readonly name: string;
  /**
   * The leader's work. It may end by itself, which doesn't end the term.
   *
   * @param signal aborts when the term ends, for whatever reason; the next leader waits for the work to end, but no longer
   * than the lease
   * @param fencingToken greater than that of every earlier leader
   */
  readonly onElected: (signal: AbortSignal, fencingToken: bigint) => Promise<void>;
  /** Called when a term has ended and the work too. */
  readonly onResigned?: (reason: EndOfTerm) => void;
  /** How long a leader that died leads in the eyes of the others, in milliseconds; extended at a third. @default 10000 */
  readonly ttlMilliseconds?: number;
  /** How long a process doesn't campaign after it resigned or failed, in milliseconds. @default 2000 */
  readonly standDownMilliseconds?: number;
  readonly observer?: LeaderElectionObserver;
}

const defaultTtlMilliseconds = 10_000;
const defaultStandDownMilliseconds = 2_000;

/** Makes this process a candidate. */
export class LeaderElection {
  readonly #options: LeaderElectionOptions;
  readonly #stopping = new AbortController();
  #campaign: Promise<void> | undefined;
  /** Of the current term. */
  #term: AbortController | undefined;

  constructor(options: LeaderElectionOptions) {
    this.#options = options;
  }

  /** Whether this process leads, for all it knows. */
  get isLeader(): boolean {
    return this.#term?.signal.aborted === false;
  }

  /** Campaigns until `stop`. */
  start(): void {
    this.#campaign ??= this.#run();
  }

  /** Ends the current term, if there is one, and stands down for a while, so that someone else gets to lead. */
  resign(): void {
    this.#endTerm('resigned');
  }

  /** Ends the term and the campaign. @returns when the work has ended and the lock is free for the next leader */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#endTerm('stopped');
    await this.#campaign;
  }

  /** Who leads; undefined if nobody does at the moment. @throws Error as Redis gave it */
  currentLeader(): Promise<LockHolder | undefined> {
    return this.#options.locks.holder(this.#options.name);
  }

  async #run(): Promise<void> {
    const { locks, name, ttlMilliseconds = defaultTtlMilliseconds, observer } = this.#options;
    const { signal } = this.#stopping;
    while (!this.#isStopping()) {
      let end: EndOfTerm;
      try {
        const lock = await locks.acquire(name, { ttlMilliseconds, waitMilliseconds: Infinity, signal });
        end = await this.#lead(lock);
      } catch (error) {
        if (this.#isStopping()) return;
        observer?.onError?.(error);
        end = 'failed';
      }
      if (end === 'resigned' || end === 'failed') await this.#standDown();
    }
  }

  /** A term, from the lock to its release. @throws what minting the fencing token throws */
  async #lead(lock: Lock): Promise<EndOfTerm> {
    try {
      const fencingToken = await lock.fencingToken();
      // Shows the token to those who ask for the leader.
      await lock.extend();
      return await this.#serve(lock, fencingToken);
    } finally {
      await lock.release().catch((error: unknown) => this.#options.observer?.onError?.(error));
    }
  }

  async #serve(lock: Lock, fencingToken: bigint): Promise<EndOfTerm> {
    const { onElected, onResigned, observer } = this.#options;
    const term = new AbortController();
    const ended = new Promise<void>((resolve) => term.signal.addEventListener('abort', () => resolve()));
    this.#term = term;
    lock.signal.addEventListener('abort', () => this.#endTerm('lost'), { once: true });
    if (lock.signal.aborted) this.#endTerm('lost');
    if (this.#stopping.signal.aborted) this.#endTerm('stopped');
    if (!term.signal.aborted) {
      observer?.onElected?.(fencingToken);
      const work = this.#work(() => onElected(term.signal, fencingToken), term.signal);
      await ended;
      await this.#awaitEnd(work);
    }
    this.#term = undefined;
    const { reason } = term.signal.reason as TermEndedError;
    observer?.onResigned?.(reason);
    onResigned?.(reason);
    return reason;
  }

  /** The lock is held on while the work winds up, but not for ever. */
  async #awaitEnd(work: Promise<void>): Promise<void> {
    const { name, ttlMilliseconds = defaultTtlMilliseconds, observer } = this.#options;
    if (await settlesWithin(work, ttlMilliseconds)) return;
    observer?.onError?.(new Error(`The work of the leader of '${name}' goes on ${ttlMilliseconds} ms after its term.`));
  }

  /** Never rejects: what fails during the term ends it, what fails because of its end was to be expected. */
  async #work(run: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (signal.aborted) return;
      this.#options.observer?.onError?.(error);
      this.#endTerm('failed');
    }
  }

  #endTerm(reason: EndOfTerm): void {
    this.#term?.abort(new TermEndedError(this.#options.name, reason));
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  #standDown(): Promise<void> {
    const { standDownMilliseconds = defaultStandDownMilliseconds } = this.#options;
    const { signal } = this.#stopping;
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, standDownMilliseconds);
      signal.addEventListener('abort', end);
      if (signal.aborted) end();
    });
  }
}

function settlesWithin(work: Promise<void>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    work.then(() => {
      clearTimeout(timer);
      resolve(true);
    }, reject);
  });
}

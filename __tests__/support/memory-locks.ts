import type { Locks } from '../../apps/redis/lock';
import type { Lock } from '../../apps/redis/lock-lease';
import type { LockStore } from '../../apps/redis/lock-store';
import { RedisUnavailableError } from '../../apps/redis/unavailability';

/** A store of locks in memory that goes by the (fake) clock, and can be made to fail or to keep silent. */
export class MemoryLocks implements LockStore {
  readonly calls: string[] = [];
  /** What to answer: as Redis would, with an error, never, that it is away, or that it refuses. */
  mode: 'answers' | 'fails' | 'silent' | 'away' | 'refuses' = 'answers';
  /** Whether a try takes the lock while it is away, as when only the reply is lost. */
  happens = false;
  readonly #values = new Map<string, { value: string; expiresAt: number }>();

  acquire(name: string, token: string, ttlMilliseconds: number): Promise<string | null> {
    return this.#call(`acquire ${name}`, () => {
      const holder = this.value(name);
      if (holder === undefined) this.#set(name, token, ttlMilliseconds);
      return holder ?? null;
    });
  }

  contend(name: string, token: string, ttlMilliseconds: number): Promise<number> {
    return this.#call(`contend ${name}`, () => {
      const holder = this.value(name);
      if (holder?.startsWith(token) === false) return (this.#values.get(name)?.expiresAt ?? 0) - performance.now();
      this.#set(name, token, ttlMilliseconds);
      return 0;
    });
  }

  extend(name: string, token: string, ttlMilliseconds: number, remark: string): Promise<boolean> {
    return this.#call(`extend ${name}`, () => {
      const isHolder = this.value(name)?.startsWith(token) === true;
      if (isHolder) this.#set(name, token + remark, ttlMilliseconds);
      return isHolder;
    });
  }

  release(name: string, token: string): Promise<number> {
    return this.#call(`release ${name}`, () => {
      if (this.value(name)?.startsWith(token) !== true) return -1;
      this.delete(name);
      return 0;
    });
  }

  read(name: string): Promise<string | null> {
    return Promise.resolve(this.value(name) ?? null);
  }

  value(name: string): string | undefined {
    const entry = this.#values.get(name);
    return entry && performance.now() < entry.expiresAt ? entry.value : undefined;
  }

  delete(name: string): void {
    this.#values.delete(name);
  }

  /** Someone else's lock. */
  occupy(name: string, ttlMilliseconds: number): void {
    this.#set(name, 'someone:else:', ttlMilliseconds);
  }

  #set(name: string, value: string, ttlMilliseconds: number): void {
    this.#values.set(name, { value, expiresAt: performance.now() + ttlMilliseconds });
  }

  #call<Reply>(call: string, answer: () => Reply): Promise<Reply> {
    this.calls.push(call);
    if (this.mode === 'fails') return Promise.reject(new Error('Redis is down'));
    if (this.mode === 'refuses') {
      return Promise.reject(new RedisUnavailableError('a lock', 'MISCONF', { isRefusal: true, mayBeDone: false }));
    }
    if (this.mode === 'away') {
      if (this.happens && !call.startsWith('release')) answer();
      return Promise.reject(new RedisUnavailableError('a lock', 'no answer', { mayBeDone: this.happens }));
    }
    return this.mode === 'silent' ? new Promise(() => undefined) : Promise.resolve(answer());
  }
}

/** Lets the fake clock go on. */
export const elapse = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

/** The outcome of a promise that has settled, or 'pending'. */
export async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let seen: unknown = 'pending';
  promise.then(
    (value) => (seen = value),
    (error: unknown) => (seen = error),
  );
  await elapse(0);
  return seen;
}

/** A lock that is free. */
export async function acquired(locks: Locks, name = 'report'): Promise<Lock> {
  const lock = await locks.tryAcquire(name);
  if (!lock) throw new Error(`${name} is taken`);
  return lock;
}

/** What locks say to Redis, each of it one round trip within the deadline. */
import { BoundedCommands } from './bounded-commands';
import type { RedisClient } from './client';
import contendSource from './commands/contendForLock-2.lua';
import extendSource from './commands/extendLock-1.lua';
import releaseSource from './commands/releaseLock-2.lua';
import { channels, keys } from './keys';
import { script } from './script';

const contendForLock = script(contendSource, 2);
const extendLock = script(extendSource, 1);
const releaseLock = script(releaseSource, 2);

/** Milliseconds that a mark "someone waits" stays; waiters renew it with each try, which come more often. */
const waitMarkMilliseconds = 10_000;

/** Longest pause between two tries of a waiter, in milliseconds, so that its mark doesn't expire. */
export const longestTryPauseMilliseconds = waitMarkMilliseconds / 4;

/** Longest wait for who holds a lock, in milliseconds. */
const readMilliseconds = 500;

/**
 * Where locks are kept. A token is unique to one acquisition and begins the lock's value, so every command can be
 * repeated without harm.
 */
export interface LockStore {
  /**
   * Takes a lock that is free, with a token that was never used.
   *
   * @returns null or a value that begins with the token if the caller holds it now, else the value of who does
   */
  acquire(name: string, token: string, ttlMilliseconds: number): Promise<string | null>;
  /**
   * Takes a lock like `acquire`, also with a token that was used before. If someone else has it, its release will be told.
   *
   * @returns 0 if the caller holds it now, else the milliseconds until it expires
   */
  contend(name: string, token: string, ttlMilliseconds: number): Promise<number>;
  /** Makes a lock last a whole TTL again. @returns whether the caller still holds it */
  extend(name: string, token: string, ttlMilliseconds: number, remark: string): Promise<boolean>;
  /** Gives a lock back. @returns the number of processes that were notified, or -1 if it was not the caller's */
  release(name: string, token: string): Promise<number>;
  /** The value of a lock: its holder's token and remark; null if it is free. */
  read(name: string): Promise<string | null>;
}

/** Locks in Redis. Needs Redis 7.0 or newer. All methods throw RedisUnavailableError if it can't serve now, or not in time. */
export class RedisLockStore implements LockStore {
  readonly #commands: BoundedCommands;
  readonly #reads: BoundedCommands;

  constructor(client: RedisClient, deadlineMilliseconds: number) {
    this.#commands = new BoundedCommands(client, deadlineMilliseconds);
    this.#reads = new BoundedCommands(client, Math.min(deadlineMilliseconds, readMilliseconds));
  }

  acquire(name: string, token: string, ttlMilliseconds: number): Promise<string | null> {
    // NX with GET tells who holds it: a command that was sent again, because its reply was lost, finds its own token.
    const args = [keys.lock(name), token, 'PX', ttlMilliseconds, 'NX', 'GET'];
    return this.#commands.send(operationOn(name), 'set', args) as Promise<string | null>;
  }

  contend(name: string, token: string, ttlMilliseconds: number): Promise<number> {
    const keysAndArguments = [keys.lock(name), keys.lockAwaited(name), token, ttlMilliseconds, waitMarkMilliseconds];
    return this.#commands.run(operationOn(name), contendForLock, keysAndArguments) as Promise<number>;
  }

  async extend(name: string, token: string, ttlMilliseconds: number, remark: string): Promise<boolean> {
    const keysAndArguments = [keys.lock(name), token, ttlMilliseconds, token + remark];
    return (await this.#commands.run(operationOn(name), extendLock, keysAndArguments)) === 1;
  }

  release(name: string, token: string): Promise<number> {
    const keysAndArguments = [keys.lock(name), keys.lockAwaited(name), token, channels.lockReleased(name)];
    return this.#commands.run(operationOn(name), releaseLock, keysAndArguments) as Promise<number>;
  }

  read(name: string): Promise<string | null> {
    return this.#reads.send(operationOn(name), 'get', [keys.lock(name)]) as Promise<string | null>;
  }
}

const operationOn = (name: string) => `lock '${name}'`;

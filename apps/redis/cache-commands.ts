/** What a cache says to Redis, each of it one round trip within the deadline. */
import { Command } from 'ioredis';
import { BoundedCommands } from './bounded-commands';
import { encodeEntry, type CacheEntry } from './cache-entry';
import type { RedisClient } from './client';
import claimSource from './commands/claimCacheLease-2.lua';
import invalidateSource from './commands/invalidateCacheEntry-2.lua';
import releaseSource from './commands/releaseCacheLease-1.lua';
import storeSource from './commands/storeCacheEntry-2.lua';
import { keys } from './keys';
import { script } from './script';

const claimLease = script(claimSource, 2);
const storeEntry = script(storeSource, 2);
const releaseLease = script(releaseSource, 1);
const invalidateEntry = script(invalidateSource, 2);

const cacheRead = 'a cache read';
const replyAsText = { replyEncoding: 'utf8' } as const;

/** The right to load a missing or ageing entry, for everyone: who holds the lease stores what it finds. */
export interface Lease {
  /** Key of the entry. */
  readonly key: string;
  readonly token: string;
  readonly milliseconds: number;
}

/** All methods throw RedisUnavailableError if Redis can't serve now, or not in time; other errors as Redis gave them. */
export class CacheCommands {
  readonly #client: RedisClient;
  readonly #commands: BoundedCommands;
  readonly #onRead: ((seconds: number) => void) | undefined;

  /** @param onRead hears how long each read took that Redis answered */
  constructor(client: RedisClient, deadlineMilliseconds: number, onRead?: (seconds: number) => void) {
    this.#client = client;
    this.#onRead = onRead;
    this.#commands = new BoundedCommands(client, deadlineMilliseconds);
  }

  /**
   * Hands over the text under a key, or null; or why it can't be read.
   *
   * Every hit goes through here, so it makes as few promises and functions as it can: the command is itself rejected at
   * the deadline, and what the handlers need comes as an argument.
   */
  read<Request extends { readonly key: string }, Result>(
    request: Request,
    onText: (request: Request, text: string | null) => Result | Promise<Result>,
    onFailure: (request: Request, error: unknown) => Promise<Result>,
  ): Promise<Result> {
    const problem = this.#commands.disconnection(cacheRead);
    if (problem) return onFailure(request, problem);
    const command = new Command('get', [request.key], replyAsText);
    const began = performance.now();
    const waiting = this.#commands.watch(cacheRead, command);
    this.#client.sendCommand(command);
    return (command.promise as Promise<string | null>).then(
      (text) => {
        waiting.leave();
        this.#onRead?.((performance.now() - began) / 1_000);
        return onText(request, text);
      },
      (error: unknown) => {
        waiting.leave();
        return onFailure(request, error);
      },
    );
  }

  /** The entry, if there is one by now; else 0 if the lease was taken, or milliseconds until another's lease ends. */
  async claim({ key, token, milliseconds }: Lease): Promise<string | number> {
    const args = [key, keys.cacheLease(key), token, milliseconds];
    const reply = await this.#commands.run('a cache lease', claimLease, args);
    if (typeof reply === 'string' || typeof reply === 'number') return reply;
    throw new Error(`claimCacheLease answered ${String(reply)}`);
  }

  /** Takes the lease of an entry that is there, to refresh it. */
  async claimRefresh({ key, token, milliseconds }: Lease): Promise<boolean> {
    const args = [keys.cacheLease(key), token, 'PX', milliseconds, 'NX'];
    return (await this.#commands.send('a cache lease', 'set', args)) === 'OK';
  }

  /** Stores what was loaded under a lease, and ends the lease. False if it may be older than what the cache knows. */
  async store({ key, token }: Lease, entry: CacheEntry, ttlMilliseconds: number): Promise<boolean> {
    const args = [key, keys.cacheLease(key), token, entry.version ?? '', encodeEntry(entry), ttlMilliseconds];
    return (await this.#commands.run('a cache write', storeEntry, args)) === 1;
  }

  /** Ends a lease, if it is still held. */
  async release({ key, token }: Lease): Promise<void> {
    await this.#commands.run('a cache lease', releaseLease, [keys.cacheLease(key), token]);
  }

  /** Removes what can't be read. */
  async remove(key: string): Promise<void> {
    await this.#commands.send('a cache write', 'unlink', [key]);
  }

  /** Puts a tombstone of a version in place of what is older, and notifies every process. It may be repeated. */
  async invalidate(key: string, version: number, tombstoneMilliseconds: number, channel: string): Promise<void> {
    const args = [key, keys.cacheLease(key), version, tombstoneMilliseconds, channel];
    await this.#commands.run('a cache invalidation', invalidateEntry, args);
  }

  /** Notifies every process that listens, without a write: servers that refuse writes go on to deliver messages. */
  async publish(channel: string, message: string): Promise<void> {
    await this.#commands.send('a cache invalidation', 'publish', [channel, message]);
  }
}

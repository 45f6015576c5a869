/** What a session store says to Redis, each of it one round trip within the deadline. */
import type { RedisClient } from './client';
import createSource from './commands/createSession-1.lua';
import listSource from './commands/listSession-1.lua';
import readSource from './commands/readSession-1.lua';
import replaceSource from './commands/replaceSession-1.lua';
import revokeSource from './commands/revokeSessions-1.lua';
import { RedisUnavailableError } from './deadline';
import { keys } from './keys';
import { runScript, script } from './script';
import type { SessionNumbers } from './session-options';
import { SharedDeadline } from './shared-deadline';

const createSession = script(createSource, 1);
const readSession = script(readSource, 1);
const replaceSession = script(replaceSource, 1);
const listSession = script(listSource, 1);
const revokeSessions = script(revokeSource, 1);

/**
 * The part of the idle time by which a session's end may lag behind. Without it every request would write, and every
 * write goes to the disk and the replicas.
 */
const idleSlack = 1 / 64;

/** Names a session in Redis: the digest of its id, and that of its user's. */
export interface SessionAddress {
  readonly hash: string;
  readonly userHash: string;
}

/** Times of a session, in milliseconds since 1970 by the clock of Redis. */
export interface SessionTimes {
  readonly createdAt: number;
  readonly idleExpiresAt: number;
  readonly absoluteExpiresAt: number;
}

/** A session as Redis has it. */
export interface SessionRecord extends SessionTimes {
  readonly sealed: string;
}

/** All methods throw RedisUnavailableError, whatever it was that Redis failed with. */
export class SessionRecords {
  readonly #client: RedisClient;
  readonly #numbers: SessionNumbers;
  readonly #deadline: SharedDeadline;

  constructor(client: RedisClient, numbers: SessionNumbers) {
    this.#client = client;
    this.#numbers = numbers;
    this.#deadline = new SharedDeadline(client, numbers.deadlineMilliseconds);
  }

  /** Stores a session, which isn't valid before it is listed. */
  async create(hash: string, sealed: string): Promise<SessionTimes> {
    const { idleSeconds, absoluteSeconds } = this.#numbers;
    const args = [keys.session(hash), sealed, idleSeconds * 1_000, absoluteSeconds * 1_000];
    const reply = await this.#run('a new session', () => runScript(this.#client, createSession, args));
    const [createdAt, idleExpiresAt, absoluteExpiresAt] = reply as [number, number, number];
    return { createdAt, idleExpiresAt, absoluteExpiresAt };
  }

  /** Makes a session valid and, in the same step, the one that it replaces invalid. Returns what else was ended. */
  async list({ hash, userHash }: SessionAddress, expiresAt: number, replaced: string | undefined): Promise<string[]> {
    const args = [keys.userSessions(userHash), hash, expiresAt, this.#numbers.maxSessionsPerUser, replaced ?? ''];
    return (await this.#run('a new session', () => runScript(this.#client, listSession, args))) as string[];
  }

  /**
   * Reads a session and puts off its end. It is valid if its user's list has it: both are asked for at the same time.
   *
   * @returns undefined if there is no valid one; 'malformed' if what is there is no record
   */
  async read({ hash, userHash }: SessionAddress): Promise<SessionRecord | 'malformed' | undefined> {
    const idleMilliseconds = this.#numbers.idleSeconds * 1_000;
    const args = [keys.session(hash), idleMilliseconds, Math.floor(idleMilliseconds * idleSlack)];
    const [reply, listed] = await this.#run('a session', () =>
      Promise.all([runScript(this.#client, readSession, args), this.#client.zscore(keys.userSessions(userHash), hash)]),
    );
    if (reply === null || listed === null) return undefined;
    const [text, idleExpiresAt] = reply as [string, number];
    const [, createdAt, absoluteExpiresAt, sealed] = /^(\d+) (\d+) (.*)$/s.exec(text) ?? [];
    if (sealed === undefined) return 'malformed';
    return { createdAt: Number(createdAt), absoluteExpiresAt: Number(absoluteExpiresAt), idleExpiresAt, sealed };
  }

  /** Replaces the contents that were read. */
  async replace(hash: string, read: string, sealed: string): Promise<'replaced' | 'changed' | 'ended'> {
    const args = [keys.session(hash), read, sealed];
    const reply = await this.#run('a change of a session', () => runScript(this.#client, replaceSession, args));
    if (reply === -1) return 'ended';
    return reply === 1 ? 'replaced' : 'changed';
  }

  /** Ends a session; either of the two steps does. True if it was there. */
  async end({ hash, userHash }: SessionAddress): Promise<boolean> {
    const [listed] = await this.#run('the end of a session', () =>
      Promise.all([this.#client.zrem(keys.userSessions(userHash), hash), this.#client.unlink(keys.session(hash))]),
    );
    return listed === 1;
  }

  /** Makes all of a user's sessions invalid in one step. Returns which were listed. */
  async revoke(userHash: string): Promise<string[]> {
    const args = [keys.userSessions(userHash)];
    return (await this.#run('a revocation', () => runScript(this.#client, revokeSessions, args))) as string[];
  }

  /** Removes a session that isn't listed. True if it was there. */
  async remove(hash: string): Promise<boolean> {
    return (await this.#run('the end of a session', () => this.#client.unlink(keys.session(hash)))) === 1;
  }

  /** Which of a user's sessions there are. Those that weren't used for too long leave the list. */
  async live(userHash: string): Promise<string[]> {
    const list = keys.userSessions(userHash);
    const hashes = await this.#run('a list of sessions', () => this.#client.zrange(list, '0', '-1'));
    const found = await this.#run('a list of sessions', () =>
      Promise.all(hashes.map((hash) => this.#client.exists(keys.session(hash)))),
    );
    const gone = hashes.filter((_, index) => found[index] === 0);
    if (gone.length > 0) await this.#run('a list of sessions', () => this.#client.zrem(list, ...gone));
    return hashes.filter((_, index) => found[index] === 1);
  }

  async #run<Reply>(operation: string, command: () => Promise<Reply>): Promise<Reply> {
    try {
      return await this.#deadline.run(operation, command);
    } catch (error) {
      if (error instanceof RedisUnavailableError) throw error;
      throw new RedisUnavailableError(operation, error instanceof Error ? error.message : String(error));
    }
  }
}

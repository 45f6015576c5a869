/** What a session store says to Redis, each of it one round trip within the deadline. */
import { BoundedCommands } from './bounded-commands';
import type { RedisClient } from './client';
import createSource from './commands/createSession-1.lua';
import listSource from './commands/listSession-1.lua';
import readSource from './commands/readSession-1.lua';
import replaceSource from './commands/replaceSession-1.lua';
import revokeSource from './commands/revokeSessions-1.lua';
import { keys } from './keys';
import { script, type Script, type ScriptArgument } from './script';
import type { SessionNumbers } from './session-options';
import { RedisUnavailableError } from './unavailability';

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
  readonly #numbers: SessionNumbers;
  readonly #commands: BoundedCommands;

  constructor(client: RedisClient, numbers: SessionNumbers) {
    this.#numbers = numbers;
    this.#commands = new BoundedCommands(client, numbers.deadlineMilliseconds);
  }

  /** Stores a session, which isn't valid before it is listed. */
  async create(hash: string, sealed: string): Promise<SessionTimes> {
    const { idleSeconds, absoluteSeconds } = this.#numbers;
    const args = [keys.session(hash), sealed, idleSeconds * 1_000, absoluteSeconds * 1_000];
    const reply = await this.#run('a new session', createSession, args);
    const [createdAt, idleExpiresAt, absoluteExpiresAt] = reply as [number, number, number];
    return { createdAt, idleExpiresAt, absoluteExpiresAt };
  }

  /** Makes a session valid and, in the same step, the one that it replaces invalid. Returns what else was ended. */
  async list({ hash, userHash }: SessionAddress, expiresAt: number, replaced: string | undefined): Promise<string[]> {
    const args = [keys.userSessions(userHash), hash, expiresAt, this.#numbers.maxSessionsPerUser, replaced ?? ''];
    return (await this.#run('a new session', listSession, args)) as string[];
  }

  /**
   * Reads a session and puts off its end. It is valid if its user's list has it: both are asked for at the same time.
   *
   * @returns undefined if there is no valid one; 'malformed' if what is there is no record
   */
  async read({ hash, userHash }: SessionAddress): Promise<SessionRecord | 'malformed' | undefined> {
    const idleMilliseconds = this.#numbers.idleSeconds * 1_000;
    const args = [keys.session(hash), idleMilliseconds, Math.floor(idleMilliseconds * idleSlack)];
    const [reply, listed] = await Promise.all([
      this.#run('a session', readSession, args),
      this.#send('a session', 'zscore', keys.userSessions(userHash), hash),
    ]);
    if (reply === null || listed === null) return undefined;
    const [text, idleExpiresAt] = reply as [string, number];
    const [, createdAt, absoluteExpiresAt, sealed] = /^(\d+) (\d+) (.*)$/s.exec(text) ?? [];
    if (sealed === undefined) return 'malformed';
    return { createdAt: Number(createdAt), absoluteExpiresAt: Number(absoluteExpiresAt), idleExpiresAt, sealed };
  }

  /** Replaces the contents that were read. */
  async replace(hash: string, read: string, sealed: string): Promise<'replaced' | 'changed' | 'ended'> {
    const args = [keys.session(hash), read, sealed];
    const reply = await this.#run('a change of a session', replaceSession, args);
    if (reply === -1) return 'ended';
    return reply === 1 ? 'replaced' : 'changed';
  }

  /** Ends a session; either of the two steps does. True if it was there. */
  async end({ hash, userHash }: SessionAddress): Promise<boolean> {
    const [listed] = await Promise.all([
      this.#send('the end of a session', 'zrem', keys.userSessions(userHash), hash),
      this.#send('the end of a session', 'unlink', keys.session(hash)),
    ]);
    return listed === 1;
  }

  /** Makes all of a user's sessions invalid in one step. Returns which were listed. */
  async revoke(userHash: string): Promise<string[]> {
    const args = [keys.userSessions(userHash)];
    return (await this.#run('a revocation', revokeSessions, args)) as string[];
  }

  /** Removes a session that isn't listed. True if it was there. */
  async remove(hash: string): Promise<boolean> {
    return (await this.#send('the end of a session', 'unlink', keys.session(hash))) === 1;
  }

  /** Which of a user's sessions there are. Those that weren't used for too long leave the list. */
  async live(userHash: string): Promise<string[]> {
    const list = keys.userSessions(userHash);
    const hashes = (await this.#send('a list of sessions', 'zrange', list, '0', '-1')) as string[];
    const found = await Promise.all(
      hashes.map((hash) => this.#send('a list of sessions', 'exists', keys.session(hash))),
    );
    const gone = hashes.filter((_, index) => found[index] === 0);
    if (gone.length > 0) await this.#send('a list of sessions', 'zrem', list, ...gone);
    return hashes.filter((_, index) => found[index] === 1);
  }

  #send(operation: string, name: string, ...args: ScriptArgument[]): Promise<unknown> {
    return this.#commands.send(operation, name, args).catch((error: unknown) => fail(operation, error));
  }

  #run(operation: string, script: Script, args: readonly ScriptArgument[]): Promise<unknown> {
    return this.#commands.run(operation, script, args).catch((error: unknown) => fail(operation, error));
  }
}

/** Whatever Redis failed with, nothing is known of a session then. */
function fail(operation: string, error: unknown): never {
  if (error instanceof RedisUnavailableError) throw error;
  throw new RedisUnavailableError(operation, error instanceof Error ? error.message : String(error), { cause: error });
}

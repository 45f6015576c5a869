/** What a session store is told, with its defaults; checked before anything is sent. */
import type { RedisClient } from './client';
import type { SessionKeys } from './key-ring';
import type { TokenProblem } from './session-token';

/**
 * Why there is no session: a problem of the token; `unknown`: it has ended, by its times, by logout or by revocation;
 * `unreadable`: Redis has it, but what it holds isn't what was put in or can't be decrypted.
 */
export type SessionAbsence = TokenProblem | 'unknown' | 'unreadable';

/** Hears what a store does, for metrics and logs. It must be quick and not throw. */
export interface SessionObserver {
  /** A token was presented. */
  onRead?(outcome: 'active' | SessionAbsence): void;
  /** A session can't be read, which took a fault or an attack, or a key that was removed too early. */
  onUnreadable?(error: Error, sessionHash: string): void;
  /** The contents of a session were encrypted anew because its key isn't the current one any more. */
  onReencrypted?(): void;
  /** Redis failed at something that nobody waited for: what wasn't removed ends by itself. */
  onError?(error: Error): void;
}

/** Settings of a session store that are plain values. */
export interface SessionSettings {
  /** Who makes the tokens. */
  readonly issuer: string;
  /** Who the tokens are for. */
  readonly audience: string;
  /** Longest time without use. */
  readonly idleSeconds: number;
  /** Longest life, used or not; also that of the token. */
  readonly absoluteSeconds: number;
  /** Longest wait for Redis, in milliseconds. @default 1000 */
  readonly deadlineMilliseconds?: number;
  /** Sessions that a user can have; one more ends the oldest. @default 100 */
  readonly maxSessionsPerUser?: number;
}

/** All that a session store is made of. */
export interface SessionStoreOptions<Data> extends SessionSettings {
  readonly client: RedisClient;
  readonly keys: SessionKeys;
  /** Checks what is read from a session, such as a zod schema's `parse`; what it throws makes the session unreadable. */
  readonly parseData: (value: unknown) => Data;
  readonly observer?: SessionObserver;
}

/** The numbers of a store, all set. */
export interface SessionNumbers {
  readonly idleSeconds: number;
  readonly absoluteSeconds: number;
  readonly deadlineMilliseconds: number;
  readonly maxSessionsPerUser: number;
}

const longestSeconds = 400 * 24 * 3_600;

/**
 * The numbers of a store with their defaults.
 *
 * @throws Error with every setting that is out of range, its value and the remedy
 */
export function sessionNumbers(settings: SessionSettings): SessionNumbers {
  const { issuer, audience, idleSeconds, absoluteSeconds } = settings;
  const { deadlineMilliseconds = 1_000, maxSessionsPerUser = 100 } = settings;
  const violations = [
    ...(issuer === '' ? ['issuer is empty: name who makes the tokens'] : []),
    ...(audience === '' ? ['audience is empty: name who the tokens are for'] : []),
    ...outOfRange('idleSeconds', idleSeconds, longestSeconds),
    ...outOfRange('absoluteSeconds', absoluteSeconds, longestSeconds),
    ...(idleSeconds > absoluteSeconds
      ? [`idleSeconds is ${idleSeconds}, more than absoluteSeconds ${absoluteSeconds}: give at most that`]
      : []),
    ...outOfRange('deadlineMilliseconds', deadlineMilliseconds, 60_000),
    ...outOfRange('maxSessionsPerUser', maxSessionsPerUser, 1_000),
  ];
  if (violations.length > 0) throw new Error(`Session store: ${violations.join('; ')}`);
  return { idleSeconds, absoluteSeconds, deadlineMilliseconds, maxSessionsPerUser };
}

function outOfRange(setting: string, value: number, max: number): string[] {
  if (Number.isInteger(value) && value >= 1 && value <= max) return [];
  return [`${setting} is ${value}: give a whole number from 1 to ${max}`];
}

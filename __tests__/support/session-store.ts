/** Session stores for tests, with what tests have to know of their keys. */
import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import type { RedisClient } from '../../apps/redis/client';
import { KeyRing, type RingKey, type SessionKeys } from '../../apps/redis/key-ring';
import { keys } from '../../apps/redis/keys';
import type { SessionStoreOptions } from '../../apps/redis/session-options';
import { createSessionStore, type SessionStore } from '../../apps/redis/sessions';

/** What the tests' sessions hold. */
export interface Data {
  readonly name: string;
  readonly visits: number;
}

export const data: Data = { name: 'Ana Nowak', visits: 0 };

export function ringKey(id: string): RingKey {
  return { id, secret: createSecretKey(randomBytes(32)) };
}

/** The keys of a store that isn't given others. */
export const encryptionKey = ringKey('old');
export const signingKey = ringKey('signing');

export function sessionKeys(encryption: readonly RingKey[], signing: readonly RingKey[]): SessionKeys {
  return { encryption: new KeyRing(encryption), signing: new KeyRing(signing) };
}

/** Makes stores that differ from each other in what they are given only. */
export function storeMaker(client: () => RedisClient) {
  return (change: Partial<SessionStoreOptions<Data>> = {}): SessionStore<Data> =>
    createSessionStore({
      client: client(),
      keys: sessionKeys([encryptionKey], [signingKey]),
      parseData,
      issuer: 'tests',
      audience: 'tests',
      idleSeconds: 60,
      absoluteSeconds: 600,
      ...change,
    });
}

function parseData(value: unknown): Data {
  if (typeof value === 'object' && value !== null && 'name' in value && 'visits' in value) {
    const { name, visits } = value;
    if (typeof name === 'string' && typeof visits === 'number') return { name, visits };
  }
  throw new Error('no data');
}

let users = 0;

/** A user that no other test has. */
export function newUser(): string {
  return `user-${users++}`;
}

/** The secret id that a token carries. */
export function sessionIdOf(token: string): string {
  const payload = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { sid: string };
  return payload.sid;
}

/** The key of a token's session in Redis. */
export function sessionKeyOf(token: string): string {
  return keys.session(digest(sessionIdOf(token)));
}

/** The key of the list of a user's sessions in Redis. */
export function listKeyOf(userId: string): string {
  return keys.userSessions(digest(userId));
}

export async function isActive(sessions: SessionStore<Data>, token: string): Promise<boolean> {
  return (await sessions.read(token)).session !== undefined;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

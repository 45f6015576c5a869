/** The sessions of the api. */
import { z } from 'zod';
import type { RedisClient } from '../redis/client';
import { createSessionStore, type Session, type SessionStore } from '../redis/sessions';
import type { ApiSettings } from './settings';

/** Issuer and audience of its tokens: this api, whichever process. */
const api = 'redis-platform-api';

const sessionData = z.object({ name: z.string() });

/** What is kept with a session. */
export type SessionData = z.output<typeof sessionData>;

/** A session of a user of the api. */
export type UserSession = Session<SessionData>;

/** The sessions of all users. */
export type UserSessions = SessionStore<SessionData>;

/** Makes the store of the api's sessions. */
export function createSessions(settings: ApiSettings, client: RedisClient): UserSessions {
  return createSessionStore({
    client,
    keys: settings.SESSION_KEYS_FILE,
    parseData: (value) => sessionData.parse(value),
    issuer: api,
    audience: api,
    idleSeconds: settings.SESSION_IDLE_SECONDS,
    absoluteSeconds: settings.SESSION_ABSOLUTE_SECONDS,
    deadlineMilliseconds: settings.REDIS_DEADLINE_MILLISECONDS,
  });
}

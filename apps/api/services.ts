/** What the routes work with. */
import type { onRequestAsyncHookHandler } from 'fastify';
import type { Pool } from 'pg';
import type { OrderMessage } from '../database/orders';
import type { Resource } from '../database/resources';
import type { Cache } from '../redis/cache';
import type { RedisClient } from '../redis/client';
import type { Events } from '../redis/events';
import type { Locks } from '../redis/lock';
import type { RateLimiter } from '../redis/rate-limiter';
import type { StreamProducer } from '../redis/stream-queue/producer';
import type { UserSessions } from './sessions';

/** Servers and the library's components on them. */
export interface ApiComponents {
  readonly client: RedisClient;
  readonly database: Pool;
  readonly cache: Cache<Resource>;
  readonly sessions: UserSessions;
  readonly producer: Pick<StreamProducer<OrderMessage>, 'add'>;
  readonly locks: Locks;
  readonly events: Events;
  readonly limiters: Readonly<Record<'login' | 'default' | 'fixed' | 'sliding', RateLimiter>>;
}

/** The components, and what is made of them for the routes. */
export interface ApiServices extends ApiComponents {
  /** Admits requests with a valid session, which it puts in `request.session`. */
  readonly authenticate: onRequestAsyncHookHandler;
  readonly limits: {
    /** Limits the requests of each client to each route. */
    readonly default: onRequestAsyncHookHandler;
  };
}

/**
 * What every public method of the Redis library does without Redis: for each the longest time until it settles, and how.
 * A method that is not here fails `outages.integration.test.ts`.
 */
import { awaitReady, connectRedis, disconnectRedis } from '../../apps/redis/client';
import type { Lock } from '../../apps/redis/lock-lease';
import { certificateExpiries } from '../../apps/redis/server-certificates';
import { AddManyError } from '../../apps/redis/stream-queue/producer';
import { snapshotQueue } from '../../apps/redis/stream-queue/snapshot';
import { RedisUnavailableError } from '../../apps/redis/unavailability';
import {
  deadlineMilliseconds,
  handshakeMilliseconds,
  probeMilliseconds,
  snapshotMilliseconds,
  type OutageSite,
} from './outage-site';
import { data } from './session-store';

/** What a case is tried with. */
export interface OutageInputs {
  readonly site: OutageSite;
  /** A token of a session that was begun before. */
  readonly token: string;
  /** Different in each call. */
  readonly id: string;
  /** A lock that was acquired before; where there could be none, its cases are left out. */
  readonly lock: Lock | undefined;
}

export interface OutageCase {
  readonly call: (inputs: OutageInputs) => Promise<unknown>;
  /** Longest time until it settles, in milliseconds, without what the machine adds. */
  readonly within: number;
  /** @default - it rejects with RedisUnavailableError */
  readonly outcome?: (settled: PromiseSettledResult<unknown>) => void;
  /** Calls at the same time that it has to bear. @default 20000 */
  readonly flood?: number;
  readonly needsLock?: boolean;
}

/** `local`: it doesn't wait for Redis. */
export type OutageEntry = 'local' | OutageCase;

/** The deadline and its last tick. */
const within = 1.25 * deadlineMilliseconds;
const deadLetter = '1:1-1';
const waitMilliseconds = 400;

const resolvesTo = (expected: unknown) => (settled: PromiseSettledResult<unknown>) => {
  expect(settled).toEqual({ status: 'fulfilled', value: expected });
};

const bounded = (call: OutageCase['call'], more: Partial<OutageCase> = {}): OutageCase => ({ call, within, ...more });

/** Tokens are verified by few threads, which takes longer than everything else. */
const verifying = { flood: 2_000 };
/** Called now and then by one caller. */
const rare = { flood: 0 };

const cacheCases: Record<string, OutageEntry> = {
  'cache#createCache': 'local',
  'cache#createCache().get': bounded(({ site, id }) => site.cache.get(id), {
    outcome: resolvesTo(expect.objectContaining({ value: 'value', result: 'bypass' })),
  }),
  'cache#createCache().invalidate': bounded(({ site, id }) => site.cache.invalidate(id, 1), {
    outcome: resolvesTo(false),
  }),
  'cache#createCache().close': {
    call: async ({ site, id }) => {
      const cache = site.newCache();
      await cache.invalidate(id, 1);
      await cache.close();
    },
    ...{ within: 2 * within, outcome: resolvesTo(undefined), ...rare },
  },
};

const sessionCases: Record<string, OutageEntry> = {
  'sessions#createSessionStore': 'local',
  'sessions#createSessionStore().create': bounded(({ site, id }) => site.sessions.create(id, data), verifying),
  'sessions#createSessionStore().regenerate': bounded(
    ({ site, token, id }) => site.sessions.regenerate(token, id, data),
    verifying,
  ),
  'sessions#createSessionStore().read': bounded(({ site, token }) => site.sessions.read(token), verifying),
  'sessions#createSessionStore().update': bounded(
    ({ site, token }) => site.sessions.update(token, (it) => it),
    verifying,
  ),
  'sessions#createSessionStore().destroy': bounded(({ site, token }) => site.sessions.destroy(token), verifying),
  'sessions#createSessionStore().destroyAll': bounded(({ site, id }) => site.sessions.destroyAll(id)),
  'sessions#createSessionStore().count': bounded(({ site, id }) => site.sessions.count(id)),
  'key-ring#parseSessionKeys': 'local',
};

const limitCases: Record<string, OutageEntry> = {
  'rate-limiter#createRateLimiter': 'local',
  'rate-limiter#createRateLimiter().check': bounded(({ site, id }) => site.limiter.check(id), {
    outcome: resolvesTo(expect.objectContaining({ source: 'local' })),
  }),
  'rate-limit-headers#rateLimitHeaders': 'local',
};

const lockCases: Record<string, OutageEntry> = {
  'lock#Locks.tryAcquire': bounded(({ site, id }) => site.locks.tryAcquire(id)),
  'lock#Locks.acquire': {
    call: ({ site, id }) => site.locks.acquire(id, { waitMilliseconds }),
    within: waitMilliseconds,
  },
  'lock#Locks.withLock': {
    call: ({ site, id }) => site.locks.withLock(id, { waitMilliseconds }, () => Promise.resolve()),
    within: waitMilliseconds,
  },
  'lock#Locks.holder': bounded(({ site, id }) => site.locks.holder(id)),
  'lock#Locks.close': bounded(
    async ({ site, id }) => {
      const locks = site.newLocks();
      const wait = locks.acquire(id).catch(() => undefined);
      await locks.close();
      await wait;
    },
    { outcome: resolvesTo(undefined), ...rare },
  ),
  'lock#Locks.acquire().held': 'local',
  'lock#Locks.acquire().signal': 'local',
  // Those of a lease that the library alone uses.
  'lock#Locks.acquire().loss': 'local',
  'lock#Locks.acquire().dueAt': 'local',
  'lock#Locks.acquire().slackMilliseconds': 'local',
  'lock#Locks.acquire().onDue': 'local',
  // Minted by the database.
  'lock#Locks.acquire().fencingToken': 'local',
  'lock#Locks.acquire().extend': bounded(({ lock }) => lock?.extend() ?? Promise.resolve(), {
    ...{ needsLock: true, outcome: resolvesTo(false) },
  }),
  'lock#Locks.acquire().release': bounded(({ lock }) => lock?.release() ?? Promise.resolve(), { needsLock: true }),
  'leader-election#LeaderElection.isLeader': 'local',
  'leader-election#LeaderElection.start': 'local',
  'leader-election#LeaderElection.resign': 'local',
  'leader-election#LeaderElection.currentLeader': bounded(({ site }) => site.election.currentLeader()),
  'leader-election#LeaderElection.stop': bounded(
    ({ site }) => {
      const election = site.newElection();
      election.start();
      return election.stop();
    },
    { outcome: resolvesTo(undefined), ...rare },
  ),
};

const messagingCases: Record<string, OutageEntry> = {
  'subscriptions#Subscriptions.subscribe': 'local',
  'subscriptions#Subscriptions.subscribe().live': 'local',
  // Waits for as long as its subscriber wants to; it is no answer to a request.
  'subscriptions#Subscriptions.subscribe().confirmed': 'local',
  'subscriptions#Subscriptions.subscribe().unsubscribe': 'local',
  'subscriptions#Subscriptions.close': 'local',
  'events#Events.publish': bounded(({ site, id }) => site.events.publish('outage', id)),
  'events#Events.subscribe': 'local',
};

const queueCases: Record<string, OutageEntry> = {
  'stream-queue/producer#StreamProducer.add': bounded(({ site }) => site.producer.add({ number: 1 })),
  'stream-queue/producer#StreamProducer.addMany': bounded(({ site }) => site.producer.addMany([{ number: 1 }]), {
    outcome: (settled) => {
      if (settled.status === 'fulfilled') throw new Error('it was added');
      expect(settled.reason).toBeInstanceOf(AddManyError);
      expect((settled.reason as AddManyError).results).toEqual([expect.any(RedisUnavailableError)]);
    },
  }),
  'stream-queue/dead-letters#DeadLetters.count': bounded(({ site }) => site.letters.count()),
  'stream-queue/dead-letters#DeadLetters.list': bounded(({ site }) => site.letters.list()),
  'stream-queue/dead-letters#DeadLetters.replay': bounded(({ site }) => site.letters.replay(deadLetter)),
  'stream-queue/dead-letters#DeadLetters.replayAll': bounded(({ site }) => site.letters.replayAll()),
  'stream-queue/dead-letters#DeadLetters.discard': bounded(({ site }) => site.letters.discard(deadLetter)),
  'stream-queue/snapshot#snapshotQueue': {
    call: ({ site }) => snapshotQueue(site.client, site.queue),
    ...{ within: 1.25 * snapshotMilliseconds, flood: 2_000 },
  },
  'stream-queue/consumer#StreamConsumer.name': 'local',
  'stream-queue/consumer#StreamConsumer.minIdleMilliseconds': 'local',
  'stream-queue/consumer#StreamConsumer.start': 'local',
  'stream-queue/consumer#StreamConsumer.health': 'local',
  'stream-queue/consumer#StreamConsumer.stop': {
    call: ({ site }) => {
      const consumer = site.newConsumer();
      consumer.start();
      expect(consumer.health().ready).toBe(false);
      return consumer.stop(100);
    },
    // The grace, and the time to leave the group.
    within: 2_100,
    ...{ outcome: resolvesTo(0), ...rare },
  },
  'stream-queue/queue#entryTimeMilliseconds': 'local',
  'stream-queue/queue#jsonCodec': 'local',
};

const connectionCases: Record<string, OutageEntry> = {
  'client#connectRedis': 'local',
  'client#isReady': 'local',
  'client#awaitReady': {
    // A connection of its own: that of the site may look ready for a moment yet.
    call: async ({ site }) => {
      const client = connectRedis(site.settings);
      try {
        await awaitReady(client, 200);
      } finally {
        void disconnectRedis(client);
      }
    },
    ...{ within: 200, ...rare },
  },
  'client#disconnectRedis': {
    call: ({ site }) => disconnectRedis(connectRedis(site.settings)),
    ...{ within: 2_000, outcome: resolvesTo(undefined), ...rare },
  },
  'bounded-commands#BoundedCommands.send': bounded(({ site, id }) =>
    site.commands.send('a test', 'get', [`cache:${id}`]),
  ),
  'bounded-commands#BoundedCommands.run': bounded(({ site, id }) =>
    site.commands.run('a test', { digest: 'f'.repeat(40), source: 'return 1', keyCount: 1 }, [`cache:${id}`]),
  ),
  'bounded-commands#BoundedCommands.disconnection': 'local',
  'bounded-commands#BoundedCommands.watch': 'local',
  'cluster-nodes#parseClusterNodes': 'local',
  'platform-state#PlatformProbe.read': {
    call: ({ site }) => site.probe.read(),
    ...{ within: 1.25 * probeMilliseconds, flood: 1_000 },
  },
  'platform-state#PlatformProbe.close': 'local',
  'server-certificates#certificateExpiries': {
    call: ({ site }) => certificateExpiries(site.client),
    ...{ within: handshakeMilliseconds, outcome: resolvesTo(new Map()), ...rare },
  },
  'unavailability#isRedisUnavailable': 'local',
};

/** By the id of the method. */
export const outageCases: Readonly<Record<string, OutageEntry>> = {
  ...cacheCases,
  ...sessionCases,
  ...limitCases,
  ...lockCases,
  ...messagingCases,
  ...queueCases,
  ...connectionCases,
};

import { setTimeout as sleep } from 'node:timers/promises';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { hashSlot, keys } from '../../../apps/redis/keys';
import type { RateLimitAlgorithm, RateLimitResult } from '../../../apps/redis/rate-limit-policy';
import { createRateLimiter, type RateLimiter, type RateLimiterObserver } from '../../../apps/redis/rate-limiter';
import { strikeMaster } from '../../support/cluster-faults';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let client: RedisClient;

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 10_000);
});

afterAll(async () => {
  await disconnectRedis(client);
  await cluster.stop();
});

const deadlineMilliseconds = 100;
const algorithms: RateLimitAlgorithm[] = ['fixed', 'sliding'];
let policies = 0;

function limiter(algorithm: RateLimitAlgorithm, observer: RateLimiterObserver = {}, limit = 100): RateLimiter {
  const policy = { name: `p${policies++}`, algorithm, limit, windowMilliseconds: 60_000 };
  return createRateLimiter({ client, policy, instances: 4, deadlineMilliseconds, observer });
}

/** Freezes all servers while `during` runs. */
async function frozen(during: () => Promise<void>): Promise<void> {
  const pids = cluster.nodes.map(({ name }) => cluster.pid(name));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await during();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

const answeredByRedis = (checked: RateLimiter, subject: string) =>
  eventually(async () => (await checked.check(subject)).source === 'redis', 20_000);

test.each(algorithms)(
  '%s: without Redis each process admits its share, quickly, and goes back by itself',
  async (algorithm) => {
    const states: string[] = [];
    const errors: string[] = [];
    const observer = {
      onCircuit: (state: string) => states.push(state),
      onError: ({ name }: Error) => errors.push(name),
    };
    const checked = limiter(algorithm, observer);
    await answeredByRedis(checked, 'before');
    await frozen(async () => {
      const longest = { milliseconds: 0 };
      const results: RateLimitResult[] = [];
      for (let check = 0; check < 200; check++) {
        const begin = performance.now();
        results.push(await checked.check('during'));
        if (check > 2) longest.milliseconds = Math.max(longest.milliseconds, performance.now() - begin);
      }
      expect(results.filter(({ allowed }) => allowed)).toHaveLength(25);
      expect(new Set(results.map(({ source }) => source))).toEqual(new Set(['local']));
      expect(results.at(-1)).toMatchObject({ allowed: false, remaining: 0, limit: 100 });
      // Three checks waited for the deadline; after that one in each pause does.
      expect(errors.length).toBeLessThan(10);
      expect(new Set(errors)).toEqual(new Set(['RedisUnavailableError']));
      expect(longest.milliseconds).toBeLessThan(3 * deadlineMilliseconds);
      expect(states).toEqual(['open']);
    });
    await answeredByRedis(checked, 'during');
    expect(states).toEqual(['open', 'closed']);
    expect(await checked.check('after')).toMatchObject({ allowed: true, remaining: 99, source: 'redis' });
  },
);

test('a share is at least 1, and a cost above it waits for Redis', async () => {
  const policy = { name: `p${policies++}`, algorithm: 'fixed', limit: 3, windowMilliseconds: 60_000 } as const;
  const checked = createRateLimiter({ client, policy, instances: 10, deadlineMilliseconds });
  await answeredByRedis(checked, 'warm-up');
  await frozen(async () => {
    expect(await checked.check('a', 2)).toMatchObject({ allowed: false, source: 'local' });
    expect(await checked.check('a')).toMatchObject({ allowed: true, remaining: 0, source: 'local' });
    expect(await checked.check('a')).toMatchObject({ allowed: false, source: 'local' });
  });
  await answeredByRedis(checked, 'a');
});

test('a subject that Redis refused stays refused without it', async () => {
  const checked = limiter('fixed');
  expect(await checked.check('a', 100)).toMatchObject({ allowed: true });
  expect(await checked.check('a')).toMatchObject({ allowed: false, source: 'redis' });
  await frozen(async () => {
    expect(await checked.check('a')).toMatchObject({ allowed: false, remaining: 0, source: 'redis' });
  });
  await answeredByRedis(checked, 'b');
});

test('a connection that is down costs no time at all', async () => {
  const closed = connectRedis(cluster.settings('app'));
  await awaitReady(closed, 10_000);
  await disconnectRedis(closed);
  const policy = { name: `p${policies++}`, algorithm: 'sliding', limit: 10, windowMilliseconds: 60_000 } as const;
  const checked = createRateLimiter({ client: closed, policy, instances: 1, deadlineMilliseconds: 10_000 });
  const begin = performance.now();
  const results = await Promise.all(Array.from({ length: 100 }, () => checked.check('a')));
  expect(performance.now() - begin).toBeLessThan(1_000);
  expect(results.filter(({ allowed, source }) => allowed && source === 'local')).toHaveLength(10);
});

test.each(['kill -9', 'CLUSTER FAILOVER'] as const)(
  '%s of a master: other shards go on, its own is decided here until the successor answers, which has no scripts',
  async (fault) => {
    // More than is checked: of what is used up, Redis isn't asked.
    const checked = limiter('fixed', {}, 1_000_000);
    const struck = 'subject-0';
    const keyOf = (subject: string) => keys.fixedWindow(checked.policy.name, subject);
    const thirdOf = (subject: string) => Math.floor((hashSlot(keyOf(subject)) * 3) / 16_384);
    const elsewhere = Array.from({ length: 50 }, (_, index) => `subject-${index}`).find(
      (subject) => thirdOf(subject) !== thirdOf(struck),
    );
    await answeredByRedis(checked, struck);
    await answeredByRedis(checked, String(elsewhere));
    const shard = await strikeMaster(cluster, fault, keyOf(struck));
    const sources = new Set<string>();
    const load = { running: true };
    const loaded = (async () => {
      while (load.running) {
        sources.add((await checked.check(String(elsewhere))).source);
        await sleep(20);
      }
    })();
    try {
      await shard.promoted();
      await answeredByRedis(checked, struck);
    } finally {
      load.running = false;
      await loaded;
      await shard.repair();
    }
    expect(sources).toEqual(new Set(['redis']));
  },
);

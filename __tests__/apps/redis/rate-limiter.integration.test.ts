import { setTimeout as sleep } from 'node:timers/promises';
import { connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import type { RateLimitAlgorithm, RateLimitResult } from '../../../apps/redis/rate-limit-policy';
import { createRateLimiter, type RateLimiter } from '../../../apps/redis/rate-limiter';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let client: RedisClient;
let otherClient: RedisClient;
let operator: RedisClient;

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
  otherClient = connectRedis(cluster.settings('app'));
  operator = connectRedis(cluster.settings('operator'));
});

/** Counters and logs in Redis, with their times to live in milliseconds. */
async function limiterKeys(): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const node of masterNodes(operator)) {
    let cursor = '0';
    do {
      const [next, page] = await node.scan(cursor, 'MATCH', 'rate:*', 'COUNT', 1_000);
      for (const key of page) found.set(key, await node.pttl(key));
      cursor = next;
    } while (cursor !== '0');
  }
  return found;
}

afterAll(async () => {
  await Promise.all([client, otherClient, operator].map(disconnectRedis));
  await cluster.stop();
});

afterEach(async () => {
  // -2: it expired since it was listed.
  const eternal = [...(await limiterKeys())].filter(([, ttl]) => ttl === -1);
  expect(eternal).toEqual([]);
});

const algorithms: RateLimitAlgorithm[] = ['fixed', 'sliding'];
let policies = 0;

/** A policy of its own for every test, and as many limiters of it as processes would have. */
function limiters(
  algorithm: RateLimitAlgorithm,
  limit: number,
  windowMilliseconds: number,
): { readonly first: RateLimiter; readonly second: RateLimiter } {
  const policy = { name: `p${policies++}`, algorithm, limit, windowMilliseconds };
  const make = (connection: RedisClient) =>
    createRateLimiter({ client: connection, policy, instances: 2, deadlineMilliseconds: 5_000 });
  return { first: make(client), second: make(otherClient) };
}

const allowedOf = (results: readonly RateLimitResult[]) => results.filter(({ allowed }) => allowed).length;

test.each(algorithms)('%s: 500 concurrent checks of two processes spend a limit of 100 exactly', async (algorithm) => {
  const { first, second } = limiters(algorithm, 100, 60_000);
  const checks = Array.from({ length: 500 }, (_, index) => (index % 2 === 0 ? first : second).check('subject'));
  const results = await Promise.all(checks);
  expect(allowedOf(results)).toBe(100);
  expect(new Set(results.map(({ source }) => source))).toEqual(new Set(['redis']));
  const remaining = results.filter(({ allowed }) => allowed).map((result) => result.remaining);
  expect(remaining.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  for (const { allowed, retryAfterMilliseconds, resetMilliseconds } of results) {
    expect(resetMilliseconds).toBeGreaterThan(50_000);
    expect(resetMilliseconds).toBeLessThanOrEqual(60_000);
    if (allowed) expect(retryAfterMilliseconds).toBe(0);
    else expect(retryAfterMilliseconds).toBeGreaterThan(50_000);
  }
});

test.each(algorithms)('%s: subjects and policies have limits of their own', async (algorithm) => {
  const [one, other] = [limiters(algorithm, 1, 60_000).first, limiters(algorithm, 1, 60_000).first];
  const long = 'x'.repeat(1_000);
  for (const subject of ['a', 'b', '{a}', 'a}', long, `${long}y`]) {
    for (const limiter of [one, other]) {
      expect(await limiter.check(subject)).toMatchObject({ allowed: true, remaining: 0 });
      expect(await limiter.check(subject)).toMatchObject({ allowed: false, remaining: 0 });
    }
  }
  expect([...(await limiterKeys()).keys()].every((key) => key.length < 200)).toBe(true);
});

test.each(algorithms)(
  '%s: costs are spent whole or not at all, and what is refused spends nothing',
  async (algorithm) => {
    const { first, second } = limiters(algorithm, 100, 60_000);
    expect(await first.check('a', 60)).toMatchObject({ allowed: true, remaining: 40 });
    for (let time = 0; time < 3; time++) {
      expect(await second.check('a', 41)).toMatchObject({ allowed: false, remaining: 40 });
      expect(await first.check('a', 41)).toMatchObject({ allowed: false, remaining: 40 });
    }
    expect(await second.check('a', 39)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await first.check('a', 2)).toMatchObject({ allowed: false, remaining: 1 });
    expect(await first.check('a')).toMatchObject({ allowed: true, remaining: 0 });
  },
);

test.each(algorithms)('%s: concurrent checks of all costs never spend more than the limit', async (algorithm) => {
  const { first, second } = limiters(algorithm, 100, 60_000);
  const costs = Array.from({ length: 300 }, (_, index) => 1 + (index % 7));
  const results = await Promise.all(costs.map((cost, index) => (index % 3 ? first : second).check('a', cost)));
  const spent = costs.reduce((sum, cost, index) => sum + (results[index]?.allowed ? cost : 0), 0);
  expect(spent).toBe(100);
});

test.each<[RateLimitAlgorithm, number]>([
  ['fixed', 1_000_000],
  ['sliding', 100_000],
])('%s: the highest limit and the longest window are told exactly', async (algorithm, limit) => {
  const windowMilliseconds = 31 * 24 * 3_600_000;
  const { first, second } = limiters(algorithm, limit, windowMilliseconds);
  expect(await first.check('a')).toMatchObject({ remaining: limit - 1, resetMilliseconds: windowMilliseconds });
  const { remaining, resetMilliseconds } = await second.check('a');
  expect(remaining).toBe(limit - 2);
  expect(resetMilliseconds).toBeGreaterThan(windowMilliseconds - 10_000);
  expect(resetMilliseconds).toBeLessThanOrEqual(windowMilliseconds);
});

test('a fixed window begins with the first check and gives everything back when it ends', async () => {
  const { first, second } = limiters('fixed', 10, 500);
  const begin = performance.now();
  const results = await Promise.all(Array.from({ length: 20 }, () => first.check('a')));
  expect(allowedOf(results)).toBe(10);
  let refusals = 0;
  let result = await second.check('a');
  while (!result.allowed) {
    refusals++;
    expect(result.remaining).toBe(0);
    await sleep(5);
    result = await (refusals % 2 ? first : second).check('a');
  }
  expect(refusals).toBeGreaterThan(5);
  expect(performance.now() - begin).toBeGreaterThanOrEqual(499);
  expect(result).toMatchObject({ remaining: 9, source: 'redis' });
  expect(await first.check('a')).toMatchObject({ allowed: true, remaining: 8 });
});

test.each(algorithms)('%s: who waits as long as it is told is admitted', async (algorithm) => {
  const { first, second } = limiters(algorithm, 5, 200);
  let waits = 0;
  for (let check = 0; check < 40; check++) {
    const limiter = check % 2 ? first : second;
    const result = await limiter.check('a', 1 + (check % 3));
    if (result.allowed) continue;
    waits++;
    expect(result.retryAfterMilliseconds).toBeGreaterThan(0);
    expect(result.retryAfterMilliseconds).toBeLessThanOrEqual(200);
    await sleep(result.retryAfterMilliseconds + 1);
    expect(await limiter.check('a', 1 + (check % 3))).toMatchObject({ allowed: true });
  }
  expect(waits).toBeGreaterThan(5);
});

test('a sliding window never admits more than its limit in any stretch of time', async () => {
  const [limit, windowMilliseconds] = [20, 300];
  const { first, second } = limiters('sliding', limit, windowMilliseconds);
  const admitted: { sentAt: number; answeredAt: number; cost: number }[] = [];
  const end = performance.now() + 4_000;
  const client = async (limiter: RateLimiter) => {
    while (performance.now() < end) {
      await sleep(Math.random() < 0.1 ? Math.random() * 200 : Math.random() * 8);
      const cost = Math.random() < 0.2 ? 3 : 1;
      const sentAt = performance.now();
      const { allowed, source } = await limiter.check('a', cost);
      expect(source).toBe('redis');
      if (allowed) admitted.push({ sentAt, answeredAt: performance.now(), cost });
    }
  };
  await Promise.all([first, second, first, second].map(client));
  // Redis decided between sending and answering: what lies within a window for certain has to fit the limit.
  for (const { sentAt } of admitted) {
    const within = admitted.filter(
      (other) => other.sentAt >= sentAt && other.answeredAt <= sentAt + windowMilliseconds,
    );
    expect(within.reduce((sum, { cost }) => sum + cost, 0)).toBeLessThanOrEqual(limit);
  }
  // And it is the limit that was the bound, not the load.
  expect(admitted.reduce((sum, { cost }) => sum + cost, 0)).toBeGreaterThan(4 * limit);
});

test('the log of a sliding window lives longer than what it has, also under refused checks', async () => {
  const { first } = limiters('sliding', 5, 300);
  const key = keys.slidingWindow(first.policy.name, 'a');
  const end = performance.now() + 1_500;
  while (performance.now() < end) {
    const { allowed } = await first.check('a', Math.random() < 0.5 ? 1 : 3);
    if (allowed) expect(await client.pttl(key)).toBeGreaterThan(280);
    await sleep(Math.random() * 60);
  }
});

test('a counter without an end, or with that of a longer window, is mended', async () => {
  const { first } = limiters('fixed', 100, 1_000);
  const key = keys.fixedWindow(first.policy.name, 'a');
  await client.set(key, '5');
  expect(await first.check('a')).toMatchObject({ allowed: true, remaining: 94, resetMilliseconds: 1_000 });
  expect(await client.pttl(key)).toBeGreaterThan(0);
  const other = keys.fixedWindow(first.policy.name, 'b');
  await client.set(other, '5', 'PX', 600_000);
  expect(await first.check('b')).toMatchObject({ allowed: true, remaining: 94, resetMilliseconds: 1_000 });
  expect(await client.pttl(other)).toBeLessThanOrEqual(1_000);
});

test('a limit that was lowered is told as used up', async () => {
  const { first } = limiters('fixed', 10, 60_000);
  await client.set(keys.fixedWindow(first.policy.name, 'a'), '25', 'PX', 5_000);
  expect(await first.check('a')).toMatchObject({ allowed: false, remaining: 0 });
  const log = limiters('sliding', 2, 60_000).first;
  const { name } = log.policy;
  const wide = createRateLimiter({ client, policy: { ...log.policy, limit: 5 }, instances: 1 });
  for (let time = 0; time < 5; time++) await wide.check('a');
  const result = await log.check('a', 2);
  expect(result).toMatchObject({ allowed: false, remaining: 0, source: 'redis' });
  expect(result.retryAfterMilliseconds).toBeGreaterThan(50_000);
  expect(await client.zcard(keys.slidingWindow(name, 'a'))).toBe(5);
});

test('the end of a window is told alike by those who know it and those who ask', async () => {
  const { first, second } = limiters('fixed', 100, 10_000);
  await first.check('a');
  const [known, asked] = await Promise.all([first.check('a'), second.check('a')]);
  expect(Math.abs(known.resetMilliseconds - asked.resetMilliseconds)).toBeLessThan(200);
  expect(known.resetMilliseconds).toBeLessThanOrEqual(10_200);
});

test('a counter that is lost while its window is known begins a new window with an end', async () => {
  const { first } = limiters('fixed', 100, 10_000);
  const key = keys.fixedWindow(first.policy.name, 'a');
  await first.check('a');
  await first.check('a');
  await client.unlink(key);
  expect(await first.check('a')).toMatchObject({ allowed: true, remaining: 99, resetMilliseconds: 10_000 });
  expect(await client.pttl(key)).toBeGreaterThan(9_000);
});

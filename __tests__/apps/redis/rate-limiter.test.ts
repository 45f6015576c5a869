import { connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import type { RateLimitAlgorithm, RateLimitPolicy } from '../../../apps/redis/rate-limit-policy';
import { createRateLimiter, type RateLimiterOptions } from '../../../apps/redis/rate-limiter';
import { Circuits } from '../../../apps/redis/rate-limiter-circuit';
import { KnownWindows } from '../../../apps/redis/rate-limiter-windows';
import { freePorts } from '../../support/free-ports';

// There is no server: nothing here gets as far as Redis.
let client: RedisClient;
beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  client = connectRedis({ topology: 'standalone', address: { host: '127.0.0.1', port }, username: '', password: '' });
});
afterAll(() => disconnectRedis(client));

const policy: RateLimitPolicy = { name: 'default', algorithm: 'fixed', limit: 100, windowMilliseconds: 60_000 };
const options = (change: Partial<RateLimiterOptions> = {}): RateLimiterOptions => ({
  client,
  policy,
  instances: 2,
  ...change,
});

test.each<[string, Partial<RateLimiterOptions>, string]>([
  ['a name with a quote', { policy: { ...policy, name: 'a"b' } }, `name is 'a"b': give 1 to 64 of a-z`],
  ['no limit', { policy: { ...policy, limit: 0 } }, 'limit is 0: give a whole number from 1 to 1000000'],
  ['a fraction', { policy: { ...policy, limit: 1.5 } }, 'limit is 1.5'],
  [
    'a log that is too long',
    { policy: { ...policy, algorithm: 'sliding', limit: 100_001 } },
    'limit is 100001: give a whole number from 1 to 100000',
  ],
  ['no window', { policy: { ...policy, windowMilliseconds: NaN } }, 'windowMilliseconds is NaN'],
  ['no instances', { instances: 0 }, 'instances is 0: give a whole number from 1 to 100000'],
  ['no deadline', { deadlineMilliseconds: 0 }, 'deadlineMilliseconds is 0'],
  ['no failures', { failuresToOpen: 0 }, 'failuresToOpen is 0'],
  ['no pause', { pauseMilliseconds: 0 }, 'pauseMilliseconds is 0'],
  ['no memory', { maxLocalSubjects: 0 }, 'maxLocalSubjects is 0'],
])('a limiter with %s is refused', (_, change, message) => {
  expect(() => createRateLimiter(options(change))).toThrow(message);
});

test('an unknown algorithm is refused', () => {
  const unknown = { ...policy, algorithm: JSON.parse('"leaky"') as RateLimitAlgorithm };
  expect(() => createRateLimiter(options({ policy: unknown }))).toThrow(
    "algorithm is 'leaky': give 'fixed' or 'sliding'",
  );
});

test('everything wrong with a limiter is told at once', () => {
  const wrong = options({ policy: { ...policy, name: '', limit: -1 }, instances: 0.5 });
  expect(() => createRateLimiter(wrong)).toThrow(/name is ''.*limit is -1.*instances is 0.5/);
});

test.each<[string, Partial<RateLimitPolicy>, string, number, string]>([
  ['no subject', {}, '', 1, 'the subject is empty'],
  ['no cost', {}, 'a', 0, 'the cost is 0: give a whole number from 1 to 100'],
  ['a fraction of a cost', {}, 'a', 0.5, 'the cost is 0.5'],
  ['a cost above the limit', {}, 'a', 101, 'the cost is 101'],
  ['a cost that is too high to log', { algorithm: 'sliding', limit: 5_000 }, 'a', 1_001, 'whole number from 1 to 1000'],
])('a check with %s is refused', async (_, change, subject, cost, message) => {
  const limiter = createRateLimiter(options({ policy: { ...policy, ...change } }));
  await expect(limiter.check(subject, cost)).rejects.toThrow(message);
  await expect(limiter.check(subject, cost)).rejects.toBeInstanceOf(RangeError);
});

describe('a circuit', () => {
  let now = 0;
  let changes: string[] = [];
  let circuits: Circuits;
  const fail = (times: number) => {
    for (let time = 0; time < times; time++) circuits.failed('key');
  };

  beforeEach(() => {
    now = 1_000;
    changes = [];
    circuits = new Circuits({
      client,
      failuresToOpen: 3,
      pauseMilliseconds: 500,
      onChange: (state) => changes.push(state),
      now: () => now,
    });
  });

  test('opens after failures in a row only', () => {
    fail(2);
    circuits.succeeded('key');
    fail(2);
    expect(circuits.admits('key')).toBe(true);
    fail(1);
    expect(circuits.admits('key')).toBe(false);
    expect(changes).toEqual(['open']);
  });

  test('lets one try pass in each pause, and closes when it succeeds', () => {
    fail(10);
    now += 499;
    expect(circuits.admits('key')).toBe(false);
    now += 1;
    expect([circuits.admits('key'), circuits.admits('key')]).toEqual([true, false]);
    fail(1);
    now += 499;
    expect(circuits.admits('key')).toBe(false);
    now += 1;
    expect([circuits.admits('key'), circuits.admits('key')]).toEqual([true, false]);
    circuits.succeeded('key');
    expect([circuits.admits('key'), circuits.admits('key')]).toEqual([true, true]);
    expect(changes).toEqual(['open', 'closed']);
  });
});

describe('known windows', () => {
  const window = { endsAfter: 100, endsBy: 102, left: 0 };

  test('are known until they may have ended', () => {
    const windows = new KnownWindows(10);
    windows.set('a', window);
    expect(windows.find('a', 99.9)).toBe(window);
    expect(windows.find('a', 100)).toBeUndefined();
    expect(windows.find('b', 0)).toBeUndefined();
  });

  test('are a bounded number', () => {
    const windows = new KnownWindows(10);
    for (let subject = 0; subject < 1_000; subject++) windows.set(String(subject), window);
    for (let time = 0; time < 100; time++) windows.set('999', window);
    expect(windows.size).toBe(10);
    expect(windows.find('990', 0)).toBe(window);
    expect(windows.find('989', 0)).toBeUndefined();
  });
});

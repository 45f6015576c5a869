import { LocalRateLimiter } from '../../../apps/redis/local-rate-limiter';
import type { RateLimitAlgorithm } from '../../../apps/redis/rate-limit-policy';

let now = 0;
beforeEach(() => (now = 1_000_000));

const windowMilliseconds = 1_000;

function limiter(algorithm: RateLimitAlgorithm, share = 3, maxSubjects = 100): LocalRateLimiter {
  const policy = { name: 'p', algorithm, limit: 2 * share, windowMilliseconds };
  return new LocalRateLimiter({ policy, share, maxSubjects, now: () => now });
}

/** Deterministic numbers from 0 to 1 (mulberry32). */
function randomNumbers(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each<RateLimitAlgorithm>(['fixed', 'sliding'])('%s: says no more than a window by any clock', (algorithm) => {
  const random = randomNumbers(1);
  const policy = { name: 'p', algorithm, limit: 2, windowMilliseconds: 60_000 };
  const local = new LocalRateLimiter({ policy, share: 1, maxSubjects: 10_000, now: () => now });
  const resets = Array.from({ length: 10_000 }, (_, index) => {
    // With a fraction the sum with the window may be rounded up.
    now = (random() * 1_000_000) / 3;
    return local.check(`subject-${index}`, 1).resetMilliseconds;
  });
  expect(new Set(resets)).toEqual(new Set([60_000]));
});

test.each<RateLimitAlgorithm>(['fixed', 'sliding'])('%s: admits its share and says what is left', (algorithm) => {
  const local = limiter(algorithm);
  const common = { limit: 6, source: 'local' };
  expect(local.check('a', 1)).toEqual({
    ...common,
    allowed: true,
    remaining: 2,
    resetMilliseconds: 1_000,
    retryAfterMilliseconds: 0,
  });
  now += 400;
  expect(local.check('a', 2)).toMatchObject({ allowed: true, remaining: 0, resetMilliseconds: 600 });
  expect(local.check('a', 1)).toEqual({
    ...common,
    allowed: false,
    remaining: 0,
    resetMilliseconds: 600,
    retryAfterMilliseconds: 600,
  });
  expect(local.check('b', 3)).toMatchObject({ allowed: true, remaining: 0 });
});

test('a fixed window gives everything back at its end, a sliding one what has left it', () => {
  const [fixed, sliding] = [limiter('fixed'), limiter('sliding')];
  for (const local of [fixed, sliding]) local.check('a', 1);
  now += 400;
  for (const local of [fixed, sliding]) local.check('a', 2);
  now += 599;
  for (const local of [fixed, sliding]) expect(local.check('a', 1).allowed).toBe(false);
  now += 1;
  expect(fixed.check('a', 1)).toMatchObject({ allowed: true, remaining: 2, resetMilliseconds: 1_000 });
  expect(sliding.check('a', 2)).toMatchObject({ allowed: false, remaining: 1, retryAfterMilliseconds: 400 });
  expect(sliding.check('a', 1)).toMatchObject({ allowed: true, remaining: 0, resetMilliseconds: 400 });
});

test.each<RateLimitAlgorithm>(['fixed', 'sliding'])('%s: what is refused spends nothing', (algorithm) => {
  const local = limiter(algorithm);
  local.check('a', 2);
  for (let time = 0; time < 50; time++) expect(local.check('a', 2).allowed).toBe(false);
  expect(local.check('a', 1).allowed).toBe(true);
});

test.each<RateLimitAlgorithm>(['fixed', 'sliding'])('%s: a cost above the share is refused', (algorithm) => {
  expect(limiter(algorithm).check('a', 4)).toMatchObject({
    allowed: false,
    remaining: 3,
    retryAfterMilliseconds: windowMilliseconds,
  });
});

test.each([1, 2, 3, 4, 5])('a sliding window never admits more than its share: random trace %i', (seed) => {
  const random = randomNumbers(seed);
  const share = 1 + Math.floor(random() * 500);
  const local = limiter('sliding', share);
  const admitted: { at: number; cost: number }[] = [];
  for (let check = 0; check < 5_000; check++) {
    now += random() < 0.1 ? random() * 300 : random() * 2;
    const cost = 1 + Math.floor(random() * Math.min(3, share));
    if (local.check('a', cost).allowed) admitted.push({ at: now, cost });
  }
  for (const [last, { at }] of admitted.entries()) {
    let spent = 0;
    for (let index = last; index >= 0; index--) {
      const entry = admitted[index];
      if (!entry || entry.at <= at - windowMilliseconds) break;
      spent += entry.cost;
    }
    expect(spent).toBeLessThanOrEqual(share);
  }
  expect(admitted.length).toBeGreaterThan(share);
});

test.each([11, 12, 13])('waiting for as long as it says is enough, and little less is not: trace %i', (seed) => {
  const random = randomNumbers(seed);
  const local = limiter('sliding', 20);
  let refusals = 0;
  for (let check = 0; check < 2_000; check++) {
    now += random() * 20;
    const cost = 1 + Math.floor(random() * 3);
    const { allowed, retryAfterMilliseconds } = local.check('a', cost);
    if (allowed) continue;
    refusals++;
    now += retryAfterMilliseconds - 1;
    // What is told is rounded up to a millisecond.
    if (local.check('a', cost).allowed) throw new Error('told to wait too long');
    now += 1;
    expect(local.check('a', cost).allowed).toBe(true);
  }
  expect(refusals).toBeGreaterThan(10);
});

test('remembers a bounded number of subjects and forgets the one not seen for longest', () => {
  const local = limiter('fixed', 1, 100);
  local.check('active', 1);
  for (let subject = 0; subject < 10_000; subject++) {
    local.check(String(subject), 1);
    if (subject % 50 === 0) expect(local.check('active', 1).allowed).toBe(false);
  }
  expect(local.size).toBe(100);
  expect(local.check('9999', 1).allowed).toBe(false);
  expect(local.check('0', 1).allowed).toBe(true);
});

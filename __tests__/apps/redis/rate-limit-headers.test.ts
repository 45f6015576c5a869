import { rateLimitHeaders } from '../../../apps/redis/rate-limit-headers';
import type { RateLimitPolicy, RateLimitResult } from '../../../apps/redis/rate-limit-policy';

const policy: RateLimitPolicy = { name: 'default', algorithm: 'fixed', limit: 100, windowMilliseconds: 60_000 };
const allowed: RateLimitResult = {
  allowed: true,
  limit: 100,
  remaining: 50,
  resetMilliseconds: 30_000,
  retryAfterMilliseconds: 0,
  source: 'redis',
};
const refused: RateLimitResult = { ...allowed, allowed: false, remaining: 0, retryAfterMilliseconds: 30_000 };

test('the example of the draft', () => {
  expect(rateLimitHeaders({ policy, result: allowed })).toEqual({
    'RateLimit-Policy': '"default";q=100;w=60',
    RateLimit: '"default";r=50;t=30',
  });
});

test.each([
  [1, '1'],
  [999, '1'],
  [1_000, '1'],
  [1_001, '2'],
])('%i ms are told as %s s: nobody who waits comes early', (milliseconds, seconds) => {
  const result = { ...refused, resetMilliseconds: milliseconds, retryAfterMilliseconds: milliseconds };
  expect(rateLimitHeaders({ policy: { ...policy, windowMilliseconds: milliseconds }, result })).toEqual({
    'RateLimit-Policy': `"default";q=100;w=${seconds}`,
    RateLimit: `"default";r=0;t=${seconds}`,
    'Retry-After': seconds,
  });
});

test('several policies share the headers; the longest wait counts', () => {
  const login: RateLimitPolicy = { ...policy, name: 'login', limit: 20 };
  const later = { ...refused, retryAfterMilliseconds: 31_000 };
  expect(rateLimitHeaders({ policy, result: refused }, { policy: login, result: later })).toEqual({
    'RateLimit-Policy': '"default";q=100;w=60, "login";q=20;w=60',
    RateLimit: '"default";r=0;t=30, "login";r=0;t=30',
    'Retry-After': '31',
  });
  expect(rateLimitHeaders({ policy, result: refused }, { policy: login, result: allowed })['Retry-After']).toBe('30');
});

import { readPolicy, readRetryAfterSeconds, readState } from '../../../apps/exercise/rate-limit-headers';

test.each([
  ['one item', '"fixed";q=100;w=10'],
  ['several items', '"default";q=20000;w=10, "fixed";q=100;w=10'],
  ['a name with a comma', '"a, b";q=1;w=1,"fixed";q=100;w=10'],
  ['other parameters and another order', '"fixed";pk=:Zm9v:;w=10; q=100;qu="requests"'],
])('a policy is read from %s', (_case, header) => {
  expect(readPolicy({ 'ratelimit-policy': header }, 'fixed')).toEqual({ quota: 100, windowSeconds: 10 });
});

test('a policy is read from repeated fields', () => {
  const headers = { 'ratelimit-policy': ['"default";q=1;w=1', '"fixed";q=100;w=10'] };
  expect(readPolicy(headers, 'fixed')).toEqual({ quota: 100, windowSeconds: 10 });
});

test('a state is read', () => {
  expect(readState({ ratelimit: '"fixed";r=0;t=7' }, 'fixed')).toEqual({ remaining: 0, resetSeconds: 7 });
});

test.each([
  ['none', undefined, 'none'],
  ['another policy', '"sliding";q=100;w=10', `'"sliding";q=100;w=10'`],
  ['a name without quotes', 'fixed;q=100;w=10', "'fixed;q=100;w=10'"],
  ['no window', '"fixed";q=100', `'"fixed";q=100'`],
  ['no number', '"fixed";q=many;w=10', `'"fixed";q=many;w=10'`],
  ['a fraction', '"fixed";q=1.5;w=10', `'"fixed";q=1.5;w=10'`],
  ['a negative number', '"fixed";q=-1;w=10', `'"fixed";q=-1;w=10'`],
  ['the old form', 'limit=100, window=10', "'limit=100, window=10'"],
])('a policy is refused: %s', (_case, header, seen) => {
  expect(() => readPolicy({ 'ratelimit-policy': header }, 'fixed')).toThrow(
    `expected RateLimit-Policy: "fixed";q=n;w=n, seen ${seen}`,
  );
});

test('Retry-After is read in seconds', () => {
  expect(readRetryAfterSeconds({ 'retry-after': '12' })).toBe(12);
});

test.each([undefined, '0', '-1', '1.5', 'soon', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
  'Retry-After %s is refused',
  (text) => {
    expect(() => readRetryAfterSeconds({ 'retry-after': text })).toThrow('expected Retry-After: whole seconds from 1');
  },
);

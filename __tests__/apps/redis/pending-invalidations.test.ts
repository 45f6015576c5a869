import { allOwedMessage, owedMessage, parseInvalidation } from '../../../apps/redis/cache-messages';
import type { InvalidationOutcome } from '../../../apps/redis/cache-options';
import { PendingInvalidations } from '../../../apps/redis/pending-invalidations';
import { StaleKeys } from '../../../apps/redis/stale-keys';

const retentionMilliseconds = 60_000;

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** Redis, which refuses some keys or all. */
function site(maximum = 100) {
  const refused = { all: true, keys: new Set<string>() };
  const sent: string[] = [];
  const messages: string[] = [];
  const outcomes: InvalidationOutcome[] = [];
  const stale = new StaleKeys(maximum);
  const pending = new PendingInvalidations({
    ...{ cache: 'resources', retentionMilliseconds, maximum, stale },
    send: (key, version) => {
      sent.push(`${version} ${key}`);
      return refused.all || refused.keys.has(key) ? Promise.reject(new Error('MISCONF')) : Promise.resolve();
    },
    publish: (message) => {
      messages.push(message);
      return Promise.reject(new Error('not delivered'));
    },
    onOutcome: (outcome) => outcomes.push(outcome),
  });
  return { refused, sent, messages, outcomes, stale, pending };
}

const elapse = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

test('an invalidation is tried at most once a second until it is carried out, and reads go past the cache until then', async () => {
  const { refused, sent, outcomes, stale, pending } = site();
  pending.add('a', 3);
  expect(stale.covers('a')).toBe(true);
  expect(stale.covers('b')).toBe(false);
  await elapse(30_000);
  expect(sent.length).toBeGreaterThan(25);
  expect(sent.length).toBeLessThan(75);
  expect(new Set(sent)).toEqual(new Set(['3 a']));
  refused.all = false;
  await elapse(1_000);
  expect(outcomes).toEqual(['pending', 'late']);
  expect(stale.covers('a')).toBe(false);
  expect(jest.getTimerCount()).toBe(0);
});

test('of several of a key the newest is sent, and an older one that was carried out settles nothing', async () => {
  const { refused, sent, stale, pending } = site();
  pending.add('a', 4);
  pending.add('a', 2);
  expect(pending.size).toBe(1);
  expect(pending.settle('a', 3)).toBe(false);
  expect(stale.covers('a')).toBe(true);
  refused.all = false;
  await elapse(1_000);
  expect(sent.at(-1)).toBe('4 a');
  expect(stale.covers('a')).toBe(false);
});

test('it is tried for as long as the cache can have what it would have removed, and not longer', async () => {
  const { outcomes, stale, pending, sent } = site();
  pending.add('a', 1);
  await elapse(retentionMilliseconds - 1_000);
  expect(outcomes).toEqual(['pending']);
  expect(stale.covers('a')).toBe(true);
  await elapse(3_000);
  expect(outcomes).toEqual(['pending', 'expired']);
  expect(stale.covers('a')).toBe(false);
  const tries = sent.length;
  await elapse(10_000);
  expect(sent).toHaveLength(tries);
});

test('those that fail hold up no others', async () => {
  const { refused, outcomes, pending } = site(1_000);
  for (let id = 0; id < 500; id++) {
    pending.add(String(id), 1);
    if (id < 250) refused.keys.add(String(id));
  }
  refused.all = false;
  await elapse(5_000);
  expect(outcomes.filter((outcome) => outcome === 'late')).toHaveLength(250);
  expect(pending.size).toBe(250);
});

test('all processes are notified at once, and again with each try', async () => {
  const { messages, pending } = site();
  pending.add('a', 7);
  expect(messages).toEqual([`owed 7 ${retentionMilliseconds} a`]);
  await elapse(1_000);
  expect(messages.length).toBeGreaterThan(1);
  expect(parseInvalidation(messages.at(-1) ?? '')).toMatchObject({ kind: 'owed', key: 'a', version: 7 });
});

test('one more than fits makes every key stale for a while, and is not kept', async () => {
  const { refused, messages, outcomes, stale, pending } = site(2);
  for (const key of ['a', 'b', 'c']) pending.add(key, 1);
  expect(pending.size).toBe(2);
  expect(outcomes).toEqual(['pending', 'pending', 'failed']);
  expect(messages.at(-1)).toBe(`owed * ${retentionMilliseconds} resources`);
  expect(stale.covers('unheard of')).toBe(true);
  refused.all = false;
  await elapse(2_000);
  expect(pending.size).toBe(0);
  expect(stale.covers('unheard of')).toBe(true);
  await elapse(retentionMilliseconds);
  expect(stale.covers('unheard of')).toBe(false);
});

test('the end of a process tries each again, for the last time', async () => {
  const { refused, outcomes, pending } = site(1_000);
  for (let id = 0; id < 300; id++) pending.add(String(id), 1);
  refused.all = false;
  refused.keys.add('5');
  await pending.close();
  expect(outcomes.filter((outcome) => outcome === 'late')).toHaveLength(299);
  expect(outcomes.at(-1)).toBe('failed');
  expect(jest.getTimerCount()).toBe(0);
});

test('stale keys that don’t fit make all stale; those that have expired make place', async () => {
  const stale = new StaleKeys(2);
  stale.mark('a', 1, 1_000);
  stale.mark('b', 1, 5_000);
  await elapse(2_000);
  stale.mark('c', 1, 5_000);
  expect(['a', 'b', 'c'].map((key) => stale.covers(key))).toEqual([false, true, true]);
  stale.mark('d', 1, 1_000);
  expect(stale.covers('a')).toBe(true);
  await elapse(1_000);
  expect(['a', 'b'].map((key) => stale.covers(key))).toEqual([false, true]);
  expect(stale.size).toBe(2);
});

test('messages say what they said', () => {
  expect(parseInvalidation('42 cache:resource:a b')).toEqual({ kind: 'done', key: 'cache:resource:a b', version: 42 });
  expect(parseInvalidation(owedMessage('cache:resource:a b', 42, 99.2))).toEqual({
    ...{ kind: 'owed', key: 'cache:resource:a b', version: 42, milliseconds: 100 },
  });
  expect(parseInvalidation(allOwedMessage('resources', 100))).toEqual({
    ...{ kind: 'allOwed', cache: 'resources', milliseconds: 100 },
  });
  expect(parseInvalidation('something of a later version')).toBeUndefined();
});

import { Locks, type LocksOptions } from '../../../apps/redis/lock';
import { LocksOverloadedError, LockTimeoutError } from '../../../apps/redis/lock-errors';
import { RedisUnavailableError } from '../../../apps/redis/unavailability';
import { acquired, elapse, MemoryLocks, outcome } from '../../support/memory-locks';

let store: MemoryLocks;

beforeEach(() => {
  jest.useFakeTimers();
  store = new MemoryLocks();
});

afterEach(() => {
  jest.useRealTimers();
});

const locksOf = (options: Partial<LocksOptions> = {}) =>
  new Locks(store, { instance: 'api-1', ttlMilliseconds: 9_000, ...options });

describe('a lock that is taken', () => {
  test('is refused at once to whoever does not wait', async () => {
    const locks = locksOf();
    await acquired(locks);
    store.calls.length = 0;
    expect(await locks.tryAcquire('report')).toBeUndefined();
    expect(store.calls).toEqual([]);
    store.occupy('other', 5_000);
    expect(await locks.tryAcquire('other')).toBeUndefined();
  });

  test('goes to those who wait in this process in the order in which they came', async () => {
    const locks = locksOf();
    const lock = await acquired(locks);
    const order: number[] = [];
    const runs = [1, 2, 3].map((id) => locks.withLock('report', {}, () => Promise.resolve(void order.push(id))));
    await elapse(0);
    store.calls.length = 0;
    expect(order).toEqual([]);
    await lock.release();
    await Promise.all(runs);
    expect(order).toEqual([1, 2, 3]);
    expect(store.calls.filter((call) => call.startsWith('acquire'))).toHaveLength(3);
  });

  test('is asked for by one of them only', async () => {
    store.occupy('report', 60_000);
    const locks = locksOf();
    const waits = Array.from({ length: 20 }, () => locks.acquire('report', { waitMilliseconds: 1_000 }));
    const outcomes = Promise.allSettled(waits);
    await elapse(900);
    expect(store.calls.length).toBeLessThan(15);
    await elapse(200);
    expect((await outcomes).every(({ status }) => status === 'rejected')).toBe(true);
  });

  test('is given up after the wait, with an error that says what to do', async () => {
    store.occupy('report', 60_000);
    const wait = locksOf().acquire('report', { waitMilliseconds: 500 });
    await expect(Promise.all([wait, elapse(501)])).rejects.toThrow(
      "Lock 'report' did not become free within 500 ms: try again later, raise waitMilliseconds, or shorten what its holders do.",
    );
    await expect(wait).rejects.toBeInstanceOf(LockTimeoutError);
  });

  test('is given up when the signal aborts, and given back if it was granted meanwhile', async () => {
    const abort = new AbortController();
    const wait = locksOf().acquire('report', { signal: abort.signal });
    abort.abort(new Error('the request was cancelled'));
    await expect(wait).rejects.toThrow('the request was cancelled');
    await elapse(0);
    expect(store.value('report')).toBeUndefined();
    await expect(locksOf().acquire('report', { signal: abort.signal })).rejects.toThrow('the request was cancelled');
  });

  test('is taken over when it expires without a word', async () => {
    store.occupy('report', 400);
    const wait = locksOf().acquire('report');
    await elapse(399);
    expect(await outcome(wait)).toBe('pending');
    await elapse(300);
    expect((await wait).held).toBe(true);
  });

  test('is waited for without messages when there is nobody to tell them', async () => {
    const notifier = {
      subscribe: () => {
        throw new Error('the subscriptions are closed');
      },
    };
    store.occupy('report', 60_000);
    const wait = locksOf({ notifier }).acquire('report');
    await elapse(1_000);
    store.delete('report');
    await elapse(260);
    expect((await wait).held).toBe(true);
  });

  test('is tried again as soon as its release is told, and never before', async () => {
    const heard: ((message: string) => void)[] = [];
    const subscription = { live: true, confirmed: Promise.resolve(), unsubscribe: jest.fn() };
    const subscribe = (_: string, handler: (message: string) => void) => {
      heard.push(handler);
      return subscription;
    };
    store.occupy('report', 2_000);
    const wait = locksOf({ notifier: { subscribe } }).acquire('report');
    await elapse(100);
    store.calls.length = 0;
    await elapse(1_500);
    expect(store.calls).toEqual([]);
    store.delete('report');
    heard[0]?.('someone:else:');
    const lock = await wait;
    expect(store.calls).toEqual(['contend report']);
    expect(subscription.unsubscribe).not.toHaveBeenCalled();
    await lock.release();
    expect(subscription.unsubscribe).toHaveBeenCalledTimes(1);
  });

  test('is given up when Redis fails, and what may have been executed is undone', async () => {
    const locks = locksOf();
    store.mode = 'fails';
    await expect(locks.acquire('report')).rejects.toThrow('Redis is down');
    expect(store.calls).toEqual(['acquire report', 'release report']);
  });
});

describe('while Redis is away', () => {
  test('a lock that isn’t waited for is refused at once', async () => {
    store.mode = 'away';
    await expect(locksOf().tryAcquire('report')).rejects.toBeInstanceOf(RedisUnavailableError);
    await elapse(20_000);
    // It was never sent, so there is nothing to give back.
    expect(store.calls).toEqual(['acquire report']);
  });

  test('a lock that is waited for is asked for again, less and less often, and acquired when Redis is back', async () => {
    store.mode = 'away';
    const wait = locksOf().acquire('report', { waitMilliseconds: 20_000 });
    await elapse(10_000);
    expect(store.calls.length).toBeGreaterThan(10);
    expect(store.calls.length).toBeLessThan(30);
    store.mode = 'answers';
    await elapse(1_000);
    expect((await wait).held).toBe(true);
  });

  test('the end of the wait is reported otherwise than that of a wait for a busy lock', async () => {
    store.mode = 'away';
    const locks = locksOf();
    const waits = Promise.allSettled([1, 2].map(() => locks.acquire('report', { waitMilliseconds: 500 })));
    await elapse(501);
    for (const settled of await waits) {
      expect(settled).toMatchObject({
        status: 'rejected',
        reason: { name: 'RedisUnavailableError', reason: 'not served within 500 ms: no answer' },
      });
    }
  });

  test('so is a silence', async () => {
    store.mode = 'silent';
    const wait = locksOf().acquire('report', { waitMilliseconds: 500 });
    await expect(Promise.all([wait, elapse(501)])).rejects.toThrow(
      "Redis is unavailable for lock 'report': not served",
    );
  });

  test('what Redis refuses is not waited for', async () => {
    store.mode = 'refuses';
    await expect(locksOf().acquire('report', { waitMilliseconds: 20_000 })).rejects.toThrow('MISCONF');
  });

  test.each(['away', 'fails'] as const)(
    'a lock that a lost try took is given back when Redis is back, for its caller was refused (%s)',
    async (mode) => {
      store.mode = 'away';
      store.happens = true;
      await expect(locksOf({ ttlMilliseconds: 60_000 }).tryAcquire('report')).rejects.toThrow('no answer');
      expect(store.value('report')).toBeDefined();
      store.mode = mode;
      store.happens = false;
      await elapse(10_000);
      expect(store.value('report')).toBeDefined();
      store.mode = 'answers';
      await elapse(1_100);
      expect(store.value('report')).toBeUndefined();
      await elapse(60_000);
      expect(jest.getTimerCount()).toBe(0);
    },
  );

  test('a waiter that gave up leaves no lock behind', async () => {
    store.mode = 'away';
    store.happens = true;
    const abort = new AbortController();
    const wait = locksOf({ ttlMilliseconds: 60_000 }).acquire('report', { signal: abort.signal });
    await elapse(0);
    expect(store.value('report')).toBeDefined();
    store.mode = 'answers';
    abort.abort(new Error('the request was cancelled'));
    await expect(wait).rejects.toThrow('the request was cancelled');
    await elapse(1_100);
    expect(store.value('report')).toBeUndefined();
  });

  test('a lock whose holder could not give it back is given back later, and not after its TTL', async () => {
    const locks = locksOf({ ttlMilliseconds: 9_000 });
    const lock = await acquired(locks);
    store.mode = 'away';
    await expect(lock.release()).rejects.toBeInstanceOf(RedisUnavailableError);
    await elapse(3_000);
    store.mode = 'answers';
    await elapse(1_100);
    expect(store.value('report')).toBeUndefined();

    await acquired(locks, 'other').then((other) => {
      store.mode = 'away';
      return other.release().catch(() => undefined);
    });
    await elapse(10_000);
    store.calls.length = 0;
    await elapse(10_000);
    expect(store.calls).toEqual([]);
    expect(jest.getTimerCount()).toBe(0);
  });
});

test('more callers than may wait are refused at once, and so are more locks than may be left to be given back', async () => {
  const locks = locksOf({ maximumWaiting: 3, ttlMilliseconds: 60_000 });
  store.mode = 'away';
  store.happens = true;
  const wait = (name: string) => locks.acquire(name, { waitMilliseconds: 500 });
  const waits = Promise.allSettled(['a', 'b', 'c'].map(wait));
  await expect(wait('d')).rejects.toBeInstanceOf(LocksOverloadedError);
  await elapse(501);
  await waits;
  // Three may have been taken.
  await expect(wait('e')).rejects.toThrow("Lock 'e': 3 callers of this process wait for locks already");
  store.mode = 'answers';
  await elapse(1_100);
  expect(await wait('f')).toMatchObject({ held: true });
});

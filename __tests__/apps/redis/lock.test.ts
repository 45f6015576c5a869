import { Locks, type LocksOptions } from '../../../apps/redis/lock';
import { LockLostError, LockTimeoutError } from '../../../apps/redis/lock-errors';
import type { Lock } from '../../../apps/redis/lock-lease';
import { MemoryLocks } from '../../support/memory-locks';

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

const elapse = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

const extensions = () => store.calls.filter((call) => call.startsWith('extend')).length;

/** The outcome of a promise that has settled, or 'pending'. */
async function outcome(promise: Promise<unknown>): Promise<unknown> {
  let seen: unknown = 'pending';
  promise.then(
    (value) => (seen = value),
    (error: unknown) => (seen = error),
  );
  await elapse(0);
  return seen;
}

async function acquired(locks: Locks, name = 'report'): Promise<Lock> {
  const lock = await locks.tryAcquire(name);
  if (!lock) throw new Error(`${name} is taken`);
  return lock;
}

describe('a lock that is held', () => {
  test('is extended at a third of its TTL and lives on beyond it', async () => {
    const lock = await acquired(locksOf());
    await elapse(2_300);
    expect(extensions()).toBe(0);
    await elapse(1_000);
    expect(extensions()).toBe(1);
    await elapse(30_000);
    expect(lock.held).toBe(true);
    expect(store.value('report')).toBeDefined();
  });

  test('starts no timer of its own', async () => {
    const locks = locksOf();
    await acquired(locks, 'a');
    const timers = jest.getTimerCount();
    await acquired(locks, 'b');
    await acquired(locks, 'c');
    expect(jest.getTimerCount()).toBe(timers);
  });

  test('leaves no timer behind when all are released', async () => {
    const locks = locksOf();
    for (const name of ['a', 'b']) await (await acquired(locks, name)).release();
    await elapse(10_000);
    expect(jest.getTimerCount()).toBe(0);
    expect(extensions()).toBe(0);
  });

  test('is extended together with others that are due soon', async () => {
    const locks = locksOf();
    await acquired(locks, 'a');
    await elapse(300);
    await acquired(locks, 'b');
    await elapse(2_700);
    expect(extensions()).toBe(2);
  });

  test.each(['fails', 'silent'] as const)('is lost before its TTL is over if Redis %s', async (mode) => {
    const lost: LockLostError[] = [];
    const lock = await acquired(locksOf({ observer: { onLost: (error) => lost.push(error) } }));
    store.mode = mode;
    await elapse(8_000);
    expect(lock.signal.aborted).toBe(false);
    await elapse(101);
    expect(lock.held).toBe(false);
    expect(lock.signal.reason).toBeInstanceOf(LockLostError);
    expect(lock.signal.reason).toMatchObject({ lockName: 'report' });
    expect(lost).toEqual([lock.signal.reason]);
    expect(store.value('report')).toBeDefined();
  });

  test('survives an outage that ends in time', async () => {
    const lock = await acquired(locksOf());
    store.mode = 'fails';
    await elapse(7_000);
    store.mode = 'answers';
    await elapse(20_000);
    expect(lock.held).toBe(true);
  });

  test('is lost when it was deleted, by the next extension', async () => {
    const lock = await acquired(locksOf());
    const { signal } = lock;
    store.delete('report');
    await elapse(3_100);
    expect(signal.aborted).toBe(true);
    expect(String(signal.reason)).toMatch(/^LockLostError: Lock 'report' was lost: Redis does not have it any more/);
    expect(await lock.release()).toBe(false);
  });

  test('knows that it is over after a pause of the process, before any timer fires', async () => {
    const lock = await acquired(locksOf());
    const { signal } = lock;
    const sleepUntil = performance.now() + 8_200;
    jest.spyOn(performance, 'now').mockReturnValue(sleepUntil);
    expect(lock.held).toBe(false);
    expect(await lock.release()).toBe(false);
    expect(signal.aborted).toBe(true);
    jest.restoreAllMocks();
  });

  test('counts its TTL from when it was asked for, not from the answer', async () => {
    const acquire = store.acquire.bind(store);
    jest.spyOn(store, 'acquire').mockImplementation(async (...args) => {
      const reply = await acquire(...args);
      await new Promise((resolve) => setTimeout(resolve, 5_000));
      return reply;
    });
    const pending = locksOf().tryAcquire('report');
    await elapse(5_000);
    const lock = await pending;
    store.mode = 'silent';
    await elapse(3_000);
    expect(lock?.held).toBe(true);
    await elapse(101);
    expect(lock?.held).toBe(false);
  });

  test('is waited for no longer than it would last when its release is not confirmed', async () => {
    const lock = await acquired(locksOf());
    store.mode = 'silent';
    const release = lock.release();
    await elapse(8_000);
    expect(await outcome(release)).toBe('pending');
    await elapse(101);
    expect(await outcome(release)).toBe(false);
  });
});

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

  test('is given up when Redis fails, and what may have been executed is undone', async () => {
    const locks = locksOf();
    store.mode = 'fails';
    await expect(locks.acquire('report')).rejects.toThrow('Redis is down');
    expect(store.calls).toEqual(['acquire report', 'release report']);
  });
});

describe('work under a lock', () => {
  test('whose lock was lost meanwhile fails, whatever it returned', async () => {
    const work = locksOf().withLock('report', {}, async (signal) => {
      store.delete('report');
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'done';
    });
    await expect(Promise.all([work, elapse(4_000)])).rejects.toBeInstanceOf(LockLostError);
  });

  test('that throws gives the lock back and keeps its error', async () => {
    const work = locksOf().withLock('report', {}, () => Promise.reject(new Error('no paper')));
    await expect(work).rejects.toThrow('no paper');
    expect(store.value('report')).toBeUndefined();
  });

  test('that is done stays done if the lock can not be given back', async () => {
    const failed: unknown[] = [];
    const locks = locksOf({ observer: { onReleaseFailed: (name, error) => failed.push(name, String(error)) } });
    const work = locks.withLock('report', {}, () => {
      store.mode = 'fails';
      return Promise.resolve('done');
    });
    expect(await work).toBe('done');
    expect(failed).toEqual(['report', 'Error: Redis is down']);
  });
});

describe('a fencing token', () => {
  test('is minted once, and shown to others with the next extension', async () => {
    let last = 6n;
    const locks = locksOf({ mintFence: () => Promise.resolve(++last) });
    const lock = await acquired(locks);
    expect(await locks.holder('report')).toEqual({ instance: 'api-1', fencingToken: undefined });
    expect([await lock.fencingToken(), await lock.fencingToken()]).toEqual([7n, 7n]);
    await lock.extend();
    expect(await locks.holder('report')).toEqual({ instance: 'api-1', fencingToken: 7n });
    expect(await lock.release()).toBe(true);
    expect(await locks.holder('report')).toBeUndefined();
  });

  test('is refused to a holder that lost the lock while it was minted', async () => {
    const mintFence = () => new Promise<bigint>((resolve) => setTimeout(() => resolve(8n), 9_000));
    const lock = await acquired(locksOf({ mintFence }));
    store.mode = 'silent';
    const token = lock.fencingToken();
    await expect(Promise.all([token, elapse(9_000)])).rejects.toBeInstanceOf(LockLostError);
  });

  test('needs somebody who mints it', async () => {
    await expect((await acquired(locksOf())).fencingToken()).rejects.toThrow(
      "Lock 'report' has no fencing tokens: pass mintFence to new Locks().",
    );
  });
});

test('the value of a lock names its holder, and no token begins with another', async () => {
  const locks = locksOf({ instance: 'host:1234' });
  for (let index = 0; index < 40; index++) await (await acquired(locks, 'report')).release();
  await acquired(locks, 'report');
  expect(await locks.holder('report')).toMatchObject({ instance: 'host:1234' });
  expect(store.value('report')).toMatch(/^host:1234:[\w-]+:$/);
});

test('closed locks are given back, and waits for them end', async () => {
  const locks = locksOf();
  const lock = await acquired(locks);
  const wait = expect(locks.acquire('report')).rejects.toThrow('The locks are closed: the process is stopping.');
  await locks.close();
  await wait;
  expect(lock.held).toBe(false);
  expect(store.value('report')).toBeUndefined();
  await expect(locks.acquire('report')).rejects.toThrow("Lock 'report' can't be acquired: the locks are closed.");
});

test.each([
  [() => locksOf({ ttlMilliseconds: 49 }), 'ttlMilliseconds of a lock is 49; use an integer of 50 or more.'],
  [() => locksOf().acquire('a', { ttlMilliseconds: 1.5 }), 'ttlMilliseconds of a lock is 1.5'],
  [() => locksOf().acquire('a', { waitMilliseconds: -1 }), "waitMilliseconds of lock 'a' is -1; use 0 or more."],
  [() => locksOf().acquire('a', { waitMilliseconds: NaN }), "waitMilliseconds of lock 'a' is NaN"],
  [() => locksOf().tryAcquire(''), "Lock name '' is empty or has braces"],
  [() => locksOf().tryAcquire('a{b}'), "Lock name 'a{b}' is empty or has braces"],
])('refuses nonsense %#', async (call, message) => {
  await expect((async () => call())()).rejects.toThrow(message);
  expect(store.calls).toEqual([]);
});

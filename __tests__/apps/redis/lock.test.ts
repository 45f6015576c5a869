import { Locks, type LocksOptions } from '../../../apps/redis/lock';
import { LockLostError } from '../../../apps/redis/lock-errors';
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

const extensions = () => store.calls.filter((call) => call.startsWith('extend')).length;

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

import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../../apps/local-platform/daemon';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import { Locks, type LocksOptions } from '../../../apps/redis/lock';
import { LockLostError } from '../../../apps/redis/lock-errors';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { masterFaults, strikeMaster } from '../../support/cluster-faults';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

interface Process {
  readonly client: RedisClient;
  readonly locks: Locks;
}

let cluster: TestCluster;
let processes: Process[];
let a: Process;
let b: Process;

/** What another process of the application would have: its own connection, subscriptions and locks. */
async function startProcess(instance: string, options: Partial<LocksOptions> = {}): Promise<Process> {
  const client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 5_000);
  const locks = new Locks(client, { instance, notifier: new Subscriptions(client), ...options });
  const started = { client, locks };
  processes.push(started);
  return started;
}

beforeAll(async () => {
  cluster = await startRedisCluster();
  processes = [];
  a = await startProcess('a');
  b = await startProcess('b');
});

afterAll(async () => {
  await Promise.all(processes.map(({ locks }) => locks.close()));
  await Promise.all(processes.map(({ client }) => disconnectRedis(client)));
  await cluster.stop();
});

/** Counts how many are in a critical section at once. */
function criticalSection(milliseconds: number) {
  const seen = { now: 0, most: 0, runs: 0 };
  const enter = async () => {
    seen.most = Math.max(seen.most, ++seen.now);
    await sleep(milliseconds);
    seen.now--;
    seen.runs++;
  };
  return { seen, enter };
}

test('50 contenders of two processes hold a lock one at a time, and lose little time between them', async () => {
  const { seen, enter } = criticalSection(5);
  const start = performance.now();
  await Promise.all(
    Array.from({ length: 50 }, (_, index) => (index % 2 ? a : b).locks.withLock('contended', {}, enter)),
  );
  expect(seen).toEqual({ now: 0, most: 1, runs: 50 });
  expect(performance.now() - start).toBeLessThan(2_000);
});

test('no process starves another: all of its turns do not come in one row', async () => {
  const order: string[] = [];
  const run = (name: string, { locks }: Process) =>
    locks.withLock('fair', {}, async () => {
      order.push(name);
      await sleep(2);
    });
  await Promise.all(Array.from({ length: 30 }, () => [run('a', a), run('b', b)]).flat());
  expect(order).toHaveLength(60);
  const firstOfB = order.indexOf('b');
  const lastOfA = order.lastIndexOf('a');
  expect(firstOfB).toBeLessThan(30);
  expect(lastOfA).toBeGreaterThan(firstOfB);
});

test('only the owner releases and extends a lock', async () => {
  const lock = await a.locks.acquire('owned', { ttlMilliseconds: 5_000 });
  expect(await b.locks.tryAcquire('owned')).toBeUndefined();
  await a.client.set(keys.lock('owned'), 'b:someone-else:', 'PX', 5_000);
  expect(await lock.release()).toBe(false);
  expect(await a.locks.holder('owned')).toEqual({ instance: 'b', fencingToken: undefined });
  await a.client.del(keys.lock('owned'));
});

test('a lock of a process that died is free after its TTL', async () => {
  await a.client.set(keys.lock('orphan'), 'dead:process:', 'PX', 700);
  const start = performance.now();
  const lock = await b.locks.acquire('orphan');
  expect(performance.now() - start).toBeGreaterThan(600);
  expect(performance.now() - start).toBeLessThan(1_200);
  await lock.release();
});

test('extension keeps a lock beyond its TTL', async () => {
  const lock = await a.locks.acquire('long', { ttlMilliseconds: 300 });
  const start = performance.now();
  while (performance.now() - start < 1_200) {
    expect(await b.locks.tryAcquire('long')).toBeUndefined();
    await sleep(50);
  }
  expect(lock.held).toBe(true);
  expect(await lock.release()).toBe(true);
});

test('a holder hears that its lock was deleted', async () => {
  const work = a.locks.withLock('deleted', { ttlMilliseconds: 600 }, async (signal) => {
    await a.client.del(keys.lock('deleted'));
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  });
  await expect(work).rejects.toBeInstanceOf(LockLostError);
});

test('a waiter of another process gets a released lock within milliseconds', async () => {
  const delays: number[] = [];
  for (let round = 0; round < 10; round++) {
    const lock = await a.locks.acquire('handed-over');
    const waiting = b.locks.acquire('handed-over');
    await waitUntil(async () => (await a.client.exists(keys.lockAwaited('handed-over'))) === 1, 1_000);
    // Until the subscription stands the waiter asks again and again, which would hide a message that doesn't come.
    await sleep(150);
    const start = performance.now();
    await lock.release();
    await (await waiting).release();
    delays.push(performance.now() - start);
  }
  delays.sort((x, y) => x - y);
  expect(delays[5]).toBeLessThan(50);
});

test('a lock is acquired once although the reply of the first command was lost', async () => {
  const resending = await startProcess('resent');
  if (!('nodes' in resending.client)) throw new Error('not a cluster');
  const masters = resending.client.nodes('master');
  await Promise.all(masters.map((master) => master.ping()));
  const waiting = resending.locks.acquire('resent');
  // The command is under way: when its connection breaks, the client sends it again.
  for (const { stream } of masters) stream.destroy();
  const lock = await waiting;
  expect(lock.held).toBe(true);
  expect(await resending.locks.holder('resent')).toMatchObject({ instance: 'resent' });
  expect(await lock.release()).toBe(true);
});

describe.each(masterFaults)('%s of the master of a lock that is held', (fault) => {
  test('leaves no two holders, and no stale write passes the fence', async () => {
    const name = `during ${fault}`;
    // What a database does: mint tokens that grow, and refuse a write with one that is not the newest.
    const fence = { minted: 0n, writes: [] as bigint[], refused: 0 };
    const mintFence = () => Promise.resolve(++fence.minted);
    const write = (token: bigint) => {
      if (token < fence.minted) fence.refused++;
      else fence.writes.push(token);
    };
    const contenders = await Promise.all(
      ['c', 'd'].map((instance) => startProcess(`${instance} ${fault}`, { mintFence })),
    );
    const seen = { believers: 0, most: 0, terms: 0 };
    const stop = new AbortController();
    const contend = async ({ locks }: Process) => {
      while (!stop.signal.aborted) {
        const work = locks.withLock(
          name,
          { ttlMilliseconds: 3_000, waitMilliseconds: 30_000, signal: stop.signal },
          async (signal, lock) => {
            const token = await lock.fencingToken();
            seen.most = Math.max(seen.most, ++seen.believers);
            seen.terms++;
            for (let step = 0; step < 20 && !signal.aborted && !stop.signal.aborted; step++) {
              write(token);
              await sleep(20);
            }
            seen.believers--;
          },
        );
        await work.catch((error: unknown) => {
          if (!(error instanceof LockLostError) && !stop.signal.aborted) throw error;
        });
      }
    };
    const runs = contenders.map(contend);
    await waitUntil(() => seen.terms > 0, 5_000);
    const shard = await strikeMaster(cluster, fault, keys.lock(name));
    await shard.promoted();
    const termsBefore = seen.terms;
    const goesOn = await waitUntil(() => seen.terms > termsBefore + 2, 15_000);
    stop.abort();
    await Promise.all(runs);
    await shard.repair();

    expect(goesOn).toBe(true);
    // Tokens of accepted writes never go back: a deposed holder writes nothing once its successor has a token.
    expect(fence.writes).toEqual([...fence.writes].sort((x, y) => Number(x - y)));
    expect(seen.most).toBe(1);
  });
});

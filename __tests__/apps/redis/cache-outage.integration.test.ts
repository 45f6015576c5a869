import { keys } from '../../../apps/redis/keys';
import { countResults, startCacheProcess, VersionedSource, type CacheProcess } from '../../support/cache-process';
import { strikeMaster } from '../../support/cluster-faults';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let source: VersionedSource;
let process_: CacheProcess;

const deadlineMilliseconds = 100;
/** The deadline, its last tick, the load, and a machine that does other things as well. */
const inTimeMilliseconds = 1_000;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

beforeEach(async () => {
  source = new VersionedSource();
  process_ = await startCacheProcess(cluster, source, { deadlineMilliseconds, maxConcurrentLoads: 4 });
  await eventually(async () => (await process_.client.get(keys.cachedResource('warm-up'))) === null);
});

afterEach(() => process_.end());

/** Freezes all servers while `during` runs. */
async function frozen(during: () => Promise<void>): Promise<void> {
  const pids = cluster.nodes.map(({ name }) => cluster.pid(name));
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await during();
  } finally {
    for (const pid of pids) process.kill(pid, 'SIGCONT');
  }
}

async function timed<T>(run: () => Promise<T>): Promise<{ value: T; milliseconds: number }> {
  const start = performance.now();
  const value = await run();
  return { value, milliseconds: performance.now() - start };
}

test('frozen servers: the source answers in time, once for all who ask, by few loads at a time', async () => {
  const { cache, observed } = process_;
  const ids = Array.from({ length: 40 }, (_, index) => `frozen-${index}`);
  for (const id of ids) source.write(id, 'value');
  await frozen(async () => {
    const { value: reads, milliseconds } = await timed(() =>
      Promise.all(Array.from({ length: 1_000 }, (_, index) => cache.get(ids[index % ids.length] ?? ''))),
    );
    expect(countResults(reads)).toEqual({ bypass: 1_000 });
    expect(reads.every(({ value }) => value === 'value')).toBe(true);
    expect(milliseconds).toBeGreaterThanOrEqual(deadlineMilliseconds - 1);
    expect(milliseconds).toBeLessThan(inTimeMilliseconds);
    expect(source.loads).toBe(ids.length);
    expect(source.mostRunning).toBe(4);
    expect(observed.errors).toHaveLength(ids.length);
    expect(observed.errors[0]?.error.message).toBe('Redis is unavailable for a cache read: no answer within 100 ms');
  });
  await eventually(async () => (await cache.get('frozen-0')).result === 'hit');
});

test('an invalidation that Redis doesn’t take is reported and made good when it is back', async () => {
  const { cache, client, observed } = process_;
  source.write('owed', 'old');
  await cache.get('owed');
  await frozen(async () => {
    const version = source.write('owed', 'new');
    const { value: done, milliseconds } = await timed(() => cache.invalidate('owed', version));
    expect(done).toBe(false);
    expect(milliseconds).toBeLessThan(inTimeMilliseconds);
    expect(observed.invalidations).toEqual(['pending']);
  });
  await eventually(() => observed.invalidations.includes('late'));
  expect(await client.get(keys.cachedResource('owed'))).not.toContain('old');
  await eventually(async () => (await cache.get('owed')).value === 'new');
});

test('a load whose result Redis doesn’t take is answered all the same', async () => {
  const { cache, observed } = process_;
  source.write('unstored', 'value');
  source.hold();
  const read = cache.get('unstored');
  await eventually(() => source.running > 0);
  await frozen(async () => {
    source.release();
    expect(await read).toMatchObject({ value: 'value', result: 'miss' });
    expect(observed.errors.map(({ operation }) => operation)).toEqual(['store']);
  });
});

test('a killed master: its keys come from the source, the others from Redis, and all again from Redis', async () => {
  const { cache } = process_;
  const ids = Array.from({ length: 60 }, (_, index) => `shard-${index}`);
  for (const id of ids) source.write(id, 'value');
  await Promise.all(ids.map((id) => cache.get(id)));
  const shard = await strikeMaster(cluster, 'kill -9', keys.cachedResource('shard-0'));
  try {
    const { value: reads, milliseconds } = await timed(() => Promise.all(ids.map((id) => cache.get(id))));
    expect(milliseconds).toBeLessThan(inTimeMilliseconds);
    expect(reads.every(({ value }) => value === 'value')).toBe(true);
    expect(reads[0]?.result).toBe('bypass');
    expect(countResults(reads).hit).toBeGreaterThan(10);
    await shard.promoted();
    await eventually(async () => {
      const { hit, miss } = countResults(await Promise.all(ids.map((id) => cache.get(id))));
      return (hit ?? 0) + (miss ?? 0) === ids.length;
    }, 20_000);
  } finally {
    await shard.repair();
  }
});

import { keys } from '../../../apps/redis/keys';
import { countResults, startCacheProcess, VersionedSource, type CacheProcess } from '../../support/cache-process';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let source: VersionedSource;
const processes: CacheProcess[] = [];

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

beforeEach(() => {
  source = new VersionedSource();
});

afterEach(() => Promise.all(processes.splice(0).map((process) => process.end())));

async function start(options?: Parameters<typeof startCacheProcess>[2]): Promise<CacheProcess> {
  const process = await startCacheProcess(cluster, source, options);
  processes.push(process);
  return process;
}

/** Waits until a load has read its row, and is held. */
const loadHeld = () => eventually(() => source.running > 0);

const lease = (id: string) => keys.cacheLease(keys.cachedResource(id));

describe('reading through', () => {
  test('10,000 gets of a cold key over two processes load it once', async () => {
    const [first, second] = [await start(), await start()];
    source.write('stampede', 'value');
    source.hold();
    const reads = Array.from({ length: 10_000 }, (_, index) =>
      (index % 2 === 0 ? first : second).cache.get('stampede'),
    );
    await loadHeld();
    source.release();
    const results = await Promise.all(reads);
    expect(source.loads).toBe(1);
    expect(results.every(({ value }) => value === 'value')).toBe(true);
    expect(countResults(results)).toEqual({ miss: 1, shared: 9_999 });
    const gets = [first, second].map(({ observed }) => Object.values(observed.gets).reduce((sum, n) => sum + n, 0));
    expect(gets).toEqual([5_000, 5_000]);
  });

  test('the first get misses, later ones hit, in every process', async () => {
    const [first, second] = [await start(), await start()];
    source.write('simple', 'value');
    expect(await first.cache.get('simple')).toMatchObject({ value: 'value', result: 'miss' });
    expect(await first.cache.get('simple')).toMatchObject({ value: 'value', result: 'hit' });
    expect(await second.cache.get('simple')).toMatchObject({ value: 'value', result: 'hit' });
    expect(source.loads).toBe(1);
  });

  test('what the loader throws reaches all who wait for it, is not kept and gives the lease back', async () => {
    const { cache, client, observed } = await start();
    source.write('failing', 'failure');
    source.hold();
    const reads = Array.from({ length: 50 }, () => cache.get('failing'));
    await loadHeld();
    source.release();
    const outcomes = await Promise.allSettled(reads);
    expect(outcomes.every((outcome) => outcome.status === 'rejected')).toBe(true);
    await expect(reads[49]).rejects.toThrow('the source failed for failing');
    expect(source.loads).toBe(1);
    await eventually(async () => (await client.exists(lease('failing'))) === 0);
    expect(await client.exists(keys.cachedResource('failing'))).toBe(0);
    source.write('failing', 'healthy');
    expect(await cache.get('failing')).toMatchObject({ value: 'healthy', result: 'miss' });
    expect(observed.loads).toEqual({ miss: 2 });
  });

  test('a process that waited for a failed load of another one loads by itself', async () => {
    const [first, second] = [await start(), await start()];
    source.write('handed-over', 'failure');
    source.hold();
    const failing = first.cache.get('handed-over');
    await loadHeld();
    const waiting = second.cache.get('handed-over');
    source.write('handed-over', 'healthy');
    source.release();
    await expect(failing).rejects.toThrow('the source failed');
    expect(await waiting).toMatchObject({ value: 'healthy', result: 'miss' });
  });

  test('the lease of a crashed holder runs out and someone else loads', async () => {
    const { cache, client } = await start();
    source.write('crashed', 'value');
    await client.set(lease('crashed'), 'a process that is gone', 'PX', 400);
    const begin = performance.now();
    expect(await cache.get('crashed')).toMatchObject({ value: 'value', result: 'miss' });
    expect(performance.now() - begin).toBeGreaterThan(300);
    expect(await client.exists(lease('crashed'))).toBe(0);
  });

  test('only its owner gives a lease back', async () => {
    const { cache, client } = await start();
    source.write('owned', 'failure');
    source.hold();
    const read = cache.get('owned');
    await loadHeld();
    await client.set(lease('owned'), 'the next owner', 'PX', 1_000);
    const begin = performance.now();
    source.release();
    await expect(read).rejects.toThrow('the source failed');
    source.write('owned', 'healthy');
    expect(await cache.get('owned')).toMatchObject({ value: 'healthy', result: 'miss' });
    expect(performance.now() - begin).toBeGreaterThan(900);
  });

  test('an entry that can’t be read is reported and loaded again', async () => {
    const { cache, client, observed } = await start();
    source.write('garbled', 'value');
    await client.set(keys.cachedResource('garbled'), 'v1 of another format', 'PX', 60_000);
    expect(await cache.get('garbled')).toMatchObject({ value: 'value', result: 'miss' });
    expect(await cache.get('garbled')).toMatchObject({ value: 'value', result: 'hit' });
    expect(observed.errors.map(({ operation }) => operation)).toEqual(['decode']);
  });
});

describe('a write that races a load', () => {
  test('a load that began before the write isn’t stored, nor given to those who come after', async () => {
    const { cache, client, observed } = await start();
    source.write('overtaken', 'old');
    source.hold();
    const read = cache.get('overtaken');
    await loadHeld();
    const version = source.write('overtaken', 'new');
    expect(await cache.invalidate('overtaken', version)).toBe(true);
    const later = cache.get('overtaken');
    source.release();
    expect(await read).toMatchObject({ value: 'old' });
    expect(await later).toMatchObject({ value: 'new' });
    expect(observed.stores.sort()).toEqual([false, true]);
    expect(await client.get(keys.cachedResource('overtaken'))).toMatch(/^v2 .*"new"$/);
  });

  test('a load that saw the write is stored, though the invalidation comes meanwhile', async () => {
    const [first, second] = [await start(), await start()];
    source.write('seen', 'old');
    const version = source.write('seen', 'new');
    source.hold();
    const read = first.cache.get('seen');
    await loadHeld();
    await second.cache.invalidate('seen', version);
    source.release();
    expect(await read).toMatchObject({ value: 'new', result: 'miss' });
    expect(first.observed.stores).toEqual([true]);
    expect(await second.cache.get('seen')).toMatchObject({ value: 'new', result: 'hit' });
  });

  test('a late and older invalidation spares what is newer', async () => {
    const { cache } = await start();
    source.write('late', 'first');
    source.write('late', 'second');
    await cache.get('late');
    await cache.invalidate('late', 2);
    await cache.invalidate('late', 1);
    expect(await cache.get('late')).toMatchObject({ value: 'second', result: 'hit' });
  });

  test('behind a tombstone the past isn’t stored: a replica of the source lags', async () => {
    const { cache, observed } = await start();
    source.write('lagging', 'old');
    await cache.invalidate('lagging', 2);
    expect(await cache.get('lagging')).toMatchObject({ value: 'old', result: 'miss' });
    expect(await cache.get('lagging')).toMatchObject({ value: 'old', result: 'miss' });
    expect(observed.stores).toEqual([false, false]);
    source.write('lagging', 'new');
    await cache.get('lagging');
    expect(await cache.get('lagging')).toMatchObject({ value: 'new', result: 'hit' });
  });

  test('a load whose lease ran out isn’t stored: what happened since isn’t known', async () => {
    const { cache, client, observed } = await start();
    source.write('expired', 'value');
    source.hold();
    const read = cache.get('expired');
    await loadHeld();
    await client.unlink(lease('expired'));
    source.release();
    expect(await read).toMatchObject({ value: 'value' });
    expect(observed.stores).toEqual([false]);
    expect(await client.exists(keys.cachedResource('expired'))).toBe(0);
  });

  test.each([0, 1.5, -3, NaN])('version %d is refused', async (version) => {
    const { cache } = await start();
    await expect(cache.invalidate('any', version)).rejects.toThrow(`version is ${version}: give a whole number from 1`);
  });
});

describe('negative caching', () => {
  test('an absence is known to all for a short time, until something is written', async () => {
    const [first, second] = [await start({ negativeTtlMilliseconds: 4_000 }), await start()];
    expect(await first.cache.get('absent')).toMatchObject({ value: undefined, result: 'miss' });
    expect(await first.cache.get('absent')).toMatchObject({ value: undefined, result: 'negative' });
    expect(await second.cache.get('absent')).toMatchObject({ value: undefined, result: 'negative' });
    expect(source.loads).toBe(1);
    const ttl = await first.client.pttl(keys.cachedResource('absent'));
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(4_000);
    await first.cache.invalidate('absent', source.write('absent', 'created'));
    expect(await second.cache.get('absent')).toMatchObject({ value: 'created', result: 'miss' });
  });

  test('an absence that was loaded before the write isn’t stored', async () => {
    const { cache, observed } = await start();
    source.hold();
    const read = cache.get('created');
    await loadHeld();
    await cache.invalidate('created', source.write('created', 'value'));
    source.release();
    expect(await read).toMatchObject({ value: undefined });
    expect(observed.stores).toEqual([false]);
    expect(await cache.get('created')).toMatchObject({ value: 'value', result: 'miss' });
  });

  test('after a deletion neither the old value comes back nor is the absence forgotten', async () => {
    const { cache, client } = await start();
    const version = source.write('deleted', 'value');
    await cache.get('deleted');
    source.rows.delete('deleted');
    await cache.invalidate('deleted', version + 1);
    expect(await cache.get('deleted')).toMatchObject({ value: undefined, result: 'miss' });
    expect(await cache.get('deleted')).toMatchObject({ value: undefined, result: 'negative' });
    expect(await client.get(keys.cachedResource('deleted'))).toMatch(/^n2 /);
  });

  test('it can be turned off', async () => {
    const { cache, client } = await start({ negativeTtlMilliseconds: 0 });
    await cache.get('off');
    expect(await cache.get('off')).toMatchObject({ value: undefined, result: 'miss' });
    expect(source.loads).toBe(2);
    expect(await client.exists(keys.cachedResource('off'), lease('off'))).toBe(0);
  });
});

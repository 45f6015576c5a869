import { withNodeAdmin } from '../../../apps/local-platform/redis/admin';
import { keys } from '../../../apps/redis/keys';
import { startCacheProcess, VersionedSource, type CacheProcess } from '../../support/cache-process';
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

describe('early refresh', () => {
  test('one of two processes refreshes while all are served', async () => {
    // A huge β makes every reader want to refresh.
    const both = [await start({ earlyRefreshBeta: 1e9 }), await start({ earlyRefreshBeta: 1e9 })];
    const [first] = both;
    source.write('ageing', 'old');
    await first?.cache.get('ageing');
    const storedAt = await first?.client.get(keys.cachedResource('ageing'));
    source.write('ageing', 'new');
    source.hold();
    await Promise.all(both.map(({ cache }) => cache.get('ageing')));
    await loadHeld();
    for (let round = 0; round < 20; round++) {
      const reads = await Promise.all(both.map(({ cache }) => cache.get('ageing')));
      expect(reads.map(({ value, result }) => `${value} ${result}`)).toEqual(['old hit', 'old hit']);
    }
    expect(source.loads).toBe(2);
    source.release();
    await eventually(async () => (await first?.client.get(keys.cachedResource('ageing'))) !== storedAt);
    expect(await first?.cache.get('ageing')).toMatchObject({ value: 'new', result: 'hit' });
  });

  test('a refresh that fails leaves the value in place and is reported', async () => {
    const { cache, observed } = await start({ earlyRefreshBeta: 1e9 });
    source.write('unlucky', 'value');
    await cache.get('unlucky');
    source.write('unlucky', 'failure');
    await cache.get('unlucky');
    await eventually(() => observed.errors.length > 0);
    expect(observed.errors[0]).toMatchObject({ operation: 'refresh', error: { message: /the source failed/ } });
    expect(await cache.get('unlucky')).toMatchObject({ value: 'value', result: 'hit' });
  });

  test('a refresh that an invalidation overtakes isn’t stored', async () => {
    const { cache, client, observed } = await start({ earlyRefreshBeta: 1e9 });
    source.write('raced', 'old');
    await cache.get('raced');
    source.hold();
    await cache.get('raced');
    await loadHeld();
    await cache.invalidate('raced', source.write('raced', 'new'));
    source.release();
    await eventually(() => observed.stores.length === 2);
    expect(observed.stores).toEqual([true, false]);
    expect(await client.get(keys.cachedResource('raced'))).toBe('t2');
  });
});

describe('time to live', () => {
  test('entries live within the jitter’s range and don’t expire together', async () => {
    const { cache, client } = await start({ ttlMilliseconds: 100_000, ttlJitter: 0.2, maxConcurrentLoads: 50 });
    const ids = Array.from({ length: 200 }, (_, index) => `jitter-${index}`);
    for (const id of ids) source.write(id, 'value');
    const begin = performance.now();
    await Promise.all(ids.map((id) => cache.get(id)));
    const ttls = await Promise.all(ids.map((id) => client.pttl(keys.cachedResource(id))));
    expect(Math.max(...ttls)).toBeLessThanOrEqual(100_000);
    expect(Math.min(...ttls)).toBeGreaterThan(80_000 - (performance.now() - begin) - 1);
    expect(Math.max(...ttls) - Math.min(...ttls)).toBeGreaterThan(10_000);
  });

  test('every key that a cache leaves behind has one', async () => {
    const { cache } = await start();
    source.write('ttl-value', 'value');
    source.write('ttl-failure', 'failure');
    source.hold();
    const held = cache.get('ttl-value');
    await loadHeld();
    const leases = (await allKeys()).filter(({ key }) => key.startsWith('cache-lease:'));
    source.release();
    await Promise.allSettled([held, cache.get('ttl-failure'), cache.get('ttl-absent'), cache.invalidate('ttl-new', 2)]);
    const left = await allKeys();
    expect(leases.length).toBeGreaterThan(0);
    expect(left.length).toBeGreaterThan(3);
    expect([...leases, ...left].filter(({ ttl }) => ttl <= 0)).toEqual([]);
  });

  async function allKeys(): Promise<{ key: string; ttl: number }[]> {
    return (await Promise.all(cluster.nodes.map(({ name, port }) => keysOf(name, port)))).flat();
  }

  /** All keys of a node with their TTL. */
  function keysOf(name: string, port: number): Promise<{ key: string; ttl: number }[]> {
    return withNodeAdmin(cluster.directory, { name, port }, async (admin) => {
      const [, ...names] = (await admin('SCAN', 0, 'COUNT', 100_000)).split(',');
      const found = [];
      for (const key of names) {
        // A replica redirects; its master is asked as well.
        const ttl = await admin('PTTL', key).catch(() => undefined);
        if (ttl !== undefined && ttl !== '-2') found.push({ key, ttl: Number(ttl) });
      }
      return found;
    });
  }
});

import { setTimeout as sleep } from 'node:timers/promises';
import { convergeCluster } from '../../../apps/local-platform/redis/cluster';
import { startNode } from '../../../apps/local-platform/redis/node';
import { keys } from '../../../apps/redis/keys';
import { startCacheProcess, VersionedSource, type CacheProcess } from '../../support/cache-process';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { breakerUser, refusing, type RefusalName } from '../../support/server-refusals';

let cluster: TestCluster;
let source: VersionedSource;
const processes: CacheProcess[] = [];

beforeAll(async () => {
  cluster = await startRedisCluster({ users: () => breakerUser });
});

afterAll(() => cluster.stop());

beforeEach(() => {
  source = new VersionedSource();
});

afterEach(() => Promise.all(processes.splice(0).map((process) => process.end())));

/** A process that keeps values for a moment, as the api does, and so gets the messages of others. */
async function start(options: Parameters<typeof startCacheProcess>[2] = {}): Promise<CacheProcess> {
  const process = await startCacheProcess(cluster, source, {
    deadlineMilliseconds: 300,
    local: { ttlMilliseconds: 1 },
    ...options,
  });
  processes.push(process);
  await process.subscribed;
  return process;
}

const valueIn = async ({ cache }: CacheProcess, id: string) => (await cache.get(id)).value;
const stored = ({ client }: CacheProcess, id: string) => client.get(keys.cachedResource(id));

/** What a process that changes nothing else may take to get a message, on a machine that does other things as well. */
const messageMilliseconds = 1_000;

test('refused by servers that can’t write: every process that gets messages reads what is true, until it is carried out', async () => {
  const [writer, reader] = [await start(), await start()];
  source.write('refused', 'old');
  for (const process of [writer, reader]) expect(await valueIn(process, 'refused')).toBe('old');
  await refusing(cluster, 'MISCONF', async () => {
    const version = source.write('refused', 'new');
    expect(await writer.cache.invalidate('refused', version)).toBe(false);
    expect(await writer.cache.get('refused')).toMatchObject({ value: 'new', result: 'bypass' });
    await eventually(async () => (await valueIn(reader, 'refused')) === 'new', messageMilliseconds);
    expect(await reader.cache.get('refused')).toMatchObject({ value: 'new', result: 'bypass' });
    // A process that begins later gets one of the messages that are repeated.
    const late = await start();
    await eventually(async () => (await valueIn(late, 'refused')) === 'new', 2 * messageMilliseconds);
    // It is no read of Redis that was lucky: that has the old value all the time.
    expect(await stored(reader, 'refused')).toContain('old');
    expect(writer.observed.invalidations.filter((outcome) => outcome !== 'received')).toEqual(['pending']);
  });
  await eventually(() => writer.observed.invalidations.includes('late'));
  expect(await stored(reader, 'refused')).not.toContain('old');
  for (const process of processes) {
    await eventually(async () => /^(hit|local)$/.test((await process.cache.get('refused')).result), 3_000);
    expect(await valueIn(process, 'refused')).toBe('new');
  }
});

test.each<RefusalName>(['MISCONF', 'NOREPLICAS', 'BUSY', 'CLUSTERDOWN'])(
  'refused by servers that say %s: each of many is carried out soon after they serve again',
  async (name) => {
    const writer = await start();
    const ids = Array.from({ length: 250 }, (_, index) => `${name}-${index}`);
    for (const id of ids) source.write(id, 'old');
    await Promise.all(ids.map((id) => writer.cache.get(id)));
    await refusing(cluster, name, async () => {
      const done = await Promise.all(ids.map((id) => writer.cache.invalidate(id, source.write(id, 'new'))));
      expect(new Set(done)).toEqual(new Set([false]));
      const reads = await Promise.all(ids.map((id) => valueIn(writer, id)));
      expect(new Set(reads)).toEqual(new Set(['new']));
    });
    const late = () => writer.observed.invalidations.filter((outcome) => outcome === 'late');
    await eventually(() => late().length === ids.length, 20_000);
    const left = await Promise.all(ids.map((id) => stored(writer, id)));
    expect(left.filter((text) => text?.includes('old'))).toEqual([]);
  },
);

test('all servers killed: it is carried out when they are back', async () => {
  const writer = await start({ ttlMilliseconds: 600_000 });
  source.write('killed', 'old');
  await writer.cache.get('killed');
  // What was stored has to be on disk, or there would be nothing to invalidate.
  await sleep(1_500);
  const names = cluster.nodes.map((node) => node.name);
  for (const name of names) process.kill(cluster.pid(name), 'SIGKILL');
  expect(await writer.cache.invalidate('killed', source.write('killed', 'new'))).toBe(false);
  expect(await valueIn(writer, 'killed')).toBe('new');
  await Promise.all(cluster.nodes.map((node) => startNode(cluster.directory, node)));
  await convergeCluster(cluster, () => undefined);
  await eventually(() => writer.observed.invalidations.includes('late'), 20_000);
  expect(await stored(writer, 'killed')).not.toContain('old');
});

describe('more than a process keeps', () => {
  const limits = { maxPendingInvalidations: 20, ttlMilliseconds: 3_000, loadTimeoutMilliseconds: 500 };

  test('make all reads go to the source until what they would have removed has expired, in memory that doesn’t grow', async () => {
    const options = { ...limits, tombstoneMilliseconds: 500, negativeTtlMilliseconds: 0 };
    const [writer, reader] = [await start(options), await start(options)];
    const ids = Array.from({ length: 2_000 }, (_, index) => `flood-${index}`);
    const [last = ''] = ids.slice(-1);
    source.write(last, 'old');
    for (const process of [writer, reader]) expect(await valueIn(process, last)).toBe('old');
    await refusing(cluster, 'MISCONF', async () => {
      for (const id of ids) source.write(id, 'new');
      await Promise.all(ids.map((id) => writer.cache.invalidate(id, 2)));
      const { invalidations } = writer.observed;
      expect(invalidations.filter((outcome) => outcome === 'pending')).toHaveLength(20);
      expect(invalidations.filter((outcome) => outcome === 'failed')).toHaveLength(ids.length - 20);
      expect(await writer.cache.get(last)).toMatchObject({ value: 'new', result: 'bypass' });
      await eventually(async () => (await valueIn(reader, last)) === 'new', messageMilliseconds);
      expect(await reader.cache.get(last)).toMatchObject({ value: 'new', result: 'bypass' });
      expect(await stored(reader, last)).toContain('old');
    });
    for (const process of [writer, reader]) {
      await eventually(async () => (await process.cache.get(last)).result !== 'bypass', 10_000);
      expect(await valueIn(process, last)).toBe('new');
    }
  });
});

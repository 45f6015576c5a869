import { keys } from '../../../apps/redis/keys';
import { startCacheProcess, VersionedSource, type CacheProcess } from '../../support/cache-process';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { killSubscriberConnections } from '../../support/subscriber-connections';

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

/** A process whose local tier hears of invalidations already. */
async function start(ttlMilliseconds = 60_000): Promise<CacheProcess> {
  const process = await startCacheProcess(cluster, source, { local: { ttlMilliseconds } });
  processes.push(process);
  await process.subscribed;
  return process;
}

const get = async ({ cache }: CacheProcess, id: string) => {
  const { value, result } = await cache.get(id);
  return `${value} ${result}`;
};

test('a value is served from the process after the first read', async () => {
  const process = await start();
  source.write('kept', 'value');
  expect([await get(process, 'kept'), await get(process, 'kept')]).toEqual(['value miss', 'value local']);
});

test('an absence is known in the process too', async () => {
  const process = await start();
  await get(process, 'nothing');
  await process.client.unlink(keys.cachedResource('nothing'));
  expect(await get(process, 'nothing')).toBe('undefined negative');
});

test('for a short time only', async () => {
  const process = await start(50);
  source.write('short', 'value');
  await get(process, 'short');
  await eventually(async () => (await get(process, 'short')) === 'value hit');
});

test('an invalidation of any process is seen by all of them', async () => {
  const [first, second] = [await start(), await start()];
  source.write('shared', 'old');
  await get(first, 'shared');
  await get(second, 'shared');
  expect([await get(first, 'shared'), await get(second, 'shared')]).toEqual(['old local', 'old local']);
  await second.cache.invalidate('shared', source.write('shared', 'new'));
  expect(await get(second, 'shared')).toBe('new miss');
  await eventually(async () => (await get(first, 'shared')).startsWith('new'));
  expect(first.observed.invalidations).toEqual(['received']);
});

test('the process that invalidates sees its own change at once', async () => {
  const process = await start();
  for (let round = 1; round <= 50; round++) {
    const version = source.write('own', `value ${round}`);
    await process.cache.invalidate('own', version);
    const [found] = await Promise.all([get(process, 'own'), get(process, 'own')]);
    expect(found).toBe(`value ${round} miss`);
  }
});

test('a read that began before an invalidation isn’t kept', async () => {
  const [first, second] = [await start(), await start()];
  source.write('passed', 'value');
  source.hold();
  const read = first.cache.get('passed');
  await eventually(() => source.running > 0);
  await second.cache.invalidate('passed', 1);
  await eventually(() => first.observed.invalidations.includes('received'));
  source.release();
  // It saw the change, so Redis has it; this process can't know that.
  expect(await read).toMatchObject({ value: 'value', result: 'miss' });
  expect(await get(first, 'passed')).toBe('value hit');
  expect(await get(first, 'passed')).toBe('value local');
});

test('a lost subscription empties the tier and keeps it out of use until it stands again', async () => {
  const process = await start();
  source.write('unheard', 'old');
  await get(process, 'unheard');
  expect(await get(process, 'unheard')).toBe('old local');
  // A change that this process isn't told of.
  const changed = await process.client.get(keys.cachedResource('unheard'));
  await process.client.set(keys.cachedResource('unheard'), String(changed).replace('old', 'new'), 'PX', 60_000);
  expect(await get(process, 'unheard')).toBe('old local');
  expect(await killSubscriberConnections(cluster)).toBe(1);
  await eventually(async () => (await get(process, 'unheard')) === 'new hit');
  await eventually(async () => (await get(process, 'unheard')) === 'new local');
});

test('without a subscription the tier isn’t used', async () => {
  const process = await start();
  process.subscriptions.close();
  source.write('deaf', 'value');
  await get(process, 'deaf');
  expect([await get(process, 'deaf'), await get(process, 'deaf')]).toEqual(['value hit', 'value hit']);
});

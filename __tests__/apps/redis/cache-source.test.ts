import { cacheNumbers, type CacheOptions, type Loaded } from '../../../apps/redis/cache-options';
import { CacheLoadTimeoutError, CacheOverloadedError, CacheSource } from '../../../apps/redis/cache-source';

type Load = CacheOptions<string>['load'];

/** A source whose loads end when they are told to. */
function controlledSource(options: Partial<CacheOptions<string>> = {}) {
  const running: { id: string; signal: AbortSignal; finish(found?: Loaded<string>): void; fail(error: Error): void }[] =
    [];
  const load: Load = (id, signal) =>
    new Promise((resolve, reject) => running.push({ id, signal, finish: resolve, fail: reject }));
  // The source never touches the client.
  const all = { name: 'rows', key: (id: string) => id, load, ...options } as CacheOptions<string>;
  return { source: new CacheSource(all, cacheNumbers(all)), running };
}

const microtasks = () => new Promise((resolve) => setImmediate(resolve));

test('few loads run at a time, the others in the order they came', async () => {
  const { source, running } = controlledSource({ maxConcurrentLoads: 2 });
  const loads = ['a', 'b', 'c', 'd'].map((id) => source.load(id, 'miss'));
  await microtasks();
  expect(running.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(source.busy).toBe(true);
  running[1]?.finish({ value: 'B', version: 1 });
  await microtasks();
  expect(running.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  running[0]?.fail(new Error('no'));
  await expect(loads[0]).rejects.toThrow('no');
  await microtasks();
  expect(running.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd']);
  running[2]?.finish();
  running[3]?.finish();
  expect((await loads[1])?.found).toEqual({ value: 'B', version: 1 });
  expect((await loads[3])?.found).toBeUndefined();
  expect(source.busy).toBe(false);
});

test('more waiting loads than allowed are refused, with the settings to change', async () => {
  const { source, running } = controlledSource({ maxConcurrentLoads: 1, maxWaitingLoads: 1 });
  const first = source.load('a', 'miss');
  const second = source.load('b', 'miss');
  await expect(source.load('c', 'miss')).rejects.toThrow(CacheOverloadedError);
  await expect(source.load('c', 'miss')).rejects.toThrow(/1 loads run and 1 wait; raise maxConcurrentLoads/);
  running[0]?.finish();
  await first;
  await microtasks();
  running[1]?.finish();
  await second;
});

test('a load that takes too long is given up and told so, but counts until it ends', async () => {
  const { source, running } = controlledSource({ maxConcurrentLoads: 1, loadTimeoutMilliseconds: 20 });
  await expect(source.load('a', 'miss')).rejects.toThrow(CacheLoadTimeoutError);
  expect(running[0]?.signal.aborted).toBe(true);
  expect(source.busy).toBe(true);
  running[0]?.finish();
  await microtasks();
  expect(source.busy).toBe(false);
});

test('the wait for a turn counts too, and who gave up takes no turn', async () => {
  const { source, running } = controlledSource({ maxConcurrentLoads: 1, loadTimeoutMilliseconds: 20 });
  const first = source.load('a', 'miss');
  const second = source.load('b', 'miss');
  await expect(first).rejects.toThrow('within 20 ms');
  await expect(second).rejects.toThrow('within 20 ms');
  running[0]?.finish();
  await microtasks();
  expect(running).toHaveLength(1);
  expect(source.busy).toBe(false);
});

test.each([0, -1, 1.5, NaN, 2 ** 53])('version %d is refused', async (version) => {
  const { source, running } = controlledSource();
  const load = source.load('a', 'miss');
  await microtasks();
  running[0]?.finish({ value: 'A', version });
  await expect(load).rejects.toThrow(`version is ${version}: give a whole number from 1`);
});

test('the observer hears of every load and its kind', async () => {
  const heard: string[] = [];
  const { source, running } = controlledSource({
    observer: { onLoad: (reason, outcome, seconds) => heard.push(`${reason} ${outcome} ${seconds < 1}`) },
  });
  const loads = [source.load('a', 'miss'), source.load('b', 'refresh'), source.load('c', 'bypass')];
  await microtasks();
  running[0]?.finish({ value: 'A', version: 1 });
  running[1]?.finish();
  running[2]?.fail(new Error('no'));
  await Promise.allSettled(loads);
  expect(heard).toEqual(['miss value true', 'refresh absence true', 'bypass error true']);
});

describe('settings', () => {
  test('every setting out of range is named with its value and range', () => {
    const options = { ttlMilliseconds: 0, ttlJitter: 1.5, maxConcurrentLoads: 2.5, earlyRefreshBeta: Infinity };
    expect(() => controlledSource(options)).toThrow(
      "Cache 'rows': ttlMilliseconds is 0: give a whole number from 1; ttlJitter is 1.5: give a number from 0 to 1; " +
        'earlyRefreshBeta is Infinity: give a number from 0; maxConcurrentLoads is 2.5: give a whole number from 1',
    );
  });

  test('the defaults are in range', () => {
    expect(() => controlledSource()).not.toThrow();
  });
});

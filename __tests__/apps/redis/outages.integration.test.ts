import { setTimeout as sleep } from 'node:timers/promises';
import { convergeCluster } from '../../../apps/local-platform/redis/cluster';
import { startNode } from '../../../apps/local-platform/redis/node';
import { awaitReady } from '../../../apps/redis/client';
import { CacheOverloadedError } from '../../../apps/redis/cache-source';
import type { Lock } from '../../../apps/redis/lock-lease';
import { LocksOverloadedError } from '../../../apps/redis/lock-errors';
import { RedisUnavailableError } from '../../../apps/redis/unavailability';
import { eventually } from '../../support/eventually';
import { importedFromLibrary, libraryExports, methodsOf } from '../../support/library-surface';
import { outageCases, type OutageCase } from '../../support/outage-cases';
import { heldLock, keptCommands, liveBytes, openSite, type OutageSite } from '../../support/outage-site';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { ask, breakerUser } from '../../support/server-refusals';
import { data } from '../../support/session-store';

jest.setTimeout(300_000);

/** Most commands that a connection keeps, and most that have none: the default of `connectRedis`. */
const maximumCommands = 5_000;

/** What a connection says on its own account when it begins. */
const ownCommands = 5;

/** What a machine may add that does other things as well; to a flood, the processor time of its calls. */
const slackMilliseconds = 1_000;
const floodMilliseconds = 15_000;

const mebibyte = 1024 * 1024;

const cases = Object.entries(outageCases).filter((entry): entry is [string, OutageCase] => entry[1] !== 'local');
const floods = cases.filter(([, { flood = 1, needsLock = false }]) => flood > 0 && !needsLock);

let cluster: TestCluster;
let token: string;
let calls = 0;
const sites: OutageSite[] = [];

beforeAll(async () => {
  cluster = await startRedisCluster({ users: () => breakerUser });
});

afterAll(async () => {
  await Promise.all(sites.map((site) => site.end()));
  await cluster.stop();
});

/** Opens a site, connected to a cluster that runs. */
async function connectedSite(queueName: string): Promise<OutageSite> {
  const site = openSite(cluster.settings('app'), queueName);
  sites.push(site);
  await awaitReady(site.client, 10_000);
  ({ token } = await site.sessions.create('a user', data));
  return site;
}

const inputs = (site: OutageSite, lock?: Lock) => ({ site, token, lock, id: `outage-${calls++}` });

/** What a call comes to, and whether it does so in the time that is stated for it. */
async function expectInTime({ call, within, outcome }: OutageCase, site: OutageSite, lock?: Lock): Promise<void> {
  const begin = performance.now();
  const [settled] = await Promise.allSettled([call(inputs(site, lock))]);
  expect(performance.now() - begin).toBeLessThan(within + slackMilliseconds);
  if (outcome) outcome(settled);
  else expect(settled).toEqual({ status: 'rejected', reason: expect.any(RedisUnavailableError) as unknown });
}

const shedding = [RedisUnavailableError, LocksOverloadedError, CacheOverloadedError];

/** Calls at the same time: all settle in time, and the client keeps no more commands than it may. */
async function expectBounded({ call, within, outcome, flood = 20_000 }: OutageCase, site: OutageSite): Promise<void> {
  const begin = performance.now();
  const settling = Promise.allSettled(Array.from({ length: flood }, () => call(inputs(site))));
  let settled: PromiseSettledResult<unknown>[] | undefined;
  void settling.then((results) => (settled = results));
  while (!settled) {
    const { waiting, most } = keptCommands(site.client);
    expect(waiting).toBeLessThanOrEqual(maximumCommands);
    expect(most).toBeLessThanOrEqual(maximumCommands + ownCommands);
    await sleep(5);
  }
  expect(performance.now() - begin).toBeLessThan(within + slackMilliseconds + floodMilliseconds);
  const others = settled.filter(
    (one) => one.status === 'fulfilled' || !shedding.some((type) => one.reason instanceof type),
  );
  if (outcome) others.forEach(outcome);
  else expect(others).toEqual([]);
}

/** All keys, and of streams how many entries they have. */
async function contents(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const node of cluster.nodes.filter(({ startsAsMaster }) => startsAsMaster)) {
    for (const key of (await ask(cluster, node, 'KEYS', '*')).split('\n').filter((line) => line !== '')) {
      found.set(key, key.includes('stream') ? await ask(cluster, node, 'XLEN', key) : '');
    }
  }
  return found;
}

const signal = (name: NodeJS.Signals) => {
  for (const node of cluster.nodes) process.kill(cluster.pid(node.name), name);
};

test('each public function and method is here, with what it does without Redis or that it does nothing with it', async () => {
  const site = await connectedSite('surface');
  const lock = await heldLock(site, 'surface');
  const made: Record<string, object> = {
    'cache#createCache()': site.cache,
    'sessions#createSessionStore()': site.sessions,
    'rate-limiter#createRateLimiter()': site.limiter,
    'lock#Locks.acquire()': lock,
    'subscriptions#Subscriptions.subscribe()': site.subscription,
  };
  const imported = importedFromLibrary();
  const exported = libraryExports().filter(({ id }) => imported.has(id));
  const ids = [
    ...exported.flatMap(({ id, methods }) => (methods.length > 0 ? methods.map((method) => `${id}.${method}`) : [id])),
    ...Object.entries(made).flatMap(([id, value]) => methodsOf(value).map((method) => `${id}.${method}`)),
  ];
  expect(Object.keys(outageCases).sort()).toEqual([...new Set(ids)].sort());
  await lock.release();
});

describe('all servers frozen', () => {
  let site: OutageSite;

  beforeAll(async () => {
    site = await connectedSite('frozen');
  });

  /** Freezes all servers while `during` runs, and waits until they serve again. */
  async function frozen(during: () => Promise<void>): Promise<void> {
    signal('SIGSTOP');
    try {
      await during();
    } finally {
      signal('SIGCONT');
    }
    // Enough keys to reach every master.
    const serves = async () => {
      const held = await site.locks.tryAcquire(`thawed-${calls++}`).catch(() => undefined);
      return (await held?.release().catch(() => false)) === true;
    };
    await eventually(async () => (await Promise.all(Array.from({ length: 20 }, serves))).every(Boolean), 30_000);
  }

  test.each(cases)('%s settles in its time', async (_id, one) => {
    const lock = one.needsLock ? await heldLock(site, `held-${calls++}`) : undefined;
    await frozen(() => expectInTime(one, site, lock));
    await lock?.release().catch(() => undefined);
  });

  test.each(floods)('%s keeps a bounded number of commands under a flood', async (_id, one) => {
    await frozen(() => expectBounded(one, site));
  });

  test('afterwards no lock is left to a caller that was refused it', async () => {
    const locks = async () => [...(await contents()).keys()].filter((key) => key.startsWith('lock:'));
    await eventually(async () => (await locks()).length === 0, 15_000).catch(async () => {
      expect(await locks()).toEqual([]);
    });
  });
});

describe('all servers killed', () => {
  let before: Map<string, string>;
  let lost: OutageSite;
  let lock: Lock;

  beforeAll(async () => {
    lost = await connectedSite('lost');
    lock = await heldLock(lost, 'killed');
    await lost.producer.add({ number: 1 });
    // What is acknowledged is on disk after a second.
    await sleep(1_500);
    before = await contents();
    signal('SIGKILL');
  });

  /** One that was connected, and one that never was. */
  const siteOf: Record<string, () => OutageSite> = {
    'a client that was connected': () => lost,
    'a client that never was': () => sites.find(({ queue }) => queue.name.endsWith('early')) ?? early(),
  };

  function early(): OutageSite {
    const site = openSite(cluster.settings('app'), 'early');
    sites.push(site);
    return site;
  }

  describe.each(Object.keys(siteOf))('%s', (which) => {
    const site = () => siteOf[which]?.() ?? lost;

    test.each(cases)('%s settles in its time', async (_id, one) => {
      if (one.needsLock && site() !== lost) return;
      await expectInTime(one, site(), lock);
    });

    test('no flood makes it keep more than a bounded number of commands, nor any memory', async () => {
      const live = liveBytes();
      for (const [, one] of floods) await expectBounded(one, site());
      await eventually(() => liveBytes() - live < 16 * mebibyte, 5_000);
    });
  });

  test('when they are back, nothing is carried out that was refused, but for what is owed to caches', async () => {
    await Promise.all(cluster.nodes.map((node) => startNode(cluster.directory, node)));
    await convergeCluster(cluster, () => undefined);
    await Promise.all(sites.map(({ client }) => awaitReady(client, 30_000)));
    await sleep(3_000);
    const after = await contents();
    const added = [...after].filter(([key, value]) => before.get(key) !== value && !key.startsWith('cache:'));
    expect(added).toEqual([]);
    const used = siteOf['a client that never was']?.();
    expect((await used?.producer.add({ number: 2 }))?.length).toBeGreaterThan(0);
  });
});

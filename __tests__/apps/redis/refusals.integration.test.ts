import { execFileSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { createCache } from '../../../apps/redis/cache';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { Events } from '../../../apps/redis/events';
import { keys } from '../../../apps/redis/keys';
import { Locks } from '../../../apps/redis/lock';
import { createRateLimiter } from '../../../apps/redis/rate-limiter';
import { StreamProducer } from '../../../apps/redis/stream-queue/producer';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { isRedisUnavailable, RedisUnavailableError, serverUnavailability } from '../../../apps/redis/unavailability';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { startStandaloneRedis, type TestServer } from '../../support/redis-sentinel';
import { ask, askAlone, breakerUser, refusals, refusing, type RefusalName } from '../../support/server-refusals';
import { data, newUser, storeMaker } from '../../support/session-store';
import { testQueue } from '../../support/stream-queue';

let cluster: TestCluster;
let client: RedisClient;
const store = storeMaker(() => client);

beforeAll(async () => {
  cluster = await startRedisCluster({ users: () => breakerUser });
  client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 10_000);
});

afterAll(async () => {
  await disconnectRedis(client);
  await cluster.stop();
});

const deadlineMilliseconds = 500;
/** The deadline, its last tick, and a machine that does other things as well. */
const inTimeMilliseconds = 2_000;

async function refused(what: Promise<unknown>): Promise<RedisUnavailableError> {
  const begin = performance.now();
  const error: unknown = await what.then(
    (value) => new Error(`it was served: ${String(value)}`),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RedisUnavailableError);
  expect(performance.now() - begin).toBeLessThan(inTimeMilliseconds);
  return error as RedisUnavailableError;
}

/** What a server says to a write. */
async function replyToWrite(): Promise<string> {
  const [node] = cluster.nodes;
  if (!node) throw new Error('the cluster has no nodes');
  // A key in a slot of the first node, whatever it is, so that it refuses for no other reason.
  for (let id = 0; ; id++) {
    const reply = await ask(cluster, node, 'SET', keys.cachedResource(`probe-${id}`), 'x', 'PX', 1_000);
    if (!reply.startsWith('MOVED')) return reply;
  }
}

describe.each(Object.keys(refusals) as RefusalName[])('servers that say %s', (name) => {
  test('are unavailable to what has to write, in time, and serve again afterwards', async () => {
    const locks = new Locks(client, { instance: 'refused', deadlineMilliseconds });
    const sessions = store({ deadlineMilliseconds });
    const producer = new StreamProducer(client, testQueue(), { deadlineMilliseconds });
    const { token } = await sessions.create(newUser(), data);
    await refusing(cluster, name, async () => {
      const reply = await replyToWrite();
      expect(reply).toMatch(refusals[name].says);
      expect(isRedisUnavailable(Object.assign(new Error(reply), { name: 'ReplyError' }))).toBe(true);

      await refused(locks.tryAcquire(`${name}-tried`));
      await refused(locks.acquire(`${name}-waited-for`, { waitMilliseconds: 400 }));
      await refused(locks.withLock(`${name}-worked-under`, { waitMilliseconds: 400 }, () => Promise.resolve()));
      await refused(sessions.create(newUser(), data));
      await refused(producer.add({ number: 1 }));
      await refused(sessions.destroy(token)).catch((error: unknown) => {
        // What only removes is served where memory alone is short.
        if (name !== 'OOM') throw error;
      });
    });
    await eventually(async () => {
      const lock = await locks.tryAcquire(`${name}-afterwards`).catch(() => undefined);
      return (await lock?.release()) === true;
    }, 20_000);
    await locks.close();
  });

  test('leave fallbacks to caches and rate limiters', async () => {
    const policy = {
      name: `p-${name.toLowerCase()}`,
      algorithm: 'fixed',
      limit: 10,
      windowMilliseconds: 1_000,
    } as const;
    const limiter = createRateLimiter({ client, policy, instances: 1, deadlineMilliseconds });
    const cache = createCache({
      ...{ name: 'refused', client, key: keys.cachedResource, deadlineMilliseconds },
      load: () => Promise.resolve({ value: 'value', version: 1 }),
    });
    const events = new Events({ client, subscriptions: new Subscriptions(client), deadlineMilliseconds });
    await refusing(cluster, name, async () => {
      expect(await limiter.check('subject')).toMatchObject({ allowed: true, source: 'local' });
      expect((await cache.get(`unknown to ${name}`)).value).toBe('value');
      expect(await cache.invalidate(`changed during ${name}`, 1)).toBe(name === 'OOM');
      // All but a server that runs a script go on to deliver messages.
      const publication = events.publish('refusals', name);
      if (name === 'BUSY') await refused(publication);
      else await publication;
    });
    await cache.close();
    await eventually(async () => (await limiter.check('subject')).source === 'redis', 20_000);
  });
});

describe('a server alone', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startStandaloneRedis({ lines: breakerUser });
  });
  afterAll(() => server.stop());

  async function restart(...directives: [string, ...string[]][]): Promise<void> {
    process.kill(server.pid(), 'SIGTERM');
    await server.restart(...directives);
  }

  async function lockRefused(
    settings = server.settings,
    attempt = (locks: Locks): Promise<unknown> => locks.tryAcquire('alone'),
  ): Promise<RedisUnavailableError> {
    const own = connectRedis(settings);
    const locks = new Locks(own, { instance: 'alone', deadlineMilliseconds });
    try {
      return await refused(attempt(locks));
    } finally {
      await locks.close();
      await disconnectRedis(own);
    }
  }

  test('that became a replica (READONLY) is unavailable in time', async () => {
    await askAlone(server.settings, 'REPLICAOF', '127.0.0.1', '1');
    expect(await askAlone(server.settings, 'SET', keys.lock('probe'), 'x')).toMatch(/^READONLY /);
    await lockRefused();
  });

  test('that is a replica without its master (MASTERDOWN) is unavailable in time', async () => {
    await askAlone(server.settings, 'CONFIG', 'SET', 'replica-serve-stale-data', 'no');
    await askAlone(server.settings, 'REPLICAOF', '127.0.0.1', '1');
    expect(await askAlone(server.settings, 'GET', keys.lock('probe'))).toMatch(/^MASTERDOWN /);
    await lockRefused(server.settings, (locks) => locks.holder('alone'));
  });

  test('that has clients enough is unavailable, and says so', async () => {
    await restart(['maxclients', '1']);
    const first = connectRedis(server.settings);
    await awaitReady(first, 5_000);
    await lockRefused();
    await disconnectRedis(first);
  });

  test.each([
    ['another password', { password: 'wrong' }],
    ['no password', { password: '' }],
  ])('that expects %s is unavailable, as while passwords are changed', async (_what, change) => {
    await restart();
    await lockRefused({ ...server.settings, ...change });
  });
});

/** Codes that servers have for what isn't of their availability. */
const faults: ReadonlySet<string> = new Set([
  'BUSYGROUP',
  'BUSYKEY',
  'CROSSSLOT',
  'ERR',
  'EXECABORT',
  'INPROG',
  'INVALIDOBJ',
  'IOERR',
  'NOGOODSLAVE',
  'NOGROUP',
  'NOMASTERLINK',
  'NOPERM',
  'NOPROTO',
  'NOQUORUM',
  'NOSCRIPT',
  'NOTBUSY',
  // The answer to SCRIPT KILL, which the library doesn't send.
  'UNKILLABLE',
  'WRONGTYPE',
]);

test('every code that the server can answer with is known: of its availability, or a fault', () => {
  const program = realpathSync(execFileSync('which', ['redis-server'], { encoding: 'utf8' }).trim());
  const texts = execFileSync('strings', ['-n', '5', program], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const codes = new Set([...texts.matchAll(/^-([A-Z]{3,}) /gm)].map(([, code = '']) => code));
  expect(codes.size).toBeGreaterThan(20);
  const known = (code: string) => faults.has(code) !== Object.hasOwn(serverUnavailability, code);
  expect([...codes].filter((code) => !known(code))).toEqual([]);
});

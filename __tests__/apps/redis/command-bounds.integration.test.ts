import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedCommands } from '../../../apps/redis/bounded-commands';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { convergeCluster } from '../../../apps/local-platform/redis/cluster';
import { startNode } from '../../../apps/local-platform/redis/node';
import { keys } from '../../../apps/redis/keys';
import { script } from '../../../apps/redis/script';
import type { RedisSettings } from '../../../apps/redis/settings';
import { RedisUnavailableError } from '../../../apps/redis/unavailability';
import { eventually } from '../../support/eventually';
import { keptCommands } from '../../support/outage-site';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { startStandaloneRedis, type TestServer } from '../../support/redis-sentinel';
import { ask, askAlone, breakerUser } from '../../support/server-refusals';

const maximumCommands = 1_000;
const failoverMilliseconds = 2_000;

/** A platform whose servers can be killed, frozen and brought back. */
interface Platform {
  readonly settings: RedisSettings;
  signal(name: NodeJS.Signals): void;
  start(): Promise<void>;
  /** How often its servers have run a command since they started. */
  calls(command: string): Promise<number>;
  stop(): Promise<void>;
}

const callsIn = (stats: string, command: string) =>
  Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);

const limits = { maximumCommands, failoverMilliseconds };

function alone(server: TestServer): Platform {
  return {
    settings: { ...server.settings, ...limits },
    signal: (name) => process.kill(server.pid(), name),
    start: () => server.restart(),
    calls: async (command) => callsIn(await askAlone(server.settings, 'INFO', 'commandstats'), command),
    stop: () => server.stop(),
  };
}

function clustered(cluster: TestCluster): Platform {
  return {
    settings: { ...cluster.settings('app'), ...limits },
    signal: (name) => cluster.nodes.forEach((node) => process.kill(cluster.pid(node.name), name)),
    start: async () => {
      await Promise.all(cluster.nodes.map((node) => startNode(cluster.directory, node)));
      await convergeCluster(cluster, () => undefined);
    },
    calls: async (command) => {
      const stats = await Promise.all(cluster.nodes.map((node) => ask(cluster, node, 'INFO', 'commandstats')));
      return stats.reduce((sum, text) => sum + callsIn(text, command), 0);
    },
    stop: () => cluster.stop(),
  };
}

const starts: Record<string, () => Promise<Platform>> = {
  'a server alone': async () => alone(await startStandaloneRedis({ lines: breakerUser })),
  'a cluster': async () => clustered(await startRedisCluster({ users: () => breakerUser })),
};

/** A million different keys are in all slots alike. */
const getOf = (client: RedisClient, id: number) => client.get(keys.cachedResource(`bounds-${id}`));

describe.each(Object.keys(starts))('%s', (name) => {
  let platform: Platform;
  const clients: RedisClient[] = [];

  beforeAll(async () => {
    platform = await (starts[name]?.() ?? Promise.reject(new Error(name)));
  });

  afterEach(() => Promise.all(clients.splice(0).map(disconnectRedis)));

  afterAll(() => platform.stop());

  function connect(change: Partial<Pick<RedisSettings, 'failoverMilliseconds'>> = {}): RedisClient {
    const client = connectRedis({ ...platform.settings, ...change });
    clients.push(client);
    return client;
  }

  /** Uses the client until it has noticed that its servers are gone. */
  async function lostConnection(client: RedisClient): Promise<void> {
    await eventually(async () => {
      await Promise.race([getOf(client, 0).catch(() => undefined), sleep(20)]);
      return client.status !== 'ready';
    });
  }

  test('killed: so many commands wait, further ones are refused at once, and none is sent once it has failed', async () => {
    const client = connect();
    await awaitReady(client, 5_000);
    platform.signal('SIGKILL');
    await lostConnection(client);
    const begin = performance.now();
    const early: unknown[] = [];
    const results = Array.from({ length: 3 * maximumCommands }, (_, id) =>
      getOf(client, id).catch((error: unknown) => {
        if (performance.now() - begin < 1_000) early.push(error);
        return error;
      }),
    );
    await sleep(500);
    expect(keptCommands(client).waiting + keptCommands(client).most).toBeLessThanOrEqual(maximumCommands + 5);
    expect(early.length).toBeGreaterThanOrEqual(2 * maximumCommands);
    for (const error of early) {
      expect(error).toBeInstanceOf(RedisUnavailableError);
      expect(error).toMatchObject({ mayBeDone: false });
    }
    const errors = await Promise.all(results);
    expect(performance.now() - begin).toBeLessThan(failoverMilliseconds + 1_500);
    const late = errors.filter((error) => !early.includes(error));
    expect(late.length).toBeGreaterThan(maximumCommands / 2);
    expect(new Set(late.map(String))).toEqual(new Set(['Error: Command timed out']));

    await platform.start();
    await awaitReady(client, 20_000);
    await getOf(client, 0);
    await sleep(500);
    expect(await platform.calls('get')).toBe(1);
  });

  test('frozen: a connection takes so many commands, and further ones are refused at once', async () => {
    const client = connect();
    await awaitReady(client, 5_000);
    // All masters are connected.
    await Promise.all(Array.from({ length: 100 }, (_, id) => getOf(client, id)));
    platform.signal('SIGSTOP');
    try {
      const results = Array.from({ length: 5 * maximumCommands }, (_, id) =>
        getOf(client, id).catch((e: unknown) => e),
      );
      const first = await Promise.race(results);
      expect(first).toBeInstanceOf(RedisUnavailableError);
      expect((first as Error).message).toBe(
        'Redis is unavailable for GET: 1000 commands wait for an answer already (maximumCommands)',
      );
      expect(keptCommands(client).most).toBe(maximumCommands);
      await Promise.all(results);
    } finally {
      platform.signal('SIGCONT');
    }
    await eventually(async () => (await getOf(client, 1).catch(() => undefined)) === null, 20_000);
  });

  test('away from the start: what has failed makes place, and is not sent when the servers are there', async () => {
    platform.signal('SIGKILL');
    const client = connect({ failoverMilliseconds: 30_000 });
    const commands = new BoundedCommands(client, 200);
    const refused = Array.from({ length: maximumCommands }, (_, id) =>
      commands.send('a test', 'set', [keys.cachedResource(String(id)), 'late', 'PX', 60_000]).catch((e: unknown) => e),
    );
    const errors = await Promise.all(refused);
    for (const error of errors) expect(error).toMatchObject({ name: 'RedisUnavailableError', mayBeDone: false });
    const waiting = Array.from({ length: maximumCommands / 2 }, (_, id) => getOf(client, id));
    await platform.start();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set([null]));
    await sleep(500);
    expect(await platform.calls('set')).toBe(0);
  });

  test('a client that is closed meanwhile fails what waits', async () => {
    const client = connectRedis({ ...platform.settings, ...nowhere(platform.settings) });
    const outcome = getOf(client, 0).catch(String);
    await sleep(200);
    await disconnectRedis(client);
    expect(await outcome).toMatch(/Connection is closed|None of startup nodes/);
    await expect(new BoundedCommands(client, 1_000).send('a test', 'get', ['a'])).rejects.toThrow(
      'Redis is unavailable for a test: the connection is',
    );
  });
});

function nowhere({ topology }: RedisSettings) {
  const address = { host: '127.0.0.1', port: 1 };
  return topology === 'cluster' ? { seeds: [address] } : { address };
}

describe('a pipeline', () => {
  let server: TestServer;

  beforeAll(async () => {
    server = await startStandaloneRedis({ lines: breakerUser });
  });

  afterAll(() => server.stop());

  // A pipeline counts as one command until it is written.
  test.each([8, 9, 10])(
    'beside %d commands of 10 is written whole or not at all, and every reply finds its command',
    async (beside) => {
      const client = connectRedis({ ...server.settings, maximumCommands: 10 });
      try {
        await awaitReady(client, 5_000);
        for (let round = 0; round < 3; round++) {
          const sets = Array.from({ length: beside }, (_, id) => client.set(keys.cachedResource(`b${id}`), String(id)));
          const pipeline = client.pipeline().set(keys.cachedResource('p'), `round ${round}`).wait(0, 1).exec();
          expect(new Set(await Promise.all(sets))).toEqual(new Set(['OK']));
          const outcomes = (await pipeline)?.map(([error, value]) => error?.name ?? value);
          expect(outcomes).toEqual(beside < 10 ? ['OK', 0] : ['RedisUnavailableError', 'RedisUnavailableError']);
          const values = await Promise.all(
            Array.from({ length: 8 }, (_, id) => client.get(keys.cachedResource(`b${id}`))),
          );
          expect(values).toEqual(Array.from({ length: 8 }, (_, id) => String(id)));
        }
      } finally {
        await disconnectRedis(client);
      }
    },
  );

  test('that waits for a server is sent whole when it is there, or not at all', async () => {
    process.kill(server.pid(), 'SIGKILL');
    const client = connectRedis({ ...server.settings, failoverMilliseconds: 20_000 });
    try {
      const given = [1, 2].map((id) =>
        client
          .pipeline()
          .set(keys.cachedResource(`late-${id}`), 'x')
          .wait(0, 1)
          .exec(),
      );
      const commands = new BoundedCommands(client, 300);
      await expect(commands.send('a test', 'set', [keys.cachedResource('late'), 'x'])).rejects.toThrow('no answer');
      await server.restart();
      for (const pipeline of given)
        expect(await pipeline).toEqual([
          [null, 'OK'],
          [null, 0],
        ]);
      expect(await client.get(keys.cachedResource('late'))).toBeNull();
      expect(await client.get(keys.cachedResource('late-2'))).toBe('x');
    } finally {
      await disconnectRedis(client);
    }
  });
});

describe('a deadline', () => {
  let server: TestServer;
  let client: RedisClient;

  beforeAll(async () => {
    server = await startStandaloneRedis({ lines: breakerUser });
    client = connectRedis(server.settings);
    await awaitReady(client, 5_000);
  });

  afterAll(async () => {
    await disconnectRedis(client);
    await server.stop();
  });

  test('is for a script and its repetition with the text together', async () => {
    const commands = new BoundedCommands(client, 500);
    const echo = script('return ARGV[1]', 1);
    expect(await commands.run('a test', echo, [keys.cachedResource('1'), 'first'])).toBe('first');
    expect(await commands.run('a test', echo, [keys.cachedResource('1'), 'again'])).toBe('again');
    expect(callsIn(await askAlone(server.settings, 'INFO', 'commandstats'), 'eval')).toBe(1);
    const broken = script("return redis.call('NOTHING')", 1);
    const failure = commands.run('a test', broken, [keys.cachedResource('1')]);
    await expect(failure).rejects.toThrow('Unknown Redis command');
    await expect(failure).rejects.not.toBeInstanceOf(RedisUnavailableError);
  });

  test('says of a command that was written that it may be done', async () => {
    process.kill(server.pid(), 'SIGSTOP');
    const commands = new BoundedCommands(client, 200);
    const [error] = await Promise.all([
      commands.send('a test', 'set', [keys.cachedResource('1'), 'x', 'PX', 10_000]).catch((e: unknown) => e),
    ]);
    process.kill(server.pid(), 'SIGCONT');
    expect(error).toMatchObject({ name: 'RedisUnavailableError', mayBeDone: true, reason: 'no answer within 200 ms' });
    await eventually(async () => (await client.get(keys.cachedResource('1'))) === 'x');
  });
});

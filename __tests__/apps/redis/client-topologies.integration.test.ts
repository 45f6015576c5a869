import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../../apps/local-platform/daemon';
import { awaitReady, connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import { loadDuring } from '../../support/redis-load';
import {
  startSentinelRedis,
  startStandaloneRedis,
  type TestSentinels,
  type TestServer,
} from '../../support/redis-sentinel';

describe('a server alone', () => {
  let server: TestServer;
  let client: RedisClient;
  const key = keys.cachedResource('1');

  beforeAll(async () => {
    server = await startStandaloneRedis();
    client = connectRedis({ ...server.settings, failoverMilliseconds: 4_000 });
    await awaitReady(client, 5_000);
  });

  afterAll(async () => {
    await disconnectRedis(client);
    await server.stop();
  });

  test('serves the application', async () => {
    await client.set(key, 'value', 'EX', 600);
    expect(await client.get(key)).toBe('value');
    expect(masterNodes(client)).toEqual([client]);
  });

  test('that is frozen makes a command fail when the budget is used up, not later', async () => {
    process.kill(server.pid(), 'SIGSTOP');
    const start = performance.now();
    // On a busy machine this process waits for its turn, too: a timer tells when the budget was used up for it.
    const usedUp = sleep(4_000).then(() => performance.now());
    await expect(client.get(key)).rejects.toThrow('Command timed out');
    const failed = performance.now();
    expect(failed - start).toBeGreaterThan(3_900);
    expect(failed - (await usedUp)).toBeLessThan(500);

    const closing = connectRedis(server.settings);
    const closed = performance.now();
    await disconnectRedis(closing);
    expect(performance.now() - closed).toBeLessThan(2_500);

    process.kill(server.pid(), 'SIGCONT');
    await awaitReady(client, 5_000);
    expect(await client.get(key)).toBe('value');
  });

  test('that restarts is waited for until it has loaded its data', async () => {
    for (let index = 0; index < 1_000; index++)
      client.set(keys.cachedResource(`many-${index}`), 'x', 'EX', 600).catch(() => undefined);
    await client.set(key, 'survives', 'EX', 600);
    process.kill(server.pid(), 'SIGTERM');
    const read = client.get(key);
    await server.restart(['key-load-delay', '1000'], ['loading-process-events-interval-bytes', '1024']);
    expect(await read).toBe('survives');
  });
});

describe('a master with Sentinels', () => {
  const faults: Record<string, (sentinels: TestSentinels, pid: number) => Promise<void>> = {
    'a failover': (sentinels) => sentinels.failover(),
    'a frozen master': (_, pid) => Promise.resolve(void process.kill(pid, 'SIGSTOP')),
    'kill -9 of the master': (_, pid) => Promise.resolve(void process.kill(pid, 'SIGKILL')),
  };

  test.each(Object.keys(faults))('is followed to the new master at %s', async (fault) => {
    const sentinels = await startSentinelRedis();
    const client = connectRedis(sentinels.settings);
    await awaitReady(client, 5_000);
    const former = await sentinels.master();

    const report = await loadDuring(client, async () => {
      await faults[fault]?.(sentinels, sentinels.pid(former));
      await waitUntil(async () => (await sentinels.master()).port !== former.port, 20_000);
      await client.set(keys.cachedResource('after'), 'value', 'EX', 60);
    });

    expect((await sentinels.master()).port).not.toBe(former.port);
    await disconnectRedis(client);
    await sentinels.stop();
    expect(report.errors).toEqual([]);
    expect(report.longestMilliseconds).toBeLessThan(8_000);
  });
});

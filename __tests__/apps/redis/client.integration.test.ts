import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { caFile, ensureCertificates } from '../../../apps/local-platform/certificates';
import { waitUntil } from '../../../apps/local-platform/daemon';
import {
  awaitReady,
  connectRedis,
  disconnectRedis,
  isReady,
  longestBlockMilliseconds,
  masterNodes,
  type RedisClient,
} from '../../../apps/redis/client';
import { keys, orderPartitionTags, orderQueue } from '../../../apps/redis/keys';
import { masterFaults, strikeMaster } from '../../support/cluster-faults';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { loadDuring } from '../../support/redis-load';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

const [tag = ''] = orderPartitionTags;
const stream = keys.stream(orderQueue.name, tag);

/** A consumer that reads with XREADGROUP BLOCK until it is told to stop, and never handles an error. */
function startReader(reader: RedisClient) {
  const received: string[] = [];
  let reading = true;
  const read = async () => {
    while (reading) {
      const block = ['COUNT', 10, 'BLOCK', longestBlockMilliseconds] as const;
      const reply = await reader.xreadgroup('GROUP', 'g', 'c', ...block, 'STREAMS', stream, '>');
      const [, entries] = (reply as [string, [string, string[]][]][] | null)?.[0] ?? [];
      received.push(...(entries ?? []).map(([, [, value = '']]) => value));
    }
  };
  const done = read();
  // An error is for the test to see, when it stops the reader.
  done.catch(() => undefined);
  return {
    received,
    stop: () => {
      reading = false;
      return done;
    },
  };
}

describe.each(masterFaults)('%s of a master', (fault) => {
  test('reaches no caller, delays none beyond the failover budget and stops no blocking read', async () => {
    const [client, reader] = [
      connectRedis(cluster.settings('worker')),
      connectRedis(cluster.settings('worker'), 'blocking'),
    ];
    await client.call('XGROUP', 'CREATE', stream, 'g', '$', 'MKSTREAM').catch(() => undefined);
    const consumer = startReader(reader);
    const sent = Array.from({ length: 50 }, (_, index) => `${fault} ${index}`);

    const report = await loadDuring(client, async () => {
      const shard = await strikeMaster(cluster, fault, stream);
      await shard.promoted();
      for (const value of sent) await client.xadd(stream, '*', 'value', value);
      await waitUntil(() => sent.every((value) => consumer.received.includes(value)), 10_000);
      await shard.repair();
    });

    await consumer.stop();
    expect(consumer.received).toEqual(expect.arrayContaining(sent));
    await disconnectRedis(reader);
    await disconnectRedis(client);
    expect(report.errors).toEqual([]);
    expect(report.writes).toBeGreaterThan(10);
    expect(report.longestMilliseconds).toBeLessThan(8_000);
  });
});

test('a connection says when it is ready and when it is closed', async () => {
  const client = connectRedis(cluster.settings('app'));
  expect(isReady(client)).toBe(false);
  await awaitReady(client, 5_000);
  expect(isReady(client)).toBe(true);
  expect(masterNodes(client)).toHaveLength(3);

  await disconnectRedis(client);
  expect(isReady(client)).toBe(false);
  await expect(awaitReady(client, 100)).rejects.toThrow('Redis is unavailable for connecting');
  await expect(client.get(keys.cachedResource('1'))).rejects.toThrow('Connection is closed');
});

test('connecting to nobody fails in time, with the reason', async () => {
  const client = connectRedis({ ...cluster.settings('app'), seeds: [{ host: '127.0.0.1', port: 1 }] });
  await expect(awaitReady(client, 300)).rejects.toThrow(/^Redis is unavailable for connecting: .* after 300 ms$/);
  await disconnectRedis(client);
});

test('a server whose certificate another authority signed is refused', async () => {
  const directory = mkdtempSync(path.join(tmpdir(), 'other-authority-'));
  await ensureCertificates(directory, []);
  const caCertificate = readFileSync(caFile(directory), 'utf8');
  rmSync(directory, { recursive: true });
  const errors: string[] = [];
  const client = connectRedis({ ...cluster.settings('app'), ...standalone(), caCertificate }, 'commands', (error) =>
    errors.push(error.message),
  );
  await expect(awaitReady(client, 500)).rejects.toThrow('Redis is unavailable');
  await disconnectRedis(client);
  expect(errors.join()).toMatch(/certificate/);
});

/** The first node alone. */
function standalone() {
  const [address] = cluster.settings('app').seeds;
  if (!address) throw new Error('the cluster has no nodes');
  return { topology: 'standalone', address } as const;
}

test.each([0, 30, 100])('a connection closed after %d ms leaves nothing that keeps the process alive', async (age) => {
  const lasting = () => process.getActiveResourcesInfo().filter((name) => /Timeout|Socket|TLS/.test(name)).length;
  const before = lasting();
  const client = connectRedis(cluster.settings('app'));
  await sleep(age);
  await disconnectRedis(client);
  // Closed handles are listed until the event loop has come round.
  await waitUntil(() => lasting() <= before, 5_000);
  expect(lasting()).toBeLessThanOrEqual(before);
});

import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { certificateExpiries } from '../../../apps/redis/server-certificates';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

/** A client that has heard of the replicas: a server lists them once they have the data, and it asks every few seconds. */
async function connected(): Promise<RedisClient> {
  const client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 5_000);
  await eventually(async () => (await certificateExpiries(client)).size === cluster.nodes.length, 30_000);
  return client;
}

test('every server of a cluster is asked, replicas too, and tells a day to come', async () => {
  const client = await connected();
  const expiries = await certificateExpiries(client);
  await disconnectRedis(client);
  expect([...expiries.keys()].map((server) => Number(server.split(':').at(-1))).sort()).toEqual(
    cluster.nodes.map(({ port }) => port).sort(),
  );
  for (const expiry of expiries.values()) expect(expiry).toBeGreaterThan(Date.now());
});

test('a server that is out of reach is left out', async () => {
  const client = await connected();
  const [gone] = cluster.nodes.slice(-1);
  if (!gone) throw new Error('there is no node');
  process.kill(cluster.pid(gone.name), 'SIGKILL');
  const expiries = await certificateExpiries(client);
  await disconnectRedis(client);
  expect(expiries.size).toBe(cluster.nodes.length - 1);
});

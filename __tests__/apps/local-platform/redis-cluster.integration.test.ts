import { connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { viewCluster } from '../../../apps/local-platform/redis/view';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let client: RedisClient;

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
});

afterAll(async () => {
  await disconnectRedis(client);
  await cluster.stop();
});

test('forms three shards with a replica each', async () => {
  const views = await viewCluster(cluster);
  const masters = views.filter(({ role }) => role === 'master');
  expect(masters.map(({ slotCount }) => slotCount).sort()).toEqual([5461, 5461, 5462]);
  expect(masters.map(({ id }) => views.filter(({ masterId }) => masterId === id).length)).toEqual([1, 1, 1]);
});

test('serves the application over TLS', async () => {
  await client.set('cache:resource:1', 'value', 'EX', 60);
  expect(await client.get('cache:resource:1')).toBe('value');
});

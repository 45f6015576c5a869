import { awaitReady, connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import { WriteBatch } from '../../../apps/redis/write-batch';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let client: RedisClient;

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 10_000);
  // Connects to all of them.
  await Promise.all(ids.map((id) => client.get(keys.cachedResource(id))));
});

afterAll(async () => {
  await disconnectRedis(client);
  await cluster.stop();
});

const ids = Array.from({ length: 100 }, (_, index) => String(index));
const sent = () => masterNodes(client).map(({ stream }) => stream.bytesWritten - stream.writableLength);
const held = () => masterNodes(client).map(({ stream }) => stream.writableCorked > 0);

test('the commands of a turn are sent at its end, and those of the next ones as well', async () => {
  const batch = new WriteBatch(client);
  for (let turn = 0; turn < 3; turn++) {
    const before = sent();
    const replies = ids.map((id) => {
      batch.hold();
      return client.get(keys.cachedResource(id));
    });
    expect(held()).toEqual([true, true, true]);
    expect(sent()).toEqual(before);
    expect(await Promise.all(replies)).toEqual(ids.map(() => null));
    expect(held()).toEqual([false, false, false]);
  }
});

test('several batches on a connection go together', async () => {
  const [one, other] = [new WriteBatch(client), new WriteBatch(client)];
  one.hold();
  const first = client.get(keys.cachedResource('1'));
  other.hold();
  const second = client.get(keys.cachedResource('2'));
  expect(await Promise.all([first, second])).toEqual([null, null]);
  expect(masterNodes(client).map(({ stream }) => stream.writableCorked)).toEqual([0, 0, 0]);
});

test('a connection that is down is no trouble', async () => {
  const closed = connectRedis(cluster.settings('app'));
  await awaitReady(closed, 10_000);
  await disconnectRedis(closed);
  expect(() => new WriteBatch(closed).hold()).not.toThrow();
});

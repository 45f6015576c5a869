import type { Socket } from 'node:net';
import { awaitReady, connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
let client: RedisClient;

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 10_000);
  // Connects to all of them.
  await readAll();
});

afterAll(async () => {
  await disconnectRedis(client);
  await cluster.stop();
});

const ids = Array.from({ length: 100 }, (_, index) => String(index));
const readAll = (from = client) => Promise.all(ids.map((id) => from.get(keys.cachedResource(id))));
const sockets = (of = client): Socket[] => masterNodes(of).map(({ stream }) => stream);
const sent = () => sockets().map(({ bytesWritten, writableLength }) => bytesWritten - writableLength);
const corked = (of = client) => sockets(of).map(({ writableCorked }) => writableCorked);

test('the commands of a turn are sent at its end, and those of the next ones as well', async () => {
  for (let turn = 0; turn < 3; turn++) {
    const before = sent();
    const replies = readAll();
    expect(corked()).toEqual([1, 1, 1]);
    expect(sent()).toEqual(before);
    expect(await replies).toEqual(ids.map(() => null));
    expect(corked()).toEqual([0, 0, 0]);
  }
});

test('so are they on a connection that was made anew', async () => {
  const lost = sockets();
  for (const socket of lost) socket.destroy();
  expect(await readAll()).toEqual(ids.map(() => null));
  expect(sockets().filter((socket) => lost.includes(socket))).toEqual([]);
  const replies = readAll();
  expect(corked()).toEqual([1, 1, 1]);
  expect(await replies).toHaveLength(100);
});

test('a connection for blocking reads sends at once', async () => {
  const blocking = connectRedis(cluster.settings('app'), 'blocking');
  try {
    await awaitReady(blocking, 10_000);
    await readAll(blocking);
    const replies = readAll(blocking);
    expect(corked(blocking)).toEqual([0, 0, 0]);
    expect(await replies).toHaveLength(100);
  } finally {
    await disconnectRedis(blocking);
  }
});

/** What was acknowledged is there after every server was killed and started again from its append-only file. */
import { readFileSync } from 'node:fs';
import { isAlive, logFile, waitUntil } from '../../../apps/local-platform/daemon';
import { convergeCluster } from '../../../apps/local-platform/redis/cluster';
import { nodeDaemon } from '../../../apps/local-platform/redis/layout';
import { startNode } from '../../../apps/local-platform/redis/node';
import { BoundedCommands } from '../../../apps/redis/bounded-commands';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import { script } from '../../../apps/redis/script';
import { StreamProducer } from '../../../apps/redis/stream-queue/producer';
import { snapshotQueue } from '../../../apps/redis/stream-queue/snapshot';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { newUser, storeMaker } from '../../support/session-store';
import { numbers, testQueue } from '../../support/stream-queue';

let cluster: TestCluster;
let app: RedisClient;
let worker: RedisClient;
const makeStore = storeMaker(() => app);

beforeAll(async () => {
  cluster = await startRedisCluster();
  app = connectRedis(cluster.settings('app'));
  worker = connectRedis(cluster.settings('worker'));
});

afterAll(async () => {
  await Promise.all([app, worker].map(disconnectRedis));
  await cluster.stop();
});

async function killAndStartAll(): Promise<void> {
  const pids = cluster.nodes.map(({ name }) => cluster.pid(name));
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  await waitUntil(() => !pids.some(isAlive), 5_000);
  await Promise.all(cluster.nodes.map((node) => startNode(cluster.directory, node)));
  await convergeCluster(cluster, () => undefined);
  // Clients that found no server at all look for one again after a pause.
  await Promise.all([app, worker].map((client) => awaitReady(client, 20_000)));
}

const logs = () => cluster.nodes.map(({ name }) => readFileSync(logFile(nodeDaemon(cluster.directory, name)), 'utf8'));

/** A script that writes twice is a transaction in the append-only file; a single write isn't. */
const writeTwice = script(
  `redis.call('SET', KEYS[1], ARGV[1])
   return redis.call('PEXPIRE', KEYS[1], ARGV[2])`,
  1,
);

test('sessions, messages and everything a script wrote survive', async () => {
  const store = makeStore();
  const user = newUser();
  const sessions = await Promise.all(
    Array.from({ length: 5 }, () => store.create(user, { name: 'Ana Nowak', visits: 1 })),
  );
  const queue = testQueue(6);
  await new StreamProducer(app, queue).addMany(numbers(300));
  const ids = Array.from({ length: 100 }, (_, index) => `restart-${index}`);
  const commands = new BoundedCommands(app, 10_000);
  await Promise.all(ids.map((id) => commands.run('a test', writeTwice, [keys.cachedResource(id), id, 600_000])));

  await killAndStartAll();

  const reads = await Promise.all(sessions.map(({ token }) => store.read(token)));
  expect(reads.filter(({ session }) => session?.userId !== user)).toEqual([]);
  expect(await store.destroyAll(user)).toBe(5);
  await waitUntil(async () => (await snapshotQueue(worker, queue)).depth === 300, 5_000);
  expect(await snapshotQueue(worker, queue)).toMatchObject({ depth: 300 });
  expect(await Promise.all(ids.map((id) => app.get(keys.cachedResource(id))))).toEqual(ids);
  expect(await Promise.all(ids.map((id) => app.pttl(keys.cachedResource(id))))).not.toContain(-1);
  expect(
    logs()
      .join()
      .match(/^.*(?:CRITICAL|NOPERM).*$/gm),
  ).toBeNull();
  expect(logs().join()).toContain('DB loaded from append only file');
});

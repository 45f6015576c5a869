import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureCertificates } from '../../../apps/local-platform/certificates';
import { runningPid, waitUntil } from '../../../apps/local-platform/daemon';
import { withNodeAdmin } from '../../../apps/local-platform/redis/admin';
import { convergeCluster } from '../../../apps/local-platform/redis/cluster';
import {
  certificatesDirectory,
  nodeDaemon,
  secretsDirectory,
  type ClusterNode,
} from '../../../apps/local-platform/redis/layout';
import { startNode, writeNodeConfiguration } from '../../../apps/local-platform/redis/node';
import { loadUsers } from '../../../apps/local-platform/redis/users';
import { viewCluster } from '../../../apps/local-platform/redis/view';
import { redisPasswordFile, writeRedisUserFiles, writeSecretFile } from '../../../apps/local-platform/secret-files';
import { awaitReady, connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { keys } from '../../../apps/redis/keys';
import { renderLocalRedisConf } from '../../../constructs/local/redis-configuration';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

const mebibyte = 1024 * 1024;

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

const pids = () => cluster.nodes.map(({ name }) => cluster.pid(name));

const node = (name: string): ClusterNode => {
  const found = cluster.nodes.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
};

async function shardsAreWhole(): Promise<void> {
  const views = await viewCluster(cluster);
  const masters = views.filter(({ role }) => role === 'master');
  expect(masters.map(({ slotCount }) => slotCount).sort()).toEqual([5461, 5461, 5462]);
  expect(masters.map(({ id }) => views.filter(({ masterId }) => masterId === id).length)).toEqual([1, 1, 1]);
}

/** Writes to keys of all shards until told to stop, and remembers what was acknowledged. */
function writeAllAlong(): { stop(): Promise<ReadonlyMap<string, string>> } {
  const acknowledged = new Map<string, string>();
  const state = { going: true };
  const writer = (async () => {
    // Every key at least once, however slow the machine is.
    for (let count = 0; state.going || count < 200; count++) {
      const key = keys.lock(`rolled-${count % 200}`);
      await client.set(key, String(count));
      acknowledged.set(key, String(count));
      await sleep(2);
    }
  })();
  return {
    stop: async () => {
      state.going = false;
      await writer;
      return acknowledged;
    },
  };
}

test('forms three shards with a replica each', async () => {
  await shardsAreWhole();
});

test('converging again does nothing, and closes no connection', async () => {
  const before = pids();
  const steps: string[] = [];
  let closed = 0;
  for (const node of masterNodes(client)) node.once('close', () => closed++);
  await convergeCluster(cluster, (step) => steps.push(step));
  expect(steps).toEqual([]);
  expect(pids()).toEqual(before);
  expect(closed).toBe(0);
});

test('a changed password is read by running nodes, and once', async () => {
  const before = pids();
  const secrets = secretsDirectory(cluster.directory);
  const old = cluster.settings('worker').password;
  writeSecretFile(redisPasswordFile(secrets, 'worker'), 'another-password-of-the-worker');
  writeRedisUserFiles(secrets);
  await convergeCluster(cluster, () => undefined);
  const login = async (password: string) => {
    const worker: RedisClient = connectRedis({ ...cluster.settings('worker'), password });
    try {
      await awaitReady(worker, 2_000);
      return 'accepted';
    } catch {
      return 'refused';
    } finally {
      await disconnectRedis(worker);
    }
  };
  expect([await login(old), await login('another-password-of-the-worker')]).toEqual(['refused', 'accepted']);
  expect(await loadUsers(cluster)).toEqual([]);
  expect(pids()).toEqual(before);
});

test('a changed setting restarts replicas before masters and loses nothing that was acknowledged', async () => {
  const before = pids();
  for (const each of cluster.nodes) {
    writeNodeConfiguration(
      cluster.directory,
      each,
      renderLocalRedisConf(each, { maxmemoryBytes: 80 * mebibyte, cluster: { nodeTimeoutMilliseconds: 2_000 } }),
    );
  }
  const roles = new Map((await viewCluster(cluster)).map(({ node: { name }, role }) => [name, role]));
  const writer = writeAllAlong();
  const steps: string[] = [];
  await convergeCluster(cluster, (step) => steps.push(step));
  const acknowledged = await writer.stop();

  const restarted = steps.flatMap((step) => /^restarted (\S+)/.exec(step)?.[1] ?? []);
  expect(restarted.map((name) => roles.get(name))).toEqual([
    'replica',
    'replica',
    'replica',
    'master',
    'master',
    'master',
  ]);
  expect(pids().filter((pid) => before.includes(pid))).toEqual([]);
  for (const each of cluster.nodes) {
    const memory = await withNodeAdmin(cluster.directory, each, (admin) => admin('INFO', 'memory'));
    expect(memory).toContain(`\r\nmaxmemory:${80 * mebibyte}\r\n`);
  }
  expect(acknowledged.size).toBe(200);
  const stored = await Promise.all([...acknowledged.keys()].map(async (key) => [key, await client.get(key)] as const));
  expect(new Map(stored)).toEqual(acknowledged);
  await shardsAreWhole();
});

test('one changed node is restarted alone', async () => {
  const before = pids();
  const changed = node('redis-5');
  writeNodeConfiguration(
    cluster.directory,
    changed,
    renderLocalRedisConf(changed, { maxmemoryBytes: 81 * mebibyte, cluster: { nodeTimeoutMilliseconds: 2_000 } }),
  );
  await convergeCluster(cluster, () => undefined);
  const survivors = cluster.nodes.filter((_, index) => pids()[index] === before[index]).map(({ name }) => name);
  expect(survivors).toEqual(cluster.nodes.map(({ name }) => name).filter((name) => name !== 'redis-5'));
});

test('a killed master comes back as part of its shard', async () => {
  const master = (await viewCluster(cluster)).find(({ role }) => role === 'master');
  const name = master?.node.name ?? '';
  await client.set(keys.lock('before-kill'), 'kept');
  process.kill(cluster.pid(name), 'SIGKILL');
  await waitUntil(() => runningPid(nodeDaemon(cluster.directory, name)) === undefined, 5_000);
  await cluster.restart(name);
  await shardsAreWhole();
  expect(await client.get(keys.lock('before-kill'))).toBe('kept');
});

test.each([
  ['before', false],
  ['after', true],
])('a node that lost its files joins again as a replica, %s its replica took over', async (_, afterFailover) => {
  const lost = (await viewCluster(cluster)).find(({ role }) => role === 'master')?.node ?? node('redis-1');
  const others = cluster.nodes.filter(({ name }) => name !== lost.name);
  await client.set(keys.lock('before-loss'), 'kept');
  process.kill(cluster.pid(lost.name), 'SIGKILL');
  if (afterFailover) {
    const tookOver = await waitUntil(async () => {
      const views = await viewCluster({ directory: cluster.directory, nodes: others });
      return views.filter(({ slotCount }) => slotCount > 0).length === 3;
    }, 20_000);
    expect(tookOver).toBe(true);
  }
  rmSync(nodeDaemon(cluster.directory, lost.name).directory, { recursive: true });
  writeNodeConfiguration(
    cluster.directory,
    lost,
    renderLocalRedisConf(lost, { maxmemoryBytes: 80 * mebibyte, cluster: { nodeTimeoutMilliseconds: 2_000 } }),
  );
  await startNode(cluster.directory, lost);
  await convergeCluster(cluster, () => undefined);
  await shardsAreWhole();
  expect((await viewCluster(cluster)).find(({ node: { name } }) => name === lost.name)?.role).toBe('replica');
  expect(await client.get(keys.lock('before-loss'))).toBe('kept');
});

test('a node that lost its files joins also when its cluster has to read its users first', async () => {
  const lost = (await viewCluster(cluster)).find(({ role }) => role === 'replica')?.node ?? node('redis-4');
  const secrets = secretsDirectory(cluster.directory);
  writeSecretFile(redisPasswordFile(secrets, 'arranger'), 'another-password-of-who-forms-the-cluster');
  writeRedisUserFiles(secrets);
  process.kill(cluster.pid(lost.name), 'SIGKILL');
  rmSync(nodeDaemon(cluster.directory, lost.name).directory, { recursive: true });
  writeNodeConfiguration(
    cluster.directory,
    lost,
    renderLocalRedisConf(lost, { maxmemoryBytes: 80 * mebibyte, cluster: { nodeTimeoutMilliseconds: 2_000 } }),
  );
  await startNode(cluster.directory, lost);
  await convergeCluster(cluster, () => undefined);
  await shardsAreWhole();
});

test('a node whose port is taken says so and leaves no process', async () => {
  const stranger: ClusterNode = { ...node('redis-1'), name: 'redis-9' };
  await ensureCertificates(certificatesDirectory(cluster.directory), ['redis-9']);
  writeNodeConfiguration(cluster.directory, stranger, renderLocalRedisConf(stranger, { maxmemoryBytes: mebibyte }));
  await expect(startNode(cluster.directory, stranger)).rejects.toThrow(
    new RegExp(`redis-9 on port ${stranger.port} ended while starting:[^]*Address already in use`),
  );
  expect(runningPid(nodeDaemon(cluster.directory, 'redis-9'))).toBeUndefined();
});

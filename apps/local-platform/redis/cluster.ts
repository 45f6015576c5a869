/**
 * Brings a Redis Cluster from whatever state it is in to the declared one, without losing data: forms it, lets nodes
 * that came back rejoin, and rolls changed settings through it, replicas before masters.
 *
 * Every step looks before it acts, so an interrupted run is simply repeated.
 */
import { waitUntil } from '../daemon';
import { withNodeAdmin } from './admin';
import type { LocalRedisCluster } from './layout';
import { isOutdated, startNode, stopNode } from './node';
import { viewCluster, viewNode, type NodeView } from './view';

const slotCount = 16_384;

/** Longest time the cluster may take to agree after a change, in milliseconds. */
const agreeMilliseconds = 30_000;

/** Tells what is being done, a line at a time. */
export type Report = (line: string) => void;

/**
 * Converges the cluster. All of its nodes must be running.
 *
 * @throws Error saying which node doesn't answer, or what the cluster doesn't agree on
 */
export async function convergeCluster(cluster: LocalRedisCluster, report: Report): Promise<void> {
  if (await formCluster(cluster)) report(`formed a cluster of ${cluster.nodes.length} nodes`);
  await awaitHealth(cluster);
  await loadUsers(cluster);
  await rollOutdatedNodes(cluster, report);
}

/** Joins nodes that don't know each other, and hands out what nobody has: slots, then masters for replicas. */
async function formCluster(cluster: LocalRedisCluster): Promise<boolean> {
  const views = await viewCluster(cluster);
  const assigned = views.reduce((sum, view) => sum + (view.role === 'master' ? view.slotCount : 0), 0);
  const joined = views.every(({ knownIds }) => views.every(({ id }) => knownIds.includes(id)));
  if (joined && assigned === slotCount) return false;
  if (assigned === 0) await assignSlots(cluster);
  if (!joined) await introduceNodes(cluster, views);
  await attachReplicas(cluster);
  return true;
}

/** Gives each first master an even, contiguous range, and an epoch of its own so that none wins by accident. */
async function assignSlots({ directory, nodes }: LocalRedisCluster): Promise<void> {
  const masters = nodes.filter(({ startsAsMaster }) => startsAsMaster);
  const boundary = (index: number) => Math.round((index * slotCount) / masters.length);
  await Promise.all(
    masters.map((node, index) =>
      withNodeAdmin(directory, node, async (admin) => {
        await admin('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
        await admin('CLUSTER', 'ADDSLOTSRANGE', boundary(index), boundary(index + 1) - 1);
      }),
    ),
  );
}

async function introduceNodes(cluster: LocalRedisCluster, views: readonly NodeView[]): Promise<void> {
  const [first] = cluster.nodes;
  if (!first) return;
  await withNodeAdmin(cluster.directory, first, async (admin) => {
    for (const { port, busPort } of cluster.nodes) await admin('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  });
  const ids = views.map(({ id }) => id);
  await eventually('every node knows every other', async () =>
    (await viewCluster(cluster)).every(({ knownIds }) => ids.every((id) => knownIds.includes(id))),
  );
}

/** Makes every node that should be a replica and serves no slots replicate its shard's master. */
async function attachReplicas(cluster: LocalRedisCluster): Promise<void> {
  const views = await viewCluster(cluster);
  const idle = views.filter(
    ({ node, role, slotCount: slots }) => !node.startsAsMaster && role === 'master' && slots === 0,
  );
  await Promise.all(
    idle.map(async ({ node }) => {
      const master = views.find((view) => view.node.startsAsMaster && view.node.shard === node.shard);
      if (!master) throw new Error(`${node.name}: shard ${node.shard} has no master`);
      await eventually(`${node.name} replicates ${master.node.name}`, () =>
        withNodeAdmin(
          cluster.directory,
          node,
          async (admin) => (await admin('CLUSTER', 'REPLICATE', master.id)) === 'OK',
        ),
      );
    }),
  );
}

/** Applies users.acl. Only connections of users that changed are closed. */
async function loadUsers({ directory, nodes }: LocalRedisCluster): Promise<void> {
  await Promise.all(nodes.map((node) => withNodeAdmin(directory, node, (admin) => admin('ACL', 'LOAD'))));
}

/**
 * Restarts the nodes whose configuration changed, one at a time: first replicas, then masters, each of which hands its
 * shard over to a replica before it goes.
 */
async function rollOutdatedNodes(cluster: LocalRedisCluster, report: Report): Promise<void> {
  for (const role of ['replica', 'master'] as const) {
    for (const node of cluster.nodes) {
      const isDue = isOutdated(cluster.directory, node) && (await viewNode(cluster.directory, node)).role === role;
      if (!isDue) continue;
      if (role === 'master') await handOver(cluster, node.name, report);
      await stopNode(cluster.directory, node);
      await startNode(cluster.directory, node);
      await awaitHealth(cluster);
      report(`restarted ${node.name} with its new configuration`);
    }
  }
}

/** Makes a replica of this master take over, without loss: the master pauses its clients until the replica has all. */
async function handOver(cluster: LocalRedisCluster, masterName: string, report: Report): Promise<void> {
  const views = await viewCluster(cluster);
  const master = views.find(({ node }) => node.name === masterName);
  const successor = views.find(({ masterId, inSync }) => masterId !== undefined && masterId === master?.id && inSync);
  if (!successor) {
    report(`${masterName} has no replica: its shard pauses while it restarts`);
    return;
  }
  await withNodeAdmin(cluster.directory, successor.node, (admin) => admin('CLUSTER', 'FAILOVER'));
  await eventually(`${successor.node.name} takes over from ${masterName}`, async () => {
    const now = await viewCluster(cluster);
    return (
      now.some(({ node, role }) => node.name === successor.node.name && role === 'master') &&
      now.some(({ node, role }) => node.name === masterName && role === 'replica')
    );
  });
  report(`${successor.node.name} took over from ${masterName}`);
}

/** Waits until every node sees a whole cluster and every replica is in sync. */
async function awaitHealth(cluster: LocalRedisCluster): Promise<void> {
  await eventually('the cluster is whole and its replicas are in sync', async () =>
    (await viewCluster(cluster)).every(({ clusterOk, inSync }) => clusterOk && inSync),
  );
}

async function eventually(what: string, condition: () => Promise<boolean>): Promise<void> {
  let lastError: unknown;
  const came = await waitUntil(async () => {
    try {
      return await condition();
    } catch (error) {
      lastError = error;
      return false;
    }
  }, agreeMilliseconds);
  if (!came) throw new Error(`Redis Cluster: waited 30 s in vain until ${what}`, { cause: lastError });
}

/**
 * Brings a Redis Cluster from whatever state it is in to the declared one, without losing data: forms it, lets nodes
 * that came back rejoin, and rolls changed settings through it, replicas before masters.
 *
 * Every step looks before it acts, so an interrupted run is simply repeated.
 */
import { waitUntil } from '../daemon';
import { withNodeAdmin, type NodeAdmin } from './admin';
import type { LocalRedisCluster } from './layout';
import { isOutdated, startNode, stopNode } from './node';
import { loadUsers } from './users';
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
  // First: users that an earlier version didn't have take part in what follows.
  await loadUsers(cluster);
  if (await formCluster(cluster)) report(`formed a cluster of ${cluster.nodes.length} nodes`);
  await awaitHealth(cluster);
  await rollOutdatedNodes(cluster, report);
}

/** Hands out slots that nobody has, joins nodes that don't know each other, and makes replicas of idle masters. */
async function formCluster(cluster: LocalRedisCluster): Promise<boolean> {
  const views = await viewCluster(cluster);
  const isNew = !views.some(({ assignedSlotCount }) => assignedSlotCount === slotCount);
  const joined = views.every(({ knownIds }) => views.every(({ id }) => knownIds.includes(id)));
  if (isNew) await assignSlots(cluster, views);
  else await replaceLostMasters(cluster, views);
  if (!joined) await introduceNodes(cluster, views);
  await forgetStrangers(cluster);
  await attachReplicas(cluster);
  return isNew;
}

/** Gives each first master an even, contiguous range, and an epoch of its own so that none wins by accident. */
async function assignSlots({ directory }: LocalRedisCluster, views: readonly NodeView[]): Promise<void> {
  const masters = views.filter(({ node }) => node.startsAsMaster);
  const boundary = (index: number) => Math.round((index * slotCount) / masters.length);
  await Promise.all(
    masters.map(async ({ node, slotCount: owned }, index) => {
      // An interrupted run may have served this one already.
      if (owned > 0) return;
      await withNodeAdmin(directory, node, async (admin) => {
        await admin('CLUSTER', 'ADDSLOTSRANGE', boundary(index), boundary(index + 1) - 1);
        // Refused once the node knows others, which then have settled their epochs.
        await admin('CLUSTER', 'SET-CONFIG-EPOCH', index + 1).catch(() => undefined);
      });
    }),
  );
}

/**
 * Promotes the replica of a master that lost its files. The empty node that came back at the master's address keeps the
 * others from ever counting it as failed, so no election would happen; its data is on the replica alone.
 */
async function replaceLostMasters({ directory }: LocalRedisCluster, views: readonly NodeView[]): Promise<void> {
  const ids = views.map(({ id }) => id);
  const hasMaster = (shard: number) => views.some(({ node, slotCount: owned }) => node.shard === shard && owned > 0);
  const orphans = views.filter(
    ({ node, masterId }) => masterId !== undefined && !ids.includes(masterId) && !hasMaster(node.shard),
  );
  const shards = new Set(orphans.map(({ node }) => node.shard));
  for (const shard of shards) {
    const successor = orphans.find(({ node }) => node.shard === shard)?.node;
    if (!successor) continue;
    await withNodeAdmin(directory, successor, (admin) => admin('CLUSTER', 'FAILOVER', 'TAKEOVER'));
    await eventually(
      `${successor.name} takes over its shard`,
      async () => (await viewNode(directory, successor)).slotCount > 0,
    );
  }
}

async function introduceNodes(cluster: LocalRedisCluster, views: readonly NodeView[]): Promise<void> {
  // One that belongs to the cluster introduces the others, so that a node which lost its files joins and not splits.
  const introducer = views.find(({ slotCount: owned }) => owned > 0) ?? views[0];
  if (!introducer) return;
  const introduce = async (admin: NodeAdmin) => {
    for (const { port, busPort } of cluster.nodes) await admin('CLUSTER', 'MEET', '127.0.0.1', port, busPort);
  };
  await withNodeAdmin(cluster.directory, introducer.node, introduce, 'arranger');
  const ids = views.map(({ id }) => id);
  await eventually('every node knows every other', async () =>
    (await viewCluster(cluster)).every(({ knownIds }) => ids.every((id) => knownIds.includes(id))),
  );
}

/** Removes ids that no node has any more: of a node that lost its files and came back as a new one. */
async function forgetStrangers(cluster: LocalRedisCluster): Promise<void> {
  const views = await viewCluster(cluster);
  const ids = views.map(({ id }) => id);
  for (const { node, knownIds } of views) {
    const strangers = knownIds.filter((id) => !ids.includes(id));
    await withNodeAdmin(cluster.directory, node, async (admin) => {
      // A replica refuses to forget its master; it lets go once it follows another.
      for (const id of strangers) await admin('CLUSTER', 'FORGET', id).catch(() => undefined);
    });
  }
}

/** Makes every master without slots a replica in its shard. */
async function attachReplicas(cluster: LocalRedisCluster): Promise<void> {
  const views = await viewCluster(cluster);
  const isIdle = ({ role, slotCount: owned }: NodeView) => role === 'master' && owned === 0;
  await Promise.all(
    views.filter(isIdle).map(async ({ node }) => {
      const master = views.find(({ node: other, slotCount: owned }) => other.shard === node.shard && owned > 0);
      // While a failover is under way the shard has no master yet; the next look finds it a replica.
      if (!master) return;
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

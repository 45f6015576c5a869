/** What happens to a master: a planned failover, a killed process, a frozen one; and how it is made good. */
import { readFileSync } from 'node:fs';
import { withNodeAdmin } from '../../apps/local-platform/redis/admin';
import { viewCluster, viewNode, type NodeView } from '../../apps/local-platform/redis/view';
import { nodeDaemon } from '../../apps/local-platform/redis/layout';
import { logFile, waitUntil } from '../../apps/local-platform/daemon';
import { hashSlot } from '../../apps/redis/keys';
import type { TestCluster } from './redis-cluster';

export const masterFaults = ['CLUSTER FAILOVER', 'kill -9', 'SIGSTOP'] as const;

export type MasterFault = (typeof masterFaults)[number];

/** A shard whose master was brought down, or made a replica. */
export interface FaultyShard {
  readonly formerMaster: NodeView;
  readonly successor: NodeView;
  /** Waits until the replica serves the shard. */
  promoted(): Promise<void>;
  /** Brings the former master back and waits until the cluster is whole. */
  repair(): Promise<void>;
}

/**
 * Four times the node timeout of test clusters. A replica that won an election, was made a replica again by a planned
 * failover, and loses its master within this time, takes over with the epoch of the earlier election, which no other node
 * accepts: the shard is down until somebody acts. Found with Redis 7.0.15; `failover_auth_sent` in its cluster.c is reset
 * after `auth_retry_time` only.
 */
const electionMemoryMilliseconds = 8_000;

/** Whether the last election that a node won, by its log, is long enough ago. */
function electionIsForgotten(cluster: TestCluster, name: string): boolean {
  const log = readFileSync(logFile(nodeDaemon(cluster.directory, name)), 'utf8');
  const won = [...log.matchAll(/^\d+:\w (.+?) [#*] Failover election won/gm)].at(-1)?.[1];
  return won === undefined || Date.now() - new Date(won).getTime() > electionMemoryMilliseconds;
}

/** Brings a fault about at the master of a key's slot. */
export async function strikeMaster(cluster: TestCluster, fault: MasterFault, key: string): Promise<FaultyShard> {
  const { master, replica } = await shardOf(cluster, key);
  await waitUntil(() => electionIsForgotten(cluster, replica.node.name), electionMemoryMilliseconds);
  const pid = cluster.pid(master.node.name);
  const failOver = () =>
    withNodeAdmin(cluster.directory, replica.node, (admin) => admin('CLUSTER', 'FAILOVER')).catch(() => undefined);
  if (fault === 'CLUSTER FAILOVER') await failOver();
  else process.kill(pid, fault === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL');
  return {
    formerMaster: master,
    successor: replica,
    promoted: async () => {
      const isMaster = async () => (await viewNode(cluster.directory, replica.node)).role === 'master';
      // Redis gives a planned failover up after 5 s if the replica lags behind.
      const done = (await waitUntil(isMaster, 6_000)) || (await failOver(), await waitUntil(isMaster, 14_000));
      if (!done) throw new Error(`${replica.node.name} didn't take over from ${master.node.name} in 20 s`);
    },
    repair: async () => {
      if (fault === 'SIGSTOP') process.kill(pid, 'SIGCONT');
      await cluster.restart(master.node.name);
    },
  };
}

async function shardOf(cluster: TestCluster, key: string): Promise<{ master: NodeView; replica: NodeView }> {
  const [first] = cluster.nodes;
  if (!first) throw new Error('the cluster has no nodes');
  const text = await withNodeAdmin(cluster.directory, first, (admin) => admin('CLUSTER', 'NODES'));
  const slot = hashSlot(key);
  const owner = text
    .split('\n')
    .map((line) => line.trim().split(' '))
    .find((line) => line.slice(8).some((range) => covers(range, slot)))?.[0];
  const shard: { master?: NodeView; replica?: NodeView } = {};
  await waitUntil(async () => {
    for (const view of await viewCluster(cluster)) {
      if (view.id === owner) shard.master = view;
      if (view.masterId === owner && view.inSync) shard.replica = view;
    }
    return shard.master !== undefined && shard.replica !== undefined;
  }, 10_000);
  const { master, replica } = shard;
  if (!master || !replica) throw new Error(`slot ${slot} of '${key}' has no master with a replica in sync:\n${text}`);
  return { master, replica };
}

function covers(range: string, slot: number): boolean {
  const [first = NaN, last = first] = range.split('-').map(Number);
  return first <= slot && slot <= last;
}

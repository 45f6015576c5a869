/** What happens to a master: a planned failover, a killed process, a frozen one; and how it is made good. */
import { withNodeAdmin } from '../../apps/local-platform/redis/admin';
import { viewCluster, viewNode, type NodeView } from '../../apps/local-platform/redis/view';
import { waitUntil } from '../../apps/local-platform/daemon';
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

/** Brings a fault about at the master of a key's slot. */
export async function strikeMaster(cluster: TestCluster, fault: MasterFault, key: string): Promise<FaultyShard> {
  const { master, replica } = await shardOf(cluster, key);
  const pid = cluster.pid(master.node.name);
  if (fault === 'CLUSTER FAILOVER') {
    await withNodeAdmin(cluster.directory, replica.node, (admin) => admin('CLUSTER', 'FAILOVER'));
  } else {
    process.kill(pid, fault === 'SIGSTOP' ? 'SIGSTOP' : 'SIGKILL');
  }
  return {
    formerMaster: master,
    successor: replica,
    promoted: async () => {
      const done = await waitUntil(
        async () => (await viewNode(cluster.directory, replica.node)).role === 'master',
        20_000,
      );
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
  const views = await viewCluster(cluster);
  const master = views.find(({ id }) => id === owner);
  const replica = views.find(({ masterId }) => masterId !== undefined && masterId === owner);
  if (!master || !replica) throw new Error(`slot ${slot} of '${key}' has no master with a replica:\n${text}`);
  return { master, replica };
}

function covers(range: string, slot: number): boolean {
  const [first = NaN, last = first] = range.split('-').map(Number);
  return first <= slot && slot <= last;
}

/** The connections that `Subscriptions` opened, as the servers see them. */
import { withNodeAdmin } from '../../apps/local-platform/redis/admin';
import type { ClusterNode } from '../../apps/local-platform/redis/layout';
import type { TestCluster } from './redis-cluster';

/** A subscriber's connection, at the server it leads to. */
export interface SubscriberAt {
  readonly node: ClusterNode;
  readonly id: number;
}

/** All of them; `name` is the connection's name. */
export async function subscriberConnections(cluster: TestCluster, name = 'subscriber'): Promise<SubscriberAt[]> {
  const found = await Promise.all(
    cluster.nodes.map(async (node) => {
      const list = await withNodeAdmin(cluster.directory, node, (admin) => admin('CLIENT', 'LIST'));
      return list
        .split('\n')
        .filter((line) => line.includes(` name=${name} `))
        .map((line) => ({ node, id: Number(/^id=(\d+)/.exec(line)?.[1]) }));
    }),
  );
  return found.flat();
}

/** Cuts them, as a server or a network does that goes away. @returns how many there were */
export async function killSubscriberConnections(cluster: TestCluster, name?: string): Promise<number> {
  const found = await subscriberConnections(cluster, name);
  for (const { node, id } of found) {
    await withNodeAdmin(cluster.directory, node, (admin) => admin('CLIENT', 'KILL', 'ID', id));
  }
  return found.length;
}

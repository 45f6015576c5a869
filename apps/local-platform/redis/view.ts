/** What the nodes of a cluster say of themselves and of each other. */
import { parseClusterNodes, type ListedNode } from '../../redis/cluster-nodes';
import { withNodeAdmin } from './admin';
import type { ClusterNode, LocalRedisCluster } from './layout';

/** A node as it sees itself. */
export interface NodeView {
  readonly node: ClusterNode;
  /** The cluster's name for it: 40 hexadecimal digits. */
  readonly id: string;
  readonly role: 'master' | 'replica';
  /** Id of the master it replicates, if a replica. */
  readonly masterId: string | undefined;
  /** Number of slots it serves. */
  readonly slotCount: number;
  /** Ids of the nodes it knows, itself included. */
  readonly knownIds: readonly string[];
  /** Number of slots that are assigned in its eyes, to whichever node. */
  readonly assignedSlotCount: number;
  /** `cluster_state:ok` and every slot served, in its eyes. */
  readonly clusterOk: boolean;
  /** A replica that is connected to its master and in sync; true for a master. */
  readonly inSync: boolean;
}

/** Asks every node of the cluster. @throws Error naming the node that gives no answer */
export function viewCluster({ directory, nodes }: LocalRedisCluster): Promise<NodeView[]> {
  return Promise.all(nodes.map((node) => viewNode(directory, node)));
}

/** Asks one node. @throws Error naming it if it gives no answer */
export function viewNode(directory: string, node: ClusterNode): Promise<NodeView> {
  return withNodeAdmin(directory, node, async (admin) => {
    const [nodes, info, replication] = await Promise.all([
      admin('CLUSTER', 'NODES'),
      admin('CLUSTER', 'INFO'),
      admin('INFO', 'replication'),
    ]);
    return { node, ...parseNodes(nodes), ...parseState(info, replication) };
  });
}

/** Reads `CLUSTER NODES` as the node that replied it. @throws Error if it names none */
export function parseNodes(
  text: string,
): Pick<NodeView, 'id' | 'role' | 'masterId' | 'slotCount' | 'knownIds' | 'assignedSlotCount'> {
  const nodes = parseClusterNodes(text);
  const self = nodes.find(({ flags }) => flags.includes('myself'));
  if (!self) throw new Error(`CLUSTER NODES names no node 'myself': ${text}`);
  const connected = nodes.filter(({ flags }) => !flags.includes('handshake') && !flags.includes('noaddr'));
  return {
    id: self.id,
    role: self.flags.includes('master') ? 'master' : 'replica',
    masterId: self.masterId,
    slotCount: slotsOf(self),
    knownIds: connected.map(({ id }) => id),
    assignedSlotCount: nodes.reduce((sum, node) => sum + slotsOf(node), 0),
  };
}

const slotsOf = ({ slots }: ListedNode) => slots.reduce((sum, range) => sum + countSlots(range), 0);

function countSlots(range: string): number {
  const [first, last = first] = range.split('-').map(Number);
  return first === undefined || last === undefined ? 0 : last - first + 1;
}

function parseState(info: string, replication: string): Pick<NodeView, 'clusterOk' | 'inSync'> {
  const clusterOk = /^cluster_state:ok/m.test(info) && /^cluster_slots_ok:16384/m.test(info);
  const isReplica = /^role:slave/m.test(replication);
  return { clusterOk, inSync: !isReplica || /^master_link_status:up/m.test(replication) };
}

/** Whether the servers are one whole cluster. */
import type { ServerState } from './server-state';

const slots = 16_384;

export interface ClusterExpectation {
  readonly pods: readonly string[];
  readonly shards: number;
  readonly replicasPerShard: number;
}

/** What is missing; none if the cluster is whole, its slots are about evenly spread, and all replicas are in sync. */
export function clusterFindings(servers: readonly ServerState[], expected: ClusterExpectation): readonly string[] {
  const first = servers[0];
  if (!first) return ['no server answers'];
  const own = servers.flatMap((server) => server.nodes.filter(({ flags }) => flags.includes('myself')));
  const masters = own.filter(({ flags }) => flags.includes('master'));
  const withSlots = masters.filter((node) => node.slots > 0);
  return [
    ...servers.flatMap((server) => serverFindings(server, expected)),
    ...(withSlots.length === expected.shards ? [] : [`${withSlots.length} masters have slots, not ${expected.shards}`]),
    // By the share below which the job `redis-arrange` gives a master more.
    ...withSlots
      .filter((node) => node.slots * expected.shards * 10 < slots * 9)
      .map((node) => `${node.pod} has ${node.slots} slots, less than its share`),
    ...withSlots
      .filter(({ id }) => own.filter(({ master }) => master === id).length !== expected.replicasPerShard)
      .map(({ pod }) => `${pod} has not ${expected.replicasPerShard} replicas`),
  ];
}

function serverFindings({ pod, fields, nodes }: ServerState, { pods }: ClusterExpectation): readonly string[] {
  const about = (finding: string) => `${pod}: ${finding}`;
  const live = nodes.filter(({ flags }) => !flags.includes('noaddr') && !flags.includes('handshake'));
  const lost = live.filter(({ flags, isConnected }) => flags.some((flag) => flag.startsWith('fail')) || !isConnected);
  return [
    ...(fields.get('cluster_state') === 'ok'
      ? []
      : [about(`cluster_state is ${fields.get('cluster_state') ?? 'unknown'}`)]),
    ...(fields.get('cluster_slots_ok') === String(slots)
      ? []
      : [about(`${fields.get('cluster_slots_ok') ?? 'no'} slots are ok`)]),
    ...(live.length === pods.length ? [] : [about(`knows ${live.length} nodes of ${pods.length}`)]),
    ...lost.map((node) => about(`${node.pod} is ${node.flags.join(',')}${node.isConnected ? '' : ', disconnected'}`)),
    ...replicationFindings(fields).map(about),
  ];
}

/** Of a replica: whether it has its master's data. */
export function replicationFindings(fields: ReadonlyMap<string, string>): readonly string[] {
  if (fields.get('loading') !== '0') return ['reads its data'];
  if (fields.get('role') !== 'slave') return [];
  return [
    ...(fields.get('master_link_status') === 'up' ? [] : ['has lost its master']),
    ...(fields.get('master_sync_in_progress') === '0' ? [] : ['copies its master']),
  ];
}

/** Whether pods find a place on nodes: a rehearsal of what the scheduler of Kubernetes does. */
import type { NodeCapacity } from './node-capacity';
import { priorities, sumOf, type PodDemand, type Quantities } from './pod-demand';

/** Nodes of one kind, in all zones. */
export interface NodePool {
  /** Of each node, beside its daemons. */
  readonly capacity: NodeCapacity;
  readonly perZone: number;
  readonly zones: readonly string[];
}

export interface Scenario {
  readonly replicas: 'minimum' | 'maximum';
  /** The zone whose nodes are lost, and with them the pods whose volumes are there. @default - all are there */
  readonly lostZone?: string;
  /** Whether Deployments roll out and jobs run. */
  readonly isRollout: boolean;
}

export interface Placement {
  /** Nodes that are there. */
  readonly nodes: number;
  /** What all pods request that have to run, and their number. */
  readonly requested: NodeCapacity;
  /** Pods without a place, by the name of their workload. */
  readonly unplaced: ReadonlyMap<string, number>;
}

/** A pod that is to be placed. */
interface Pod extends Quantities, Pick<PodDemand, 'overZones' | 'oneANode' | 'priority'> {
  readonly workload: string;
  /** Pods that spread together: a rollout's are counted apart, by `matchLabelKeys`. */
  readonly group: string;
  /** The zone of its volume. */
  readonly zone: string | undefined;
}

interface Node {
  readonly zone: string;
  readonly groups: Map<string, number>;
  free: NodeCapacity;
}

/**
 * Places pods as the scheduler does: by priority, the largest first, each on the node that has fewest of its kind and then
 * most left. It spreads pods rather than filling nodes up, so that what fits here has room to spare for another order.
 */
export function place(
  pods: readonly PodDemand[],
  { capacity, perZone, zones }: NodePool,
  scenario: Scenario,
): Placement {
  const left = zones.filter((zone) => zone !== scenario.lostZone);
  const nodes = left.flatMap((zone) =>
    Array.from({ length: perZone }, (): Node => ({ zone, groups: new Map(), free: capacity })),
  );
  const wanted = pods.flatMap((demand) => podsOf(demand, zones, scenario)).sort(bySize(capacity));
  const unplaced = new Map<string, number>();
  for (const pod of wanted) {
    const node = bestNode(pod, nodes, left, capacity);
    if (node) put(pod, node);
    else unplaced.set(pod.workload, (unplaced.get(pod.workload) ?? 0) + 1);
  }
  return { nodes: nodes.length, requested: { ...sumOf(wanted), pods: wanted.length }, unplaced };
}

/** The pods of a workload that have to run. */
function podsOf(demand: PodDemand, zones: readonly string[], { replicas, lostZone, isRollout }: Scenario): Pod[] {
  if (demand.kind === 'daemon' || (demand.kind === 'job' && !isRollout)) return [];
  const count = demand.replicas[replicas];
  const surge = isRollout && demand.kind === 'deployment' ? (demand.surge ?? Math.ceil(count / 4)) : 0;
  const pod = (ordinal: number, group: string): Pod => ({
    ...demand,
    workload: demand.name,
    group,
    zone: demand.zoneBound ? zones[ordinal % zones.length] : undefined,
  });
  return [
    ...Array.from({ length: count }, (_, ordinal) => pod(ordinal, demand.name)),
    ...Array.from({ length: surge }, (_, ordinal) => pod(ordinal, `${demand.name} (rollout)`)),
  ].filter(({ zone }) => zone === undefined || zone !== lostZone);
}

/** The larger share of a node, of processors and memory. */
const shareOf = ({ cpuMillicores, memoryMebibytes }: Quantities, capacity: NodeCapacity) =>
  Math.max(cpuMillicores / capacity.cpuMillicores, memoryMebibytes / capacity.memoryMebibytes);

const bySize = (capacity: NodeCapacity) => (a: Pod, b: Pod) =>
  priorities.indexOf(a.priority) - priorities.indexOf(b.priority) || shareOf(b, capacity) - shareOf(a, capacity);

function bestNode(
  pod: Pod,
  nodes: readonly Node[],
  zones: readonly string[],
  capacity: NodeCapacity,
): Node | undefined {
  const inZones = new Map(zones.map((zone) => [zone, countIn(nodes, zone, pod.group)]));
  const fewest = Math.min(...inZones.values());
  const mayTake = ({ zone, groups, free }: Node) =>
    (pod.zone === undefined || pod.zone === zone) &&
    (!pod.oneANode || (groups.get(pod.group) ?? 0) === 0) &&
    (!pod.overZones || (inZones.get(zone) ?? 0) <= fewest) &&
    fits(pod, free);
  return nodes
    .filter(mayTake)
    .sort((a, b) => alike(a, pod) - alike(b, pod) || usedShare(a, capacity) - usedShare(b, capacity))[0];
}

const alike = ({ groups }: Node, { group }: Pod) => groups.get(group) ?? 0;

/** Mean share of processors and memory that is taken. */
const usedShare = ({ free }: Node, capacity: NodeCapacity) =>
  -(free.cpuMillicores / capacity.cpuMillicores + free.memoryMebibytes / capacity.memoryMebibytes) / 2;

const countIn = (nodes: readonly Node[], zone: string, group: string) =>
  nodes.filter((node) => node.zone === zone).reduce((sum, { groups }) => sum + (groups.get(group) ?? 0), 0);

const fits = ({ cpuMillicores, memoryMebibytes }: Quantities, free: NodeCapacity) =>
  cpuMillicores <= free.cpuMillicores && memoryMebibytes <= free.memoryMebibytes && free.pods >= 1;

function put({ group, cpuMillicores, memoryMebibytes }: Pod, node: Node): void {
  node.groups.set(group, (node.groups.get(group) ?? 0) + 1);
  node.free = {
    cpuMillicores: node.free.cpuMillicores - cpuMillicores,
    memoryMebibytes: node.free.memoryMebibytes - memoryMebibytes,
    pods: node.free.pods - 1,
  };
}

/** Whether nodes of one kind hold their pods: at the minima and the maxima of autoscaling, with all zones and with one lost. */
import { largerTypes } from './instance-sizes';
import { allocatable, beside, type NodeCapacity } from './node-capacity';
import type { PodDemand } from './pod-demand';
import { place, type NodePool, type Placement, type Scenario } from './scheduling';

/** Nodes of one kind, as settings describe them. */
export interface PlannedNodes {
  readonly instanceType: string;
  readonly perZone: number;
}

/** One situation, and in which zone's loss it is at its worst. */
export interface Rehearsal extends Placement {
  readonly replicas: Scenario['replicas'];
  readonly zones: 'all' | 'one-lost';
}

export interface NodePlan {
  /** Of each node. */
  readonly allocatable: NodeCapacity;
  /** Of each node, beside its daemons. */
  readonly forPods: NodeCapacity;
  /** The least demanding situation first. */
  readonly rehearsals: readonly Rehearsal[];
}

export type NodeKind = 'general' | 'redis';

/** Undefined if the instance type isn't known. */
export function nodePlan(
  inventory: readonly PodDemand[],
  kind: NodeKind,
  { instanceType, perZone }: PlannedNodes,
  zones: readonly string[],
): NodePlan | undefined {
  const capacity = allocatable(instanceType);
  if (!capacity) return undefined;
  const forPods = beside(
    inventory.filter(({ nodes }) => nodes === 'every'),
    capacity,
  );
  const pods = inventory.filter(({ nodes }) => nodes === kind);
  const pool = { capacity: forPods, perZone, zones };
  const situations = [
    ['minimum', 'all'],
    ['minimum', 'one-lost'],
    ['maximum', 'all'],
    ['maximum', 'one-lost'],
  ] as const;
  return {
    allocatable: capacity,
    forPods,
    rehearsals: situations
      .filter(([, which]) => which === 'all' || zones.length > 1)
      .map(([replicas, which]) => ({
        replicas,
        zones: which,
        ...(which === 'all' ? place(pods, pool, { replicas, isRollout: true }) : withoutEachZone(pods, pool, replicas)),
      })),
  };
}

/** Nothing is deployed while a zone is lost: no rollout is counted, and no job. */
function withoutEachZone(pods: readonly PodDemand[], pool: NodePool, replicas: Scenario['replicas']): Placement {
  const placements = pool.zones.map((lostZone) => place(pods, pool, { replicas, lostZone, isRollout: false }));
  return placements.reduce((worst, other) => (severity(other) > severity(worst) ? other : worst));
}

/** Pods without a place; among as many, what is requested. */
const severity = (placement: Placement) =>
  unplacedPods(placement) * 1e9 + placement.requested.cpuMillicores + placement.requested.memoryMebibytes;

/** Number of pods that find no place. */
export const unplacedPods = ({ unplaced }: Placement) => [...unplaced.values()].reduce((sum, count) => sum + count, 0);

/** The first situation in which pods find no place. */
export const firstFailure = ({ rehearsals }: NodePlan) => rehearsals.find((rehearsal) => unplacedPods(rehearsal) > 0);

/** Nodes to choose instead; each undefined if there are none that hold everything. */
export interface Remedies {
  readonly perZone: number | undefined;
  /** With as many nodes. */
  readonly instanceType: string | undefined;
  /** Maxima that the nodes hold as they are, by setting; undefined if not even the minima fit. */
  readonly maxima: ReadonlyMap<string, number> | undefined;
}

/** What `kubernetes.…Nodes.perZone` may be at most. */
const maximumPerZone = 50;

export function remedies(
  inventory: readonly PodDemand[],
  kind: NodeKind,
  nodes: PlannedNodes,
  zones: readonly string[],
): Remedies {
  const holds = (pods: readonly PodDemand[], other: PlannedNodes) => {
    const plan = nodePlan(pods, kind, other, zones);
    return plan !== undefined && firstFailure(plan) === undefined;
  };
  const more = Array.from({ length: maximumPerZone - nodes.perZone }, (_, index) => nodes.perZone + 1 + index);
  return {
    perZone: more.find((perZone) => holds(inventory, { ...nodes, perZone })),
    instanceType: largerTypes(nodes.instanceType).find((instanceType) => holds(inventory, { ...nodes, instanceType })),
    maxima: maximaThatFit(inventory, (pods) => holds(pods, nodes)),
  };
}

/** Steps between minima and maxima that are tried, the highest first. */
const steps = 20;

/** All maxima lowered by the same share of what is between minimum and maximum. */
function maximaThatFit(
  inventory: readonly PodDemand[],
  holds: (pods: readonly PodDemand[]) => boolean,
): ReadonlyMap<string, number> | undefined {
  for (let step = steps; step >= 0; step -= 1) {
    const lowered = inventory.map((demand) => withMaximumAt(demand, step / steps));
    if (!holds(lowered)) continue;
    return new Map(
      lowered.flatMap(({ maximumSetting, replicas }) =>
        maximumSetting === undefined ? [] : [[maximumSetting, replicas.maximum] as const],
      ),
    );
  }
  return undefined;
}

function withMaximumAt(demand: PodDemand, share: number): PodDemand {
  const { minimum, maximum } = demand.replicas;
  return demand.maximumSetting === undefined
    ? demand
    : { ...demand, replicas: { minimum, maximum: minimum + Math.floor((maximum - minimum) * share) } };
}

/** Highest number of pods that is tried; what `replicas.maximum` may be at most. */
const highestTried = 200;

/** How far each maximum could be raised if the others stayed as they are, by setting. Only for nodes that hold everything. */
export function highestMaxima(
  inventory: readonly PodDemand[],
  kind: NodeKind,
  nodes: PlannedNodes,
  zones: readonly string[],
): ReadonlyMap<string, number> {
  const holds = (setting: string, maximum: number) => {
    const raised = inventory.map((demand) =>
      demand.maximumSetting === setting ? { ...demand, replicas: { ...demand.replicas, maximum } } : demand,
    );
    const plan = nodePlan(raised, kind, nodes, zones);
    return plan !== undefined && firstFailure(plan) === undefined;
  };
  return new Map(
    inventory
      .filter(({ nodes: on }) => on === kind)
      .flatMap(({ maximumSetting, replicas: { maximum } }) => {
        if (maximumSetting === undefined) return [];
        let highest = maximum;
        while (highest < highestTried && holds(maximumSetting, highest + 1)) highest += 1;
        return [[maximumSetting, highest] as const];
      }),
  );
}

/** How full an environment's nodes are, as plain data. */
import { hoursAMonth } from '../constructs/elasticache/prices';
import type { NodeCapacity } from '../constructs/kubernetes/node-capacity';
import {
  highestMaxima,
  nodePlan,
  unplacedPods,
  type NodeKind,
  type Rehearsal,
} from '../constructs/kubernetes/node-plan';
import { instancePrice } from '../constructs/kubernetes/node-prices';
import type { CloudEnvironment } from '../environments/cloud-environment';
import { environmentNodes, situation } from '../environments/node-capacity-rules';
import { podInventory } from '../environments/pod-inventory';
import type { DollarsAMonth } from './capacity-report';

/** Pods on the nodes that are there in a situation. */
export interface Situation {
  /** `at the maxima of replicas with a zone lost`, say. */
  readonly name: string;
  readonly nodes: number;
  readonly requested: NodeCapacity;
  /** Of all nodes that are there, beside daemons. */
  readonly capacity: NodeCapacity;
  /** Pods without a place. */
  readonly unplaced: number;
}

export interface NodeReport {
  readonly kind: NodeKind;
  readonly instanceType: string;
  readonly perZone: number;
  readonly zones: number;
  readonly dollarsAMonth: DollarsAMonth;
  /** Of a node, without and beside its daemons. */
  readonly allocatable: NodeCapacity;
  readonly forPods: NodeCapacity;
  readonly situations: readonly Situation[];
  /** How far each maximum could be raised alone, by setting. */
  readonly highestMaxima: Readonly<Record<string, number>>;
}

/** A report for each kind of nodes. The environment is valid, so that their types are known. */
export function nodeReports(environment: CloudEnvironment): NodeReport[] {
  const inventory = podInventory(environment);
  const { network, region } = environment;
  return environmentNodes(environment).flatMap(({ kind, nodes }) => {
    const plan = nodePlan(inventory, kind, nodes, network.zones);
    if (!plan) return [];
    const price = instancePrice(nodes.instanceType, region);
    return [
      {
        kind,
        instanceType: nodes.instanceType,
        perZone: nodes.perZone,
        zones: network.zones.length,
        dollarsAMonth: price === undefined ? undefined : price * nodes.perZone * network.zones.length * hoursAMonth,
        allocatable: plan.allocatable,
        forPods: plan.forPods,
        situations: plan.rehearsals.map((rehearsal) => situationOf(rehearsal, plan.forPods)),
        highestMaxima: Object.fromEntries(highestMaxima(inventory, kind, nodes, network.zones)),
      },
    ];
  });
}

const situationOf = (rehearsal: Rehearsal, forPods: NodeCapacity): Situation => ({
  name: situation(rehearsal),
  nodes: rehearsal.nodes,
  requested: rehearsal.requested,
  capacity: {
    cpuMillicores: forPods.cpuMillicores * rehearsal.nodes,
    memoryMebibytes: forPods.memoryMebibytes * rehearsal.nodes,
    pods: forPods.pods * rehearsal.nodes,
  },
  unplaced: unplacedPods(rehearsal),
});

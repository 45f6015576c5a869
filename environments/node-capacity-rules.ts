/**
 * Whether an environment's nodes hold its pods. No process adds nodes: a pod that fits none of them waits until another
 * goes. docs/decisions/0019 has the reasons.
 */
import { knownFamilies } from '../constructs/kubernetes/instance-sizes';
import {
  firstFailure,
  nodePlan,
  remedies,
  unplacedPods,
  type NodeKind,
  type NodePlan,
  type Rehearsal,
} from '../constructs/kubernetes/node-plan';
import type { PodDemand } from '../constructs/kubernetes/pod-demand';
import type { Violation } from '../constructs/validation/violations';
import type { CloudEnvironment } from './cloud-environment';
import type { KubernetesSettings } from './kubernetes-settings';
import { podInventory } from './pod-inventory';

/** Nodes of one kind in an environment. */
export interface EnvironmentNodes {
  readonly kind: NodeKind;
  readonly setting: 'kubernetes.generalNodes' | 'kubernetes.redisNodes';
  readonly nodes: KubernetesSettings['generalNodes'];
}

/** Each kind of nodes that an environment has. */
export function environmentNodes({ kubernetes: { generalNodes, redisNodes } }: CloudEnvironment): EnvironmentNodes[] {
  return [
    { kind: 'general', setting: 'kubernetes.generalNodes', nodes: generalNodes },
    ...(redisNodes.kind === 'none'
      ? []
      : [{ kind: 'redis' as const, setting: 'kubernetes.redisNodes' as const, nodes: redisNodes }]),
  ];
}

/** For environments that break no other rule: what is placed is what other settings say. */
export function nodeCapacityViolations(environment: CloudEnvironment): Violation[] {
  const inventory = podInventory(environment);
  const { zones } = environment.network;
  return environmentNodes(environment).flatMap((described) => violationsOf(described, inventory, zones));
}

function violationsOf(
  { kind, setting, nodes }: EnvironmentNodes,
  inventory: readonly PodDemand[],
  zones: readonly string[],
): Violation[] {
  const { instanceType, perZone } = nodes;
  const plan = nodePlan(inventory, kind, nodes, zones);
  if (!plan) return [unknownType(setting, instanceType)];
  const failure = firstFailure(plan);
  if (!failure) return [];
  return [
    {
      setting,
      value: { instanceType, perZone },
      expected: expected(plan, failure),
      remedy: remedy(setting, remedies(inventory, kind, nodes, zones), inventory),
    },
  ];
}

/** A type that can't be computed isn't taken for one that is large enough. */
const unknownType = (setting: string, value: string): Violation => ({
  setting: `${setting}.instanceType`,
  value,
  expected: `a type whose processors, memory and pods are known: ${knownFamilies.join(', ')}, without metal`,
  remedy: 'Choose one of these, or add its size to constructs/kubernetes/instance-sizes.ts',
});

function expected({ forPods }: NodePlan, failure: Rehearsal): string {
  const { requested, nodes, unplaced } = failure;
  const names = [...unplaced].map(([name, count]) => `${name} ${count}`).join(', ');
  return (
    `nodes that hold all pods ${situation(failure)}; ${requested.pods} pods request ${requested.cpuMillicores} millicores ` +
    `and ${requested.memoryMebibytes} MiB of ${nodes} nodes with ${forPods.cpuMillicores} millicores, ` +
    `${forPods.memoryMebibytes} MiB and ${forPods.pods} pods each, and ${unplacedPods(failure)} find no place (${names})`
  );
}

/** `at the maxima of replicas with a zone lost`, say. */
export const situation = ({ replicas, zones }: Pick<Rehearsal, 'replicas' | 'zones'>) =>
  `at the ${replicas === 'minimum' ? 'minima' : 'maxima'} of replicas ${zones === 'all' ? 'with all zones' : 'with a zone lost'}`;

function remedy(
  setting: string,
  { perZone, instanceType, maxima }: ReturnType<typeof remedies>,
  inventory: readonly PodDemand[],
): string {
  const lowered = [...(maxima ?? [])].filter(([name, value]) => isBelow(inventory, name, value));
  const options = [
    ...(perZone === undefined ? [] : [`set ${setting}.perZone to ${perZone}`]),
    ...(instanceType === undefined ? [] : [`set ${setting}.instanceType to ${instanceType}`]),
    ...(lowered.length === 0 ? [] : [`lower ${lowered.map(([name, value]) => `${name} to ${value}`).join(', ')}`]),
  ];
  const text = options.length === 0 ? `choose larger nodes in ${setting}` : options.join(', or ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const isBelow = (inventory: readonly PodDemand[], setting: string, value: number) =>
  inventory.some(({ maximumSetting, replicas }) => maximumSetting === setting && value < replicas.maximum);

/** Takes away what opens or closes, one at a time, and asks whether the check would fail: what is not missed is too much. */
import type { EnvironmentPlan } from '../synthesis/environment-plan';
import type { ResolvedResource } from '../synthesis/resources';
import { excusedRule } from './excused-rules';
import { connectionsOf, MissingEndError, neededConnections, type NeededConnection } from './flow-ends';
import { namesOf, undeclaredPairs } from './reachability-check';
import { shortName } from './resource-names';
import { reachabilitySubject, type DeclaredFlow, type Subject } from './subject';
import { isAjar, isOpen } from './way';

export interface MutationResult {
  /** What was taken away. */
  readonly taken: number;
  /** What stays although its absence closes nothing that is needed and opens nothing that isn't, with a reason. */
  readonly excused: readonly string[];
  /** Names of the others whose absence changes nothing. */
  readonly unnoticed: readonly string[];
}

const mutatedTypes: ReadonlySet<string> = new Set([
  'aws_vpc_security_group_ingress_rule',
  'aws_vpc_security_group_egress_rule',
  'aws_network_acl_rule',
  'aws_route',
  'aws_vpc_endpoint',
  'kubernetes_network_policy_v1',
]);

export function mutateReachability(plan: EnvironmentPlan): MutationResult {
  const subject = reachabilitySubject(plan);
  const users = usersOf(neededConnections(subject));
  const taken = plan.resources.filter(({ type }) => mutatedTypes.has(type));
  const unnoticed = taken.filter((resource) => !isMissed(subject, resource, users.get(ruleName(resource)) ?? []));
  const names = unnoticed.map(ruleName);
  return {
    taken: taken.length,
    excused: names.filter((name) => excusedRule(name)),
    unnoticed: names.filter((name) => !excusedRule(name)),
  };
}

/** As layers name it. */
function ruleName(resource: ResolvedResource): string {
  if (resource.type !== 'kubernetes_network_policy_v1') return shortName(resource);
  const { namespace, name } = metadataOf(resource);
  return `${namespace}/${name}`;
}

/** Needed connections by the names of the rules that let them pass: no other can miss one. */
function usersOf(needed: readonly NeededConnection[]): ReadonlyMap<string, readonly NeededConnection[]> {
  const users = new Map<string, Set<NeededConnection>>();
  for (const connection of needed) {
    for (const name of connection.ways.flat().flatMap(({ passedBy }) => passedBy)) {
      users.set(name, (users.get(name) ?? new Set()).add(connection));
    }
  }
  return new Map([...users].map(([name, connections]) => [name, [...connections]]));
}

/** Names of connections of pods of a namespace that are open and that nothing needs, excepted or not. */
function openings(subject: Subject, namespace: string): ReadonlySet<string> {
  const pairs = undeclaredPairs(subject).filter(
    ({ from, to }) => from.pod?.namespace === namespace || to.pod?.namespace === namespace,
  );
  const open = pairs.filter((connection) => isAjar(subject.surface, connection));
  return new Set(open.map((connection) => JSON.stringify(namesOf(connection))));
}

function isMissed(before: Subject, resource: ResolvedResource, users: readonly NeededConnection[]): boolean {
  const resources = before.plan.resources.filter((other) => other !== resource);
  const subject = reachabilitySubject({ ...before.plan, resources });
  const flows = [...new Set(users.map(({ flow }) => before.flows.indexOf(flow)))];
  const affected = subject.flows.filter((_, index) => flows.includes(index));
  if (affected.some((flow) => isClosed(subject, flow))) return true;
  // Without a policy that selects a pod all is let pass; nothing else closes by being there.
  if (resource.type !== 'kubernetes_network_policy_v1') return false;
  const { namespace } = metadataOf(resource);
  const open = openings(before, namespace);
  return [...openings(subject, namespace)].some((name) => !open.has(name));
}

/** Clients are known by the rule that admits them: without it they are gone. */
function isClosed(subject: Subject, flow: DeclaredFlow): boolean {
  try {
    return connectionsOf(subject, flow).some(({ ways }) => !isOpen(ways));
  } catch (error) {
    if (error instanceof MissingEndError) return true;
    throw error;
  }
}

const metadataOf = ({ values }: ResolvedResource) =>
  values.metadata as { readonly namespace: string; readonly name: string };

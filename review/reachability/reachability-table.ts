/** Who connects to whom, why, and by which rules: a row for each needed connection, for reviewers. */
import type { EnvironmentPlan } from '../synthesis/environment-plan';
import type { NeededConnection } from './flow-ends';
import { checkReachability } from './reachability-check';
import { reachabilitySubject } from './subject';
import type { LayerKind } from './way';

export interface ReachabilityRow {
  readonly from: string;
  /** A party, or a service of AWS with how it is reached. */
  readonly to: string;
  /** `tcp/443` */
  readonly port: string;
  readonly why: string;
  /** By layer: rules that let it pass at some place of the way, and `CLOSED by …` for what doesn't. */
  readonly way: Readonly<Partial<Record<LayerKind, readonly string[]>>>;
}

/** Rows by the two ends, then by port. @throws Error if the plan can't be read exactly */
export const reachabilityTable = (plan: EnvironmentPlan): readonly ReachabilityRow[] =>
  rowsOf(checkReachability(reachabilitySubject(plan)).needed);

export function rowsOf(needed: readonly NeededConnection[]): readonly ReachabilityRow[] {
  return needed.map(rowOf).sort((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
}

const sortKey = ({ from, to, port, why }: ReachabilityRow) => JSON.stringify([from, to, port, why]);

function rowOf({ from, to, service, flow, ways }: NeededConnection): ReachabilityRow {
  const way: Partial<Record<LayerKind, Set<string>>> = {};
  for (const { kind, passedBy, stoppedBy } of ways.flat()) {
    const names = (way[kind] ??= new Set());
    for (const name of passedBy) names.add(name);
    for (const name of stoppedBy) names.add(`CLOSED by ${name}`);
  }
  return {
    from: from.name,
    to: service === undefined ? to.name : serviceName(service, to.name),
    port: `${flow.protocol ?? 'tcp'}/${flow.port}`,
    why: flow.why,
    way: Object.fromEntries(Object.entries(way).map(([kind, names]) => [kind, [...names].sort()])),
  };
}

function serviceName(service: string, party: string): string {
  if (service === 's3') return 'AWS s3 (endpoint)';
  return `AWS ${service} (${party === 'endpoints' ? 'endpoint' : 'NAT'})`;
}

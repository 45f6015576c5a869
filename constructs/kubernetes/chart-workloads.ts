/** What the pods of a chart request, read from the very values that it is installed with. */
import type { ChartValues } from './chart-release';
import { sumOf, type PodDemand, type Quantities } from './pod-demand';

/** Where a chart's values say what a workload of it requests. Paths have dots: `webhook.resources`, `sidecars.0.resources`. */
export interface ChartWorkload extends Partial<Pick<PodDemand, 'surge' | 'zoneBound' | 'maximumSetting'>> {
  /** As the chart names it. */
  readonly name: string;
  readonly kind: PodDemand['kind'];
  /** Path of the number of pods, paths of its bounds, or the number that the chart has itself. */
  readonly replicas: string | number | { readonly minimum: string; readonly maximum: string };
  /** Paths of the resources of each container. Init containers that request no more than these need none. */
  readonly containers: readonly string[];
  /** Path of the list of topology spread constraints. @default - none: pods may all be in one zone */
  readonly spread?: string;
  /**
   * Path of what is `hard` if no two pods may be on one node, or `true` if that is the chart's own default.
   * @default - pods may share nodes
   */
  readonly apart?: string | true;
}

export type ChartPodsProps = Pick<PodDemand, 'namespace' | 'priority'> & Partial<Pick<PodDemand, 'nodes'>>;

/** @throws Error naming the path if the values don't have what a workload says is there */
export function chartPods(
  values: ChartValues,
  workloads: readonly ChartWorkload[],
  { nodes = 'general', ...shared }: ChartPodsProps,
): readonly PodDemand[] {
  return workloads.map(({ replicas, containers, spread, apart, zoneBound = false, ...workload }) => ({
    ...shared,
    ...workload,
    nodes,
    replicas: replicasIn(values, replicas),
    ...sumOf(containers.map((path) => requestsAt(values, path))),
    overZones: spread !== undefined && isSpreadOverZones(values, spread),
    oneANode: apart === true || (apart !== undefined && isHard(values, apart)),
    zoneBound,
  }));
}

function replicasIn(values: ChartValues, replicas: ChartWorkload['replicas']): PodDemand['replicas'] {
  if (typeof replicas === 'object') {
    return { minimum: numberAt(values, replicas.minimum), maximum: numberAt(values, replicas.maximum) };
  }
  const count = typeof replicas === 'number' ? replicas : numberAt(values, replicas);
  return { minimum: count, maximum: count };
}

/** The requests of a container. */
function requestsAt(values: ChartValues, path: string): Quantities {
  return {
    cpuMillicores: quantityAt(values, `${path}.requests.cpu`, 'm'),
    memoryMebibytes: quantityAt(values, `${path}.requests.memory`, 'Mi'),
  };
}

function quantityAt(values: ChartValues, path: string, unit: 'm' | 'Mi'): number {
  const found = at(values, path);
  const number = typeof found === 'string' && found.endsWith(unit) ? Number(found.slice(0, -unit.length)) : NaN;
  if (Number.isInteger(number)) return number;
  throw missing(path, found, `a whole number of ${unit}`);
}

function numberAt(values: ChartValues, path: string): number {
  const found = at(values, path);
  if (typeof found === 'number') return found;
  throw missing(path, found, 'a number');
}

function isSpreadOverZones(values: ChartValues, path: string): boolean {
  const found = at(values, path);
  if (!Array.isArray(found)) throw missing(path, found, 'a list of topology spread constraints');
  return (found as Readonly<Record<string, unknown>>[]).some(
    ({ topologyKey, whenUnsatisfiable }) =>
      topologyKey === 'topology.kubernetes.io/zone' && whenUnsatisfiable === 'DoNotSchedule',
  );
}

function isHard(values: ChartValues, path: string): boolean {
  const found = at(values, path);
  if (typeof found !== 'string') throw missing(path, found, "'hard' or 'soft'");
  return found === 'hard';
}

function at(values: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce((value: unknown, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], values);
}

const missing = (path: string, found: unknown, expected: string) =>
  new Error(
    `values of a chart: ${path} is ${JSON.stringify(found)}; expected ${expected}. Correct the path of the workload`,
  );

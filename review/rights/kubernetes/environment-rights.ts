/** Everything that decides what service accounts of an environment's cluster may do. */
import { defaultRoles } from './default-roles';
import { accessObjects } from './eks-access';
import { rbacObjectsOf } from './manifests';
import { joined, type RbacObjects } from './rbac-objects';
import {
  installedCharts,
  placedObjects,
  stackObjects,
  type InstalledChart,
  type PlacedObject,
  type StackResources,
} from './terraform-rbac';

/**
 * Roles, bindings and service accounts that a chart of others renders.
 *
 * @param id `<stack>/<release>`, such as `staging-redis/redis`
 */
export type ChartRights = (id: string, chart: InstalledChart) => RbacObjects;

export interface EnvironmentRights {
  readonly objects: RbacObjects;
  /** Custom resources that controllers act on. */
  readonly placed: readonly PlacedObject[];
}

/**
 * Rights of a synthesized environment.
 *
 * @param stacks by their names
 * @param chartRights what charts of others render
 */
export function environmentRights(
  stacks: Readonly<Record<string, StackResources>>,
  chartRights: ChartRights,
): EnvironmentRights {
  const charts = Object.entries(stacks).flatMap(([stack, resources]) =>
    installedCharts(resources).map((chart) => [`${stack}/${chart.name}`, chart] as const),
  );
  const placed = charts.flatMap(([, chart]) => placedObjects(chart));
  return {
    placed,
    objects: joined([
      defaultRoles,
      ...Object.values(stacks).map(accessObjects),
      ...Object.entries(stacks).map(([name, stack]) => stackObjects(name, stack)),
      ...placed.map(({ namespace, manifest }) => rbacObjectsOf([manifest], { origin: 'own objects', namespace })),
      ...charts.filter(([, { version }]) => version !== undefined).map(([id, chart]) => chartRights(id, chart)),
    ]),
  };
}

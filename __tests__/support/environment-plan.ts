/** Environments as they would be deployed, without anything that was built. */
import { isCloudEnvironment, parseEnvironment, type EnvironmentInput } from '../../environments/environment';
import { planEnvironment, type EnvironmentPlan } from '../../review/synthesis/environment-plan';
import type { ResolvedResource } from '../../review/synthesis/resources';
import { testDay } from './kubernetes';
import { testSurroundings } from './surroundings';
import { withoutTokenTraces } from './token-traces';

export function planOf(input: EnvironmentInput): EnvironmentPlan {
  const environment = parseEnvironment(input, testDay);
  if (!isCloudEnvironment(environment)) throw new Error(`${environment.name} is not in AWS`);
  return withoutTokenTraces(() => planEnvironment(environment, testSurroundings()));
}

/** A plan without the resources whose addresses match. @throws Error if none does */
export function planWithout(plan: EnvironmentPlan, address: RegExp): EnvironmentPlan {
  const resources = plan.resources.filter((resource) => !address.test(resource.address));
  if (resources.length === plan.resources.length) throw new Error(`no resource is called ${String(address)}`);
  return { ...plan, resources };
}

/** A plan with other arguments of the one resource whose address matches. @throws Error if there is not exactly one */
export function planWith(
  plan: EnvironmentPlan,
  address: RegExp,
  change: Readonly<Record<string, unknown>>,
): EnvironmentPlan {
  const changed = plan.resources.filter((resource) => address.test(resource.address));
  if (changed.length !== 1) throw new Error(`${changed.length} resources are called ${String(address)}, not one`);
  const resources = plan.resources.map((resource) =>
    resource === changed[0] ? withValues(resource, change) : resource,
  );
  return { ...plan, resources };
}

const withValues = (resource: ResolvedResource, change: Readonly<Record<string, unknown>>): ResolvedResource => ({
  ...resource,
  values: { ...resource.values, ...change },
  attribute: (name) => change[name] ?? resource.attribute(name),
});

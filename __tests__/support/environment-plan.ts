/** Environments as they would be deployed, without anything that was built. */
import { neverDeployed } from '../../constructs/local/observation';
import { isCloudEnvironment, parseEnvironment, type EnvironmentInput } from '../../environments/environment';
import { planEnvironment, type EnvironmentPlan } from '../../review/synthesis/environment-plan';
import type { ResolvedResource } from '../../review/synthesis/resources';
import { testBundle } from './function-bundle';
import { testDay } from './kubernetes';

export function planOf(input: EnvironmentInput): EnvironmentPlan {
  const environment = parseEnvironment(input, testDay);
  if (!isCloudEnvironment(environment)) throw new Error(`${environment.name} is not in AWS`);
  return withoutTraces(() =>
    planEnvironment(environment, {
      observeLocalPlatform: () => neverDeployed,
      bundleDigests: () => ({ api: 'api', worker: 'worker', 'alert-receiver': 'alert-receiver' }),
      alarmNotifier: () => testBundle,
      passwordRotation: () => testBundle,
      ownState: () => 'bucket',
      today: testDay,
    }),
  );
}

/** CDKTF notes where each token was made; to find these places in TypeScript takes most of the time under Jest. */
function withoutTraces<Result>(work: () => Result): Result {
  const before = Reflect.get(Error, 'prepareStackTrace') as unknown;
  try {
    Error.prepareStackTrace = () => '';
    return work();
  } finally {
    Reflect.set(Error, 'prepareStackTrace', before);
  }
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

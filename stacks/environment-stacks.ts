/** Which stacks an environment has. */
import type { App } from 'cdktf';
import type { BundleDigests } from '../constructs/local/local-application';
import type { LocalObservation } from '../constructs/local/observation';
import type { Environment } from '../environments/environment';
import { LocalApplicationStack } from './local-application-stack';
import { LocalRedisStack } from './local-redis-stack';

/** What synthesis has to know beside the environment; looked up only by environments that need it. */
export interface Surroundings {
  /** What runs on this machine. */
  observeLocalPlatform(): LocalObservation;
  /** What was built. */
  bundleDigests(): BundleDigests;
}

type AddStacks = (app: App, environment: Environment, surroundings: Surroundings) => void;

const stacksOf: Readonly<Record<Environment['platform']['kind'], AddStacks>> = { 'local-processes': addLocalStacks };

/** Makes the stacks of an environment, each named `<environment>-<what it is>`. */
export function addStacks(app: App, environment: Environment, surroundings: Surroundings): void {
  stacksOf[environment.platform.kind](app, environment, surroundings);
}

function addLocalStacks(app: App, environment: Environment, surroundings: Surroundings): void {
  const observation = surroundings.observeLocalPlatform();
  const platform = new LocalRedisStack(app, `${environment.name}-redis`, { environment, observation });
  const application = new LocalApplicationStack(app, `${environment.name}-application`, {
    environment,
    observation,
    bundles: surroundings.bundleDigests(),
    redis: platform.redis,
    database: platform.database,
  });
  application.addDependency(platform);
}

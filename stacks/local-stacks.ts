/** The stacks of an environment on this machine. */
import type { App } from 'cdktf';
import type { LocalEnvironment } from '../environments/local-environment';
import type { Surroundings } from './environment-stacks';
import { LocalApplicationStack } from './local-application-stack';
import { LocalRedisStack } from './local-redis-stack';

export function addLocalStacks(app: App, environment: LocalEnvironment, surroundings: Surroundings): void {
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

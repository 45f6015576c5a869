/** The stacks of an environment on this machine. */
import type { App } from 'cdktf';
import type { LocalEnvironment } from '../environments/local-environment';
import type { Surroundings } from './environment-stacks';
import { LocalApplicationStack } from './local-application-stack';
import { LocalObservabilityStack } from './local-observability-stack';
import { LocalRedisStack } from './local-redis-stack';

export function addLocalStacks(app: App, environment: LocalEnvironment, surroundings: Surroundings): void {
  const observation = surroundings.observeLocalPlatform();
  const bundles = surroundings.bundleDigests();
  const platform = new LocalRedisStack(app, `${environment.name}-redis`, { environment, observation });
  const application = new LocalApplicationStack(app, `${environment.name}-application`, {
    environment,
    observation,
    bundles,
    redis: platform.redis,
    database: platform.database,
  });
  application.addDependency(platform);
  const observability = new LocalObservabilityStack(app, `${environment.name}-observability`, {
    environment,
    observation,
    receiverDigest: bundles['alert-receiver'],
  });
  // Watched from the first minute on, what is not there yet would be found missing.
  observability.addDependency(application);
}

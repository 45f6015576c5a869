/** Environments with Redis on Kubernetes, which everything here is about. */
import type { BitnamiSettings } from '../environments/bitnami-settings';
import { isLocalEnvironment, type Environment, type LocalEnvironment } from '../environments/environment';

export interface OnKubernetes {
  readonly environment: Exclude<Environment, LocalEnvironment>;
  readonly platform: BitnamiSettings;
}

/** An environment and the settings of its Redis. @throws Error if its Redis is not on Kubernetes */
export function onKubernetes(environment: Environment): OnKubernetes {
  const { name, platform } = environment;
  const isBitnami = platform.kind === 'bitnami-cluster' || platform.kind === 'bitnami-sentinel';
  if (!isLocalEnvironment(environment) && isBitnami) return { environment, platform };
  throw new Error(
    `the Redis of '${name}' is not on Kubernetes (platform.kind is ${platform.kind}): name an environment of ` +
      'bitnami-cluster or bitnami-sentinel',
  );
}

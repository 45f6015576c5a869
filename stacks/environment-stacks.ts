/** Which stacks an environment has. */
import type { App } from 'cdktf';
import type { FunctionBundle } from '../constructs/aws/function-bundle';
import type { BundleDigests } from '../constructs/local/local-application';
import type { LocalObservation } from '../constructs/local/observation';
import { isKubernetesEnvironment, isLocalEnvironment, type Environment } from '../environments/environment';
import { addCloudStacks } from './cloud-stacks';
import { addKubernetesStacks } from './kubernetes-stacks';
import { addLocalStacks } from './local-stacks';
import type { OwnState } from './terraform-state-stack';

/** What synthesis has to know beside the environment; looked up only by environments that need it. */
export interface Surroundings {
  /** What runs on this machine. */
  observeLocalPlatform(): LocalObservation;
  /** What was built. */
  bundleDigests(): BundleDigests;
  /** The program that tells receivers of alarms of CloudWatch, built. */
  alarmNotifier(): FunctionBundle;
  /** The program that changes passwords in AWS, built. */
  passwordRotation(): FunctionBundle;
  /** Where the state of the stack for Terraform's state is. */
  ownState(): OwnState;
  /** Paths of kubeconfigs. */
  kubeconfigPaths(): readonly string[];
  /** The day on which versions must be supported. */
  readonly today: Date;
}

/** Makes the stacks of an environment, each named `<environment>-<what it is>`. */
export function addStacks(app: App, environment: Environment, surroundings: Surroundings): void {
  if (isLocalEnvironment(environment)) addLocalStacks(app, environment, surroundings);
  else if (isKubernetesEnvironment(environment)) addKubernetesStacks(app, environment, surroundings);
  else addCloudStacks(app, environment, surroundings);
}

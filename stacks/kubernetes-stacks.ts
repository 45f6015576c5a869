/** The stacks of an environment on a Kubernetes cluster that exists, and what each hands to the next. */
import type { App, TerraformStack } from 'cdktf';
import type { Kubeconfig } from '../constructs/kubernetes/kubeconfig-providers';
import { protectWhatHoldsData } from '../constructs/policies/what-holds-data-is-protected';
import type { KubernetesEnvironment } from '../environments/kubernetes-environment';
import type { Surroundings } from './environment-stacks';
import { ExistingClusterStack } from './existing-cluster-stack';
import { KubernetesApplicationStack } from './kubernetes-application-stack';
import { KubernetesDatabaseStack } from './kubernetes-database-stack';
import { KubernetesRedisStack } from './kubernetes-redis-stack';

/** What every stack is made from. */
export interface KubernetesStackProps {
  readonly environment: KubernetesEnvironment;
  readonly kubeconfig: Kubeconfig;
}

/** Names are known at synthesis: stacks hand on values, and none reads the state of another. */
export function addKubernetesStacks(app: App, environment: KubernetesEnvironment, surroundings: Surroundings): void {
  const { name, kubernetes, platform, database, application } = environment;
  const props: KubernetesStackProps = {
    environment,
    kubeconfig: { paths: surroundings.kubeconfigPaths(), context: kubernetes.context },
  };
  const cluster = new ExistingClusterStack(app, `${name}-cluster-services`, props);
  const redis = new KubernetesRedisStack(app, `${name}-redis`, props);
  const postgres = new KubernetesDatabaseStack(app, `${name}-database`, props);
  const programs = new KubernetesApplicationStack(app, `${name}-application`, {
    ...props,
    redis: redis.endpoint,
    database: postgres.endpoint,
  });
  addDependencies(redis, [cluster]);
  addDependencies(postgres, [cluster]);
  addDependencies(programs, [redis, postgres]);
  protectWhatHoldsData(redis, platform.destruction);
  protectWhatHoldsData(postgres, database.destruction);
  protectWhatHoldsData(programs, application.destruction);
}

function addDependencies(stack: TerraformStack, needed: readonly TerraformStack[]): void {
  for (const other of needed) stack.addDependency(other);
}

/**
 * Prints the nodes that an environment needs on one machine: `node --import tsx kubernetes/cluster-shape.ts ENVIRONMENT`
 * writes zones, number of nodes, number of nodes for Redis alone, and options of kubernetes/images/build.sh, with spaces
 * between them.
 */
import { isKubernetesEnvironment, type Environment } from '../environments/environment';
import { loadEnvironment } from '../environments/index';
import { redisPods } from '../environments/bitnami-rules';
import { onKubernetes } from './bitnami-platform';

export interface ClusterShape {
  readonly zones: readonly string[];
  readonly nodes: number;
  readonly dedicatedNodes: number;
  /** Whether Prometheus and Alertmanager run in it. */
  readonly hasMonitoring: boolean;
}

/** @throws Error if the environment has no Redis on Kubernetes */
export function clusterShape(described: Environment): ClusterShape {
  const { environment, platform } = onKubernetes(described);
  const zones = isKubernetesEnvironment(environment) ? environment.kubernetes.zones : environment.network.zones;
  const isDedicated = environment.kubernetes.redisNodes.kind === 'dedicated';
  const pods = redisPods(platform);
  // A node for each pod of Redis, in the pod's zone; where these take nothing else, one more in each zone.
  return {
    zones,
    nodes: pods + (isDedicated ? zones.length : 0),
    dedicatedNodes: isDedicated ? pods : 0,
    hasMonitoring: !isKubernetesEnvironment(environment),
  };
}

if (require.main === module) {
  try {
    const shape = clusterShape(loadEnvironment(process.argv[2] ?? '', process.env));
    const imageOptions = shape.hasMonitoring ? ' --monitoring' : '';
    process.stdout.write(`${shape.zones.join(',')} ${shape.nodes} ${shape.dedicatedNodes}${imageOptions}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

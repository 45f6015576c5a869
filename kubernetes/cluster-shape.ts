/**
 * Prints the nodes that an environment needs on one machine: `node --import tsx kubernetes/cluster-shape.ts ENVIRONMENT`
 * writes zones, number of nodes, number of nodes for Redis alone, and options of kubernetes/images/build.sh, with spaces
 * between them. CHARTS is the folder of charts, if there is one.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
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
  /** Whether Traefik and KEDA are part of it. */
  readonly hasClusterServices: boolean;
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
    hasClusterServices: !isKubernetesEnvironment(environment),
  };
}

/**
 * Options of kubernetes/images/build.sh. Traefik and KEDA are deployed by their charts alone: without them their images would be
 * of no use.
 *
 * @param charts folder of charts. @default - none
 */
export function imageOptions({ hasMonitoring, hasClusterServices }: ClusterShape, charts?: string): readonly string[] {
  const hasCharts = charts !== undefined && ['traefik', 'keda'].every((chart) => existsSync(path.join(charts, chart)));
  return [
    ...(hasMonitoring ? ['--monitoring'] : []),
    ...(hasClusterServices && hasCharts ? ['--cluster-services'] : []),
  ];
}

if (require.main === module) {
  try {
    const shape = clusterShape(loadEnvironment(process.argv[2] ?? '', process.env));
    const { zones, nodes, dedicatedNodes } = shape;
    const words = [zones.join(','), nodes, dedicatedNodes, ...imageOptions(shape, process.env.CHARTS)];
    process.stdout.write(`${words.join(' ')}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

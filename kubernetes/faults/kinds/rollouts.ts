/** Changes that replace pods: of the application, and of Redis. */
import { namespaces } from '../../../constructs/cluster-services/names';
import type { FaultContext } from '../fault';
import { zonesOfEnvironments } from '../redis/redis-pods';

const rolloutSeconds = 300;

/** The same as a release of another image, but for the image. */
export async function rollApplication({ kubectl, say }: FaultContext): Promise<void> {
  say('restarts the api and the workers');
  const deployments = ['deployment/api', 'deployment/worker'];
  const namespace = `--namespace=${namespaces.application}`;
  await kubectl.text(['rollout', 'restart', ...deployments, namespace]);
  for (const deployment of deployments) {
    await kubectl.text(['rollout', 'status', deployment, namespace, `--timeout=${rolloutSeconds}s`]);
  }
}

/** Mebibytes more; `maxmemory` is three quarters of the memory. */
const moreMemory = 128;

/** Deploys the stack of Redis with more memory: its pods are replaced one by one. */
export async function changeMemory({ deploy, redis, say }: FaultContext): Promise<void> {
  const memory = redis.settings.memoryMebibytes + moreMemory;
  say(`deploys Redis with platform.memoryMebibytes=${memory}`);
  await deploy([`platform.memoryMebibytes=${memory}`], ['redis']);
}

/**
 * Twice the shards. Nodes for their pods have to be there: a deployment adds them in AWS.
 *
 * @throws Error if there are fewer nodes than pods
 */
export async function growCluster({ deploy, redis, say }: FaultContext): Promise<void> {
  const { settings } = redis;
  if (settings.kind !== 'bitnami-cluster') throw new Error('the platform is no Redis Cluster');
  const shards = 2 * settings.shards;
  const perZone = (shards * (1 + settings.replicasPerShard)) / zonesOfEnvironments;
  say(`deploys Redis with platform.shards=${shards}`);
  await deploy([`platform.shards=${shards}`, `kubernetes.redisNodes.perZone=${perZone}`], ['redis']);
}

/** A Redis Cluster of processes on this machine. */
import { createHash } from 'node:crypto';
import { Construct } from 'constructs';
import type { ResourceKind } from '../../apps/local-platform/resources';
import type { LocalEnvironment } from '../../environments/local-environment';
import { redisClientNames, renderAclRule, type RedisClientName } from '../redis/acl';
import { maxmemoryBytes } from '../redis/capacity';
import { clusterUsers } from '../redis/cluster-users';
import type { RedisClusterEndpoint, RedisCredentials } from '../redis/endpoint';
import { throwViolations } from '../validation/violations';
import { fromProcessFolder, localDirectory, redisNodes, type LocalRedisNodePlan } from './layout';
import { LocalComponent } from './local-component';
import type { LocalObservation } from './observation';
import { renderLocalRedisConf } from './redis-configuration';

export interface LocalRedisClusterProps {
  readonly environment: LocalEnvironment;
  readonly observation: LocalObservation;
  /** Components the nodes need: folder, ports, secrets, certificates. */
  readonly dependsOn: readonly LocalComponent<ResourceKind>[];
}

/**
 * The processes and the cluster they form.
 *
 * A changed node is only prepared by its own component; the cluster's component then restarts what needs it, replicas
 * before masters, because who is a replica is known to the cluster alone.
 */
export class LocalRedisCluster extends Construct {
  readonly endpoint: RedisClusterEndpoint;

  constructor(scope: Construct, id: string, { environment, observation, dependsOn }: LocalRedisClusterProps) {
    super(scope, id);
    const plans = redisNodes(environment);
    refuseOtherLayout(this.node.path, plans, observation);
    const configuration = {
      maxmemoryBytes: maxmemoryBytes(environment.platform.nodeMemoryMebibytes),
      cluster: { nodeTimeoutMilliseconds: environment.platform.nodeTimeoutMilliseconds },
    };
    const texts = new Map(plans.map((plan) => [plan.name, renderLocalRedisConf(plan, configuration)]));
    const nodes = plans.map(
      (plan) =>
        new LocalComponent(this, plan.name, {
          kind: 'redis-node',
          resource: {
            name: plan.name,
            directory: localDirectory,
            incarnation: observation.incarnation(plan.name),
            node: plan,
            configuration: texts.get(plan.name) ?? '',
          },
          dependsOn,
        }),
    );
    new LocalComponent(this, 'cluster', {
      kind: 'redis-cluster',
      resource: {
        name: 'redis-cluster',
        directory: localDirectory,
        nodes: plans,
        revisions: {
          ...Object.fromEntries(
            plans.map(({ name }) => [name, `${observation.incarnation(name)}-${digest(texts.get(name) ?? '')}`]),
          ),
          users: digest(clusterUsers.map(renderAclRule).join('\n')),
        },
      },
      dependsOn: nodes,
    });
    this.endpoint = endpointOf(environment, plans);
  }
}

/**
 * @throws ViolationsError if nodes are deployed whose number or ports differ: a process that is simply taken away
 *   would take its slots with it
 */
function refuseOtherLayout(
  path: string,
  plans: readonly LocalRedisNodePlan[],
  { deployedRedisPorts }: LocalObservation,
): void {
  const deployed = describe(deployedRedisPorts);
  const planned = describe(Object.fromEntries(plans.map(({ name, port }) => [name, port])));
  throwViolations(
    path,
    deployed === '' || deployed === planned
      ? []
      : [
          {
            setting: 'platform.shards, platform.replicasPerShard, platform.firstPort',
            value: planned,
            expected: `the nodes that are deployed and hold data: ${deployed}`,
            remedy:
              'Set them (or LOCAL_FIRST_PORT) back, or give the data up with `npm run demo:down` before deploying the new layout',
          },
        ],
  );
}

function describe(ports: Readonly<Record<string, number>>): string {
  return Object.entries(ports)
    .map(([name, port]) => `${name}:${port}`)
    .sort()
    .join(' ');
}

function endpointOf({ name, platform }: LocalEnvironment, nodes: readonly LocalRedisNodePlan[]): RedisClusterEndpoint {
  const credentials = (username: RedisClientName): RedisCredentials => ({
    username,
    password: { kind: 'file', path: `${fromProcessFolder}/secrets/redis-${username}` },
  });
  return {
    topology: 'cluster',
    clusterName: `${name}-redis`,
    seeds: nodes.map(({ port }) => ({ host: '127.0.0.1', port })),
    caCertificateFile: `${fromProcessFolder}/certificates/ca.crt`,
    credentials: Object.fromEntries(redisClientNames.map((user) => [user, credentials(user)])) as Record<
      RedisClientName,
      RedisCredentials
    >,
    // A node counts as failed after its timeout, as seen by a majority; the election takes up to 1 s, and as long again
    // if it has to be repeated.
    failoverMilliseconds: 2 * platform.nodeTimeoutMilliseconds + 2_000,
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 12);

/** Which connections the application's pods have; none else are let pass. */
import type { NetworkAddress } from '../redis/endpoint';
import { defaultPorts } from '../redis/names';
import type { DeployedDatabaseEndpoint } from '../database/endpoint';
import { kedaPods } from '../cluster-services/keda-values';
import { namespaces } from '../cluster-services/names';
import { fromPrometheus } from '../cluster-services/watchers';
import { gatewayPods } from '../cluster-services/traefik-values';
import { resolveNames, type ClusterAddresses, type Peer, type TrafficRule } from '../cluster-services/traffic';
import type { DeployedRedisEndpoint } from './mounted-endpoints';
import { podLabels, programPorts, type ProgramName } from './programs';

export interface TrafficEnds {
  readonly redis: DeployedRedisEndpoint;
  readonly database: DeployedDatabaseEndpoint;
  readonly addresses: ClusterAddresses;
  /**
   * What runs before the application: gateway and autoscaler of the cluster services, or nothing, in which case the
   * Service of the api is the only way in.
   * @default 'gateway'
   */
  readonly entry?: ApplicationEntry;
}

export type ApplicationEntry = 'gateway' | 'service';

/** Rules of the application's own namespace. */
export function applicationTraffic({
  redis,
  database,
  addresses,
  entry = 'gateway',
}: TrafficEnds): readonly TrafficRule[] {
  const toRedis = { peers: redisPeers(redis, addresses), ports: redisPorts(redis).map((port) => ({ port })) };
  const toDatabase = { peers: [databasePeer(database, addresses)], ports: [{ port: database.address.port }] };
  return [
    resolveNames,
    ...(['api', 'worker'] as const).flatMap((program) => [
      egress(`${program}-to-redis`, program, toRedis),
      egress(`${program}-to-database`, program, toDatabase),
    ]),
    egress('migration-to-database', 'migration', toDatabase),
    egress('exercise-to-api', 'exercise', { peers: [{ pods: podLabels('api') }], ports: [{ port: programPorts.api }] }),
    {
      name: 'clients-to-api',
      pods: podLabels('api'),
      direction: 'ingress',
      // No other pods: the api trusts what the gateway reports of the client.
      peers: [
        ...(entry === 'gateway' ? [{ namespace: namespaces.gateway, pods: gatewayPods }] : []),
        { pods: podLabels('exercise') },
      ],
      ports: [{ port: programPorts.api }],
    },
    ...(entry === 'gateway' ? [autoscalerToWorker] : []),
    // Of the api they believe what a client says of itself, too; it only asks for metrics.
    fromPrometheus('prometheus-to-api', podLabels('api'), programPorts.api),
    fromPrometheus('prometheus-to-worker', podLabels('worker'), programPorts.worker),
  ];
}

const autoscalerToWorker: TrafficRule = {
  name: 'autoscaler-to-worker',
  pods: podLabels('worker'),
  direction: 'ingress',
  peers: [{ namespace: namespaces.keda, pods: kedaPods.operator }],
  ports: [{ port: programPorts.worker }],
};

/** The rule of KEDA's namespace that lets it ask workers. */
export const askWorkers: TrafficRule = {
  name: 'ask-workers',
  pods: kedaPods.operator,
  direction: 'egress',
  peers: [{ namespace: namespaces.application, pods: podLabels('worker') }],
  ports: [{ port: programPorts.worker }],
};

function egress(name: string, program: ProgramName, ends: Pick<TrafficRule, 'peers' | 'ports'>): TrafficRule {
  return { name, pods: podLabels(program), direction: 'egress', ...ends };
}

/** Its pods where they are in the cluster; else addresses of the network. */
function databasePeer({ pods }: DeployedDatabaseEndpoint, { networkCidr }: ClusterAddresses): Peer {
  return pods === undefined ? { cidr: networkCidr } : { namespace: pods.namespace, pods: pods.labels };
}

/** Pods of a namespace, if its Secrets hold the passwords; else addresses of the network. */
function redisPeers({ credentials }: DeployedRedisEndpoint, { networkCidr }: ClusterAddresses): readonly Peer[] {
  const { password } = credentials.app;
  return password.kind === 'kubernetes-secret' ? [{ namespace: password.namespace }] : [{ cidr: networkCidr }];
}

/** Ports that clients of Redis call, each once. */
export function redisPorts(redis: DeployedRedisEndpoint): readonly number[] {
  const ports = addressesOf(redis).map(({ port }) => port);
  const further =
    redis.topology === 'sentinel' ? [defaultPorts.redis] : redis.topology === 'cluster' ? (redis.nodePorts ?? []) : [];
  return [...new Set([...ports, ...further])];
}

function addressesOf(redis: DeployedRedisEndpoint): readonly NetworkAddress[] {
  switch (redis.topology) {
    case 'cluster':
      return redis.seeds;
    case 'sentinel':
      return redis.sentinels;
    case 'standalone':
      return [redis.address];
  }
}

/** Connections that the application's pods need. */
import { podsOf } from '../cluster-services/flows';
import { kedaPods } from '../cluster-services/keda-values';
import { namespaces } from '../cluster-services/names';
import { gatewayPods } from '../cluster-services/traefik-values';
import type { Flow, FlowEnd } from '../network/flows';
import { redisPodLabels } from '../bitnami/names';
import { redisPorts, type TrafficEnds } from './application-traffic';
import { podLabels, programPorts, type ProgramName } from './programs';

const program = (name: ProgramName): FlowEnd => podsOf(namespaces.application, podLabels(name));

export function applicationFlows({
  redis,
  database,
  entry = 'gateway',
}: Pick<TrafficEnds, 'redis' | 'database' | 'entry'>): readonly Flow[] {
  const toDatabase = (name: ProgramName, why: string): Flow => ({
    from: program(name),
    to: database.pods === undefined ? { kind: 'postgres' } : podsOf(database.pods.namespace, database.pods.labels),
    port: database.address.port,
    why,
  });
  return [
    ...(['api', 'worker'] as const).flatMap((name) => [
      ...redisFlows(program(name), redis, `sessions, caches and queues of the ${name}`),
      toDatabase(name, 'orders are in Postgres'),
    ]),
    toDatabase('migration', 'tables are made and changed'),
    {
      from: program('exercise'),
      to: program('api'),
      port: programPorts.api,
      why: 'a deployment is proved by orders',
    },
    ...(entry === 'gateway' ? clusterServiceFlows : []),
  ];
}

const clusterServiceFlows: readonly Flow[] = [
  {
    from: podsOf(namespaces.gateway, gatewayPods),
    to: program('api'),
    port: programPorts.api,
    why: 'requests of clients',
  },
  {
    from: podsOf(namespaces.keda, kedaPods.operator),
    to: program('worker'),
    port: programPorts.worker,
    why: 'workers are scaled by the length of their queue',
  },
];

/** Of the gateway, which counts requests in a cluster. */
export const gatewayCountFlows = ({ redis }: Pick<TrafficEnds, 'redis'>): readonly Flow[] =>
  redisFlows(podsOf(namespaces.gateway, gatewayPods), redis, 'the gateway counts requests of each client');

function redisFlows(from: FlowEnd, redis: TrafficEnds['redis'], why: string): readonly Flow[] {
  const { password } = redis.credentials.app;
  const to: FlowEnd =
    password.kind === 'kubernetes-secret' ? podsOf(password.namespace, redisPodLabels) : { kind: 'redis' };
  return redisPorts(redis).map((port) => ({ from, to, port, why }));
}

/** Which connections pods of Redis have; none else are let pass. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import { podLabels } from '../application/programs';
import { namespaces } from '../cluster-services/names';
import { gatewayPods } from '../cluster-services/traefik-values';
import { resolveNames, type Port, type TrafficRule } from '../cluster-services/traffic';
import { fromPrometheus } from '../cluster-services/watchers';
import { redisPodLabels, redisPorts } from './names';

const busFromServers: TrafficRule = {
  name: 'bus-from-servers',
  pods: redisPodLabels,
  direction: 'ingress',
  peers: [{ pods: redisPodLabels }],
  ports: [{ port: redisPorts.bus }],
};

/** Rules of the namespace. */
export function redisTraffic({ kind }: BitnamiSettings): readonly TrafficRule[] {
  const forClients: readonly Port[] =
    kind === 'bitnami-cluster'
      ? [{ port: redisPorts.redis }]
      : [{ port: redisPorts.redis }, { port: redisPorts.sentinel }];
  const amongServers = kind === 'bitnami-cluster' ? [...forClients, { port: redisPorts.bus }] : forClients;
  return [
    resolveNames,
    // All pods of the namespace are servers, and the job that arranges them.
    { name: 'to-servers', direction: 'egress', peers: [{ pods: redisPodLabels }], ports: amongServers },
    { name: 'from-servers', pods: redisPodLabels, direction: 'ingress', peers: [{ pods: {} }], ports: forClients },
    // The job speaks with servers as a client does.
    ...(kind === 'bitnami-cluster' ? [busFromServers] : []),
    {
      name: 'from-clients',
      pods: redisPodLabels,
      direction: 'ingress',
      peers: [
        ...(['api', 'worker'] as const).map((program) => ({
          namespace: namespaces.application,
          pods: podLabels(program),
        })),
        // It counts requests in a cluster; Sentinels it doesn't know.
        ...(kind === 'bitnami-cluster' ? [{ namespace: namespaces.gateway, pods: gatewayPods }] : []),
      ],
      ports: forClients,
    },
    fromPrometheus('from-prometheus', redisPodLabels, redisPorts.exporter),
  ];
}

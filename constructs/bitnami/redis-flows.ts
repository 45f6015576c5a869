/** Connections among pods of Redis, whoever else calls them. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import { podsOf } from '../cluster-services/flows';
import type { Flow } from '../network/flows';
import { redisNamespace, redisPodLabels, redisPorts } from './names';

/** All pods of the namespace are servers, and the job that forms the cluster. */
export function redisFlows({ kind }: Pick<BitnamiSettings, 'kind'>): readonly Flow[] {
  const servers = podsOf(redisNamespace, redisPodLabels);
  if (kind === 'bitnami-sentinel') {
    return [
      { from: servers, to: servers, port: redisPorts.redis, why: 'replicas copy, and Sentinels ask servers' },
      { from: servers, to: servers, port: redisPorts.sentinel, why: 'Sentinels agree on the master' },
    ];
  }
  return [
    {
      from: podsOf(redisNamespace),
      to: servers,
      port: redisPorts.redis,
      why: 'replicas copy, and the cluster is formed',
    },
    { from: servers, to: servers, port: redisPorts.bus, why: 'servers agree on masters' },
  ];
}

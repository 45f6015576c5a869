/** An environment in AWS as rules and dashboards see it. */
import type { CloudEnvironment } from '../../../environments/cloud-environment';
import { namespaces } from '../../cluster-services/names';
import { platformName } from '../../redis/names';
import type { WatchedPlatform } from '../rules/watched-platform';

type Watched = Pick<CloudEnvironment, 'name' | 'platform' | 'network' | 'observability'>;

export function watchedCluster(environment: Watched): WatchedPlatform {
  const { name, observability } = environment;
  return {
    clusterName: platformName({ environment: name }),
    redis: watchedRedis(environment),
    application: { namespace: namespaces.application },
    pace: { scrapeSeconds: observability.prometheus.scrapeSeconds, speed: 1 },
    runbooksUrl: observability.runbooksUrl,
  };
}

/** Pods have exporters beside them; all other servers are AWS' to watch, and their alarms are in their own stacks. */
function watchedRedis({ platform, network: { zones } }: Watched): WatchedPlatform['redis'] {
  const namespace = namespaces.redis;
  switch (platform.kind) {
    case 'bitnami-cluster': {
      const { shards, replicasPerShard } = platform;
      const servers = shards * (1 + replicasPerShard);
      return {
        kind: 'exporters',
        topology: 'cluster',
        namespace,
        servers,
        shards,
        replicasPerShard,
        zones: zones.length,
        maxClients: 'exported',
      };
    }
    case 'bitnami-sentinel': {
      const { nodes: servers } = platform;
      return {
        kind: 'exporters',
        topology: 'sentinel',
        namespace,
        servers,
        shards: 1,
        replicasPerShard: servers - 1,
        zones: zones.length,
        maxClients: 'exported',
      };
    }
    default:
      return { kind: 'cloudwatch', namespace };
  }
}

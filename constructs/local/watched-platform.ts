/** The local platform as rules and dashboards see it. */
import type { LocalEnvironment } from '../../environments/local-environment';
import type { WatchedPlatform, WatchedRedis } from '../observability/rules/watched-platform';
import { defaultMaxClients } from '../redis/configuration';
import { redisNodes } from './layout';

export function watchedLocalPlatform(
  environment: LocalEnvironment,
): WatchedPlatform & { readonly redis: WatchedRedis } {
  const { name, platform, observability } = environment;
  return {
    clusterName: `${name}-redis`,
    redis: {
      kind: 'exporters',
      topology: 'cluster',
      namespace: name,
      servers: redisNodes(environment).length,
      shards: platform.shards,
      replicasPerShard: platform.replicasPerShard,
      // As many as shards: see `LocalExporterPlan`.
      zones: platform.shards,
      // The exporter of Debian 12 does not report it.
      maxClients: defaultMaxClients,
    },
    application: { namespace: name },
    pace: observability,
    // Of the checkout: there is nothing to be deployed to that could serve it.
    runbooksUrl: 'docs/runbooks',
  };
}

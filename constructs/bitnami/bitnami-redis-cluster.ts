/** A Redis Cluster on Kubernetes, by Bitnami's chart `redis-cluster`. */
import { Construct } from 'constructs';
import type { BitnamiClusterSettings } from '../../environments/bitnami-settings';
import type { KubernetesSecretValue, RedisClusterEndpoint } from '../redis/endpoint';
import { ArrangeJob } from './arrange-job';
import { BitnamiRelease, caCertificate, clusterNameOf, type BitnamiPlatformProps } from './bitnami-release';
import { clusterPodNames, clusterValues } from './cluster-values';
import { podHost, redisPorts } from './names';
import { renderPodRedisConf } from './pod-configuration';
import { digestTemplates } from './redis-secrets';
import { podMaxmemoryBytes } from './room';
import { imageName } from './sources';
import { failoverMilliseconds } from './timing';
import { bitnamiClusterUserNames, renderClusterUsers } from './users';

/** First the release with all that it needs, then the job that makes a cluster of its pods. */
export class BitnamiRedisCluster extends Construct {
  readonly endpoint: RedisClusterEndpoint<KubernetesSecretValue>;

  constructor(scope: Construct, id: string, props: BitnamiPlatformProps<BitnamiClusterSettings>) {
    super(scope, id);
    const { settings, zones, placement } = props;
    const pods = clusterPodNames(settings);
    const made = new BitnamiRelease(this, 'release', {
      ...props,
      pods,
      users: bitnamiClusterUserNames,
      aclFiles: { 'users.acl': renderClusterUsers(digestTemplates(settings.passwordGenerations)) },
      configuration: { 'redis.conf': renderPodRedisConf(configurationOf(settings)) },
      values: (images, files) => clusterValues({ settings, images, files, placement, zones: zones.length }),
    });
    new ArrangeJob(this, 'arrange', {
      settings,
      zones: zones.length,
      image: imageName(made.images.redis),
      programs: made.files.programs,
      values: made.values,
      dependsOn: [made.release],
    });
    this.endpoint = {
      topology: 'cluster',
      clusterName: clusterNameOf(props),
      // The first shards' pods: they are there from the beginning, in one zone each.
      seeds: pods.slice(0, zones.length).map((pod) => ({ host: podHost(pod), port: redisPorts.redis })),
      caCertificate,
      credentials: made.credentials,
      failoverMilliseconds: failoverMilliseconds(settings),
    };
  }
}

const configurationOf = ({ memoryMebibytes, appendFsync, nodeTimeoutMilliseconds }: BitnamiClusterSettings) => ({
  maxmemoryBytes: podMaxmemoryBytes(memoryMebibytes),
  persistence: { appendFsync },
  cluster: { nodeTimeoutMilliseconds },
});

/** A Redis master, its replicas and a Sentinel beside each on Kubernetes, by Bitnami's chart `redis`. */
import { Construct } from 'constructs';
import type { BitnamiSentinelSettings } from '../../environments/bitnami-settings';
import type { KubernetesSecretValue, RedisSentinelEndpoint } from '../redis/endpoint';
import { BitnamiRelease, caCertificate, clusterNameOf, type BitnamiPlatformProps } from './bitnami-release';
import { sentinelMasterName } from './names';
import { renderPodRedisConf } from './pod-configuration';
import { digestTemplates } from './redis-secrets';
import { podMaxmemoryBytes } from './room';
import { renderPodSentinelConf } from './sentinel-configuration';
import { sentinelAddresses, sentinelPodNames, sentinelValues, serverAddresses } from './sentinel-values';
import { failoverMilliseconds } from './timing';
import { bitnamiSentinelUserNames, renderSentinelUsers, renderWatchedUsers } from './users';

/** The release with all that it needs. Its pods find the master by themselves; see the programs `start-redis` and `start-sentinel`. */
export class BitnamiRedisSentinel extends Construct {
  readonly endpoint: RedisSentinelEndpoint<KubernetesSecretValue>;

  constructor(scope: Construct, id: string, props: BitnamiPlatformProps<BitnamiSentinelSettings>) {
    super(scope, id);
    const { settings, placement } = props;
    const digests = digestTemplates(settings.passwordGenerations);
    const { credentials } = new BitnamiRelease(this, 'release', {
      ...props,
      pods: sentinelPodNames(settings),
      users: bitnamiSentinelUserNames,
      aclFiles: { 'users.acl': renderWatchedUsers(digests), 'sentinel-users.acl': renderSentinelUsers(digests) },
      configuration: sentinelPodConfiguration(settings),
      values: (images, files) => sentinelValues({ settings, images, files, placement }),
    });
    this.endpoint = {
      topology: 'sentinel',
      clusterName: clusterNameOf(props),
      sentinels: sentinelAddresses(settings),
      masterName: sentinelMasterName,
      caCertificate,
      credentials,
      failoverMilliseconds: failoverMilliseconds(settings),
    };
  }
}

/** Files of servers and Sentinels, by name. */
export function sentinelPodConfiguration(settings: BitnamiSentinelSettings): Readonly<Record<string, string>> {
  const { memoryMebibytes, appendFsync, failover } = settings;
  return {
    'redis.conf': renderPodRedisConf({
      maxmemoryBytes: podMaxmemoryBytes(memoryMebibytes),
      persistence: { appendFsync },
      writeQuorum: { replicas: 1, maximumLagSeconds: failover.writesWithoutReplicaSeconds },
    }),
    'sentinel.conf': renderPodSentinelConf(settings, serverAddresses(settings)[0]),
  };
}

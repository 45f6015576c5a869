/** The sentinel.conf of pods. */
import type { BitnamiSentinelSettings } from '../../environments/bitnami-settings';
import { renderRedisConf } from '../redis/configuration';
import type { NetworkAddress } from '../redis/endpoint';
import { sentinelDirectives } from '../redis/sentinel';
import { redisPorts, sentinelMasterName } from './names';
import { certificateFiles, podPaths } from './pod-configuration';

/** Stands for a pod's own name, which `start-sentinel` puts in its place. */
const ownHost = 'this-pod';

/**
 * Before it is used, `start-sentinel` puts in the pod's name and the present master, and adds passwords and what the Sentinel
 * has learnt.
 *
 * @param firstMaster who is the master as long as no Sentinel knows better
 */
export function renderPodSentinelConf({ failover }: BitnamiSentinelSettings, firstMaster: NetworkAddress): string {
  return renderRedisConf([
    ['bind', '*', '-::*'],
    ...sentinelDirectives({
      masterName: sentinelMasterName,
      quorum: failover.quorum,
      downAfterMilliseconds: failover.downAfterMilliseconds,
      failoverTimeoutMilliseconds: failover.failoverTimeoutMilliseconds,
      announce: { host: ownHost, port: redisPorts.sentinel },
      master: firstMaster,
      certificateFile: certificateFiles.certificate,
      keyFile: certificateFiles.key,
      caFile: certificateFiles.authority,
      aclFile: `${podPaths.users}/sentinel-users.acl`,
      directory: `${podPaths.data}/sentinel`,
    }),
  ]);
}

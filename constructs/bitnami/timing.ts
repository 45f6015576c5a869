/** How long failovers and stops take. */
import type { BitnamiClusterSettings, BitnamiSettings } from '../../environments/bitnami-settings';
import { failoverMilliseconds as sentinelFailoverMilliseconds } from '../redis/sentinel';

/** Seconds for Redis to bring replicas up to date and its file to the disk when it stops: `shutdown-timeout`, and some. */
export const stopSeconds = 15;

/** Longest time that writes to a shard pause in a failover, in milliseconds. */
export function failoverMilliseconds(settings: BitnamiSettings): number {
  return settings.kind === 'bitnami-cluster'
    ? 2 * settings.nodeTimeoutMilliseconds + 2_000
    : sentinelFailoverMilliseconds(settings.failover);
}

/** Seconds that a pod's grace period must have: as long as others may need to take over, and the stop. */
export const leastGraceSeconds = (settings: BitnamiSettings) =>
  Math.ceil(failoverMilliseconds(settings) / 1_000) + stopSeconds;

/** Seconds that a pod tries to hand its master over. */
export const handOverSeconds = ({ terminationGracePeriodSeconds }: BitnamiSettings) =>
  terminationGracePeriodSeconds - stopSeconds;

/** Least time without any failure before a master goes back to the pod that it belongs to. */
const leastPeaceSeconds = 60;

/** Node timeouts within which Redis 7.0 must not change a master again; docs/guides/self-hosted.md tells of the flaw. */
const flawedTimeouts = 4;

/** Seconds for which all of a cluster must have been well before a master is brought back. */
export const masterReturnSeconds = ({
  nodeTimeoutMilliseconds,
}: Pick<BitnamiClusterSettings, 'nodeTimeoutMilliseconds'>) =>
  Math.max(leastPeaceSeconds, Math.ceil(((flawedTimeouts + 1) * nodeTimeoutMilliseconds) / 1_000));

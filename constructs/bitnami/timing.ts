/** How long failovers and stops take. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
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

/** All rules of a platform, in the one place they are. */
import type { AlertRule, RecordingRule } from './alert';
import { applicationRules } from './application-rules';
import { burnRateRecordings, burnRateRules } from './burn-rate-rules';
import { redisReplicationRules } from './redis-replication-rules';
import { redisServerRules } from './redis-server-rules';
import { watchingRules } from './watching-rules';
import type { WatchedPlatform } from './watched-platform';

/** Rules that are evaluated together, at the same time. */
export interface RuleGroup {
  readonly name: string;
  readonly recordings: readonly RecordingRule[];
  readonly alerts: readonly AlertRule[];
}

export function rulesOf(platform: WatchedPlatform): readonly RuleGroup[] {
  const { redis } = platform;
  return [
    ...(redis.kind === 'exporters'
      ? [
          { name: 'redis-servers', recordings: [], alerts: redisServerRules(platform, redis) },
          { name: 'redis-replication', recordings: [], alerts: redisReplicationRules(platform, redis) },
        ]
      : []),
    { name: 'application', recordings: [], alerts: applicationRules(platform) },
    { name: 'objectives', recordings: burnRateRecordings(platform), alerts: burnRateRules(platform) },
    { name: 'watching', recordings: [], alerts: watchingRules(platform) },
  ];
}

/** All alerts of a platform. */
export const alertsOf = (platform: WatchedPlatform) => rulesOf(platform).flatMap(({ alerts }) => alerts);

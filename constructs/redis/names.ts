/** Names and ports that all Redis platforms share. */

/**
 * Name of the Redis platform of an environment, and the value of the label `redis_cluster`: rules, dashboards and alarms
 * name it before it is deployed.
 */
export const platformName = ({ environment }: { readonly environment: string }) => `${environment}-redis`;

/** Default ports. Source: redis.conf and sentinel.conf of Redis. */
export const defaultPorts = { redis: 6_379, sentinel: 26_379 } as const;

/** Ports of ElastiCache Serverless: masters answer on the first, and the second one may answer from a replica. */
export const serverlessPorts = { 'read-write': defaultPorts.redis, 'read-only': 6_380 } as const;

/** A limit on requests, which the gateway counts in Redis for all its replicas together. */
import type { NetworkAddress, RedisEndpoint, RedisPassword } from '../redis/endpoint';
import type { KubernetesObject } from '../kubernetes/custom-resources';

export interface RateLimitProps {
  /** Name that routes refer to; part of its keys in Redis: `rate:<namespace>-<name>@kubernetescrd:<client>`. */
  readonly name: string;
  /** That of the routes. */
  readonly namespace: string;
  /** Requests a second and client, over time. */
  readonly averagePerSecond: number;
  /** Requests of one client at once. */
  readonly burst: number;
  readonly redis: RedisEndpoint<RedisPassword>;
  /**
   * Secret with `username` and `password`. The user needs HELLO, AUTH, CLUSTER SLOTS, EVAL, EVALSHA, HGETALL, HSET and
   * EXPIRE on keys `rate:*`, and COMMAND, which is asked for and refused before every request otherwise (measured with
   * the client of Traefik 3.7, go-redis 9.21).
   */
  readonly credentialsSecret: string;
  /** Secret with `ca.crt`, the authority of Redis. @default - authorities that everyone trusts */
  readonly caSecret?: string;
  /** Replicas of the gateway at least: what a limit is divided by where they can't count together. */
  readonly gatewayReplicas: number;
}

/**
 * A Middleware of Traefik ≥ 3.4. Requests are refused with 500 while Redis doesn't answer: time limits are short, so that
 * they don't pile up.
 *
 * Traefik's script keeps the time of the last request, as its pod had it, even where that is before the one it knew: what pods
 * count together exceeds the average when requests of one client arrive out of order. Measured on nodes with three pods and
 * one clock: 1,503 of 3,000 requests in 7.7 s at an average of 100 and a burst of 500, which make 1,270. Clocks that differ add
 * to it. The application's own limiters take the time of Redis, and are exact.
 * Source: `AllowTokenBucketRaw` of Traefik 3.7.11.
 *
 * Traefik can't ask Sentinels who the master is. There each replica counts for itself, and allows its share.
 */
export function rateLimitMiddleware(props: RateLimitProps): KubernetesObject {
  const { name, namespace, averagePerSecond, burst, redis, gatewayReplicas } = props;
  const share = (value: number) => Math.ceil(value / gatewayReplicas);
  return {
    apiVersion: 'traefik.io/v1alpha1',
    kind: 'Middleware',
    metadata: { name, namespace },
    spec: {
      rateLimit:
        redis.topology === 'sentinel'
          ? { average: share(averagePerSecond), period: '1s', burst: share(burst) }
          : {
              average: averagePerSecond,
              period: '1s',
              burst,
              redis: redisConfig(props, redis.topology === 'cluster' ? seeds(redis.seeds) : [redis.address]),
            },
    },
  };
}

/**
 * Traefik takes a single address for a server and several for a cluster. ElastiCache has one for all of a cluster, which
 * is why it is there twice. Source: `NewUniversalClient` of go-redis.
 */
function seeds(addresses: readonly NetworkAddress[]): readonly NetworkAddress[] {
  return addresses.length === 1 ? [...addresses, ...addresses] : addresses;
}

function redisConfig({ credentialsSecret, caSecret }: RateLimitProps, addresses: readonly NetworkAddress[]) {
  return {
    endpoints: addresses.map(({ host, port }) => `${host}:${port}`),
    secret: credentialsSecret,
    tls: { ...(caSecret !== undefined && { caSecret }) },
    dialTimeout: '500ms',
    readTimeout: '300ms',
    writeTimeout: '300ms',
  };
}

import { rateLimitMiddleware, type RateLimitProps } from '../../../constructs/cluster-services/rate-limit';
import type { RedisEndpoint, RedisPassword } from '../../../constructs/redis/endpoint';

type Endpoint = RedisEndpoint<RedisPassword>;

const credentials = { username: 'u', password: { kind: 'file', path: '/p' } } as const;
const base = {
  clusterName: 'test',
  failoverMilliseconds: 15_000,
  credentials: {
    app: credentials,
    worker: credentials,
    gateway: credentials,
    exporter: credentials,
    operator: credentials,
  },
};
const at = (...hosts: string[]) => hosts.map((host) => ({ host, port: 6379 }));

const limitWith = (redis: Endpoint, change: Partial<RateLimitProps> = {}) =>
  rateLimitMiddleware({
    name: 'clients',
    namespace: 'application',
    averagePerSecond: 100,
    burst: 50,
    redis,
    credentialsSecret: 'gateway-redis',
    gatewayReplicas: 3,
    ...change,
  }).spec;

const redisOf = (redis: Endpoint, change: Partial<RateLimitProps> = {}) =>
  (limitWith(redis, change) as { readonly rateLimit: { readonly redis: Readonly<Record<string, unknown>> } }).rateLimit
    .redis;

test('a limit that all replicas count together', () => {
  expect(limitWith({ ...base, topology: 'cluster', seeds: at('a', 'b') }, { caSecret: 'redis-ca' })).toEqual({
    rateLimit: {
      average: 100,
      period: '1s',
      burst: 50,
      redis: {
        endpoints: ['a:6379', 'b:6379'],
        secret: 'gateway-redis',
        tls: { caSecret: 'redis-ca' },
        dialTimeout: '500ms',
        readTimeout: '300ms',
        writeTimeout: '300ms',
      },
    },
  });
});

test.each<[string, Endpoint, readonly string[]]>([
  ['a cluster with one address', { ...base, topology: 'cluster', seeds: at('a') }, ['a:6379', 'a:6379']],
  [
    'a cluster with several',
    { ...base, topology: 'cluster', seeds: at('a', 'b', 'c') },
    ['a:6379', 'b:6379', 'c:6379'],
  ],
  ['one server', { ...base, topology: 'standalone', address: { host: 'a', port: 6380 } }, ['a:6380']],
])('Traefik sees %s for what it is', (_, endpoint, endpoints) => {
  expect(redisOf(endpoint).endpoints).toEqual(endpoints);
});

test('TLS is on with authorities that everyone trusts, too', () => {
  expect(redisOf({ ...base, topology: 'cluster', seeds: at('a') }).tls).toEqual({});
});

test('with Sentinels each replica allows its share, rounded up', () => {
  const sentinels = { ...base, topology: 'sentinel', sentinels: at('a'), masterName: 'mymaster' } as const;
  expect(limitWith(sentinels)).toEqual({ rateLimit: { average: 34, period: '1s', burst: 17 } });
});

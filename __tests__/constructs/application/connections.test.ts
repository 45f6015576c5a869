import { testDeployment } from '../../support/application-deployment';
import { applicationStackWith, sentinelRedis } from '../../support/application-stack';
import { object } from '../../support/kubernetes-workloads';
import { resourcesOf, type Arguments, type Configuration } from '../../support/synthesized-construct';

const managed = applicationStackWith();
const sentinel = applicationStackWith({ redis: sentinelRedis });

interface PolicySpec {
  readonly pod_selector: Arguments;
  readonly policy_types: readonly string[];
  readonly ingress?: readonly unknown[];
  readonly egress?: readonly unknown[];
}

describe('connections', () => {
  const policies = (configuration: Configuration) =>
    Object.fromEntries(
      Object.values(resourcesOf(configuration, 'kubernetes_network_policy_v1')).map(({ metadata, spec }) => [
        (metadata as { name: string }).name,
        spec as PolicySpec,
      ]),
    );

  test('none but those that are named', () => {
    expect(Object.keys(policies(managed))).toEqual([
      'api-to-database',
      'api-to-redis',
      'ask-workers',
      'autoscaler-to-worker',
      'clients-to-api',
      'deny-by-default',
      'exercise-to-api',
      'migration-to-database',
      'prometheus-to-api',
      'prometheus-to-worker',
      'resolve-names',
      'worker-to-database',
      'worker-to-redis',
    ]);
    expect(policies(managed)['deny-by-default']).toEqual({ pod_selector: {}, policy_types: ['Ingress', 'Egress'] });
  });

  test('to Redis by addresses, or to its pods and Sentinels', () => {
    expect(policies(managed)['api-to-redis']?.egress).toEqual([
      { ports: [{ port: '6379', protocol: 'TCP' }], to: [{ ip_block: { cidr: '10.20.0.0/16' } }] },
    ]);
    expect(policies(sentinel)['worker-to-redis']?.egress).toEqual([
      {
        ports: [
          { port: '26379', protocol: 'TCP' },
          { port: '6379', protocol: 'TCP' },
        ],
        to: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'redis' } } }],
      },
    ]);
  });

  test('only the gateway and the exercise reach the api, only KEDA a worker', () => {
    const gateway = { 'kubernetes.io/metadata.name': 'gateway' };
    expect(policies(managed)['clients-to-api']?.ingress).toMatchObject([
      {
        ports: [{ port: '8080' }],
        from: [
          { namespace_selector: { match_labels: gateway } },
          { pod_selector: { match_labels: { 'app.kubernetes.io/name': 'exercise' } } },
        ],
      },
    ]);
    expect(policies(managed)['autoscaler-to-worker']?.ingress).toMatchObject([
      {
        ports: [{ port: '8081' }],
        from: [{ namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'keda' } } }],
      },
    ]);
  });
});

test('the route leads to the api alone, and to nothing that is the platform’s business', () => {
  expect(object(managed, 'IngressRoute')?.spec).toEqual({
    entryPoints: ['websecure'],
    routes: [
      {
        kind: 'Rule',
        match:
          'Host(`api.test.example.com`) && !PathPrefix(`/healthz`) && !PathPrefix(`/readyz`) && !PathPrefix(`/metrics`)',
        middlewares: [{ name: 'client-rate' }],
        services: [{ name: 'api', port: 8080 }],
      },
    ],
    tls: {},
  });
  const unlimited = applicationStackWith({
    settings: { ...testDeployment, gatewayRateLimit: { kind: 'none', reason: 'a reason that says why' } },
  });
  expect(object(unlimited, 'Middleware')).toBeUndefined();
  expect(object(unlimited, 'ExternalSecret', 'gateway-redis')).toBeUndefined();
  expect(JSON.stringify(object(unlimited, 'IngressRoute'))).not.toContain('middlewares');
});

test('the gateway has its credentials where it counts in Redis, which it can’t behind Sentinels', () => {
  expect(object(managed, 'ExternalSecret', 'gateway-redis')?.spec).toMatchObject({
    target: { template: { data: { username: 'gateway', password: '{{ .password }}' } } },
  });
  expect(object(sentinel, 'ExternalSecret', 'gateway-redis')).toBeUndefined();
  expect(object(sentinel, 'Middleware')?.spec).toEqual({ rateLimit: { average: 34, period: '1s', burst: 167 } });
});

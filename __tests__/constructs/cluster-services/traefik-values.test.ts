import { traefikValues } from '../../../constructs/cluster-services/traefik-values';
import type { GatewaySettings } from '../../../environments/cluster-services-settings';
import { testAddresses, testCertificateArn, testClusterServices } from '../../support/cluster-services';
import { reason } from '../../support/network';
import { testAccount } from '../../support/synthesized-construct';

interface Values {
  readonly service: {
    readonly spec: Readonly<Record<string, unknown>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly deployment: { readonly replicas: number | null; readonly terminationGracePeriodSeconds: number };
  readonly autoscaling: Readonly<Record<string, unknown>>;
  readonly ports: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const valuesWith = (change: Partial<GatewaySettings> = {}) => {
  const settings = { ...testClusterServices, gateway: { ...testClusterServices.gateway, ...change } };
  return traefikValues(settings, testAccount, testAddresses) as Readonly<Record<string, unknown>> & Values;
};

const annotation = (change: Partial<GatewaySettings>, name: string) =>
  valuesWith(change).service.annotations[`service.beta.kubernetes.io/aws-load-balancer-${name}`];

test.each<[GatewaySettings['loadBalancer'], string, readonly string[]]>([
  [{ kind: 'internal', clientCidrs: ['10.0.0.0/8'] }, 'internal', ['10.0.0.0/8']],
  [{ kind: 'internet-allow-list', clientCidrs: ['198.51.100.0/24'] }, 'internet-facing', ['198.51.100.0/24']],
  [{ kind: 'internet', reason }, 'internet-facing', ['0.0.0.0/0']],
])('a gateway of %j', (loadBalancer, scheme, sources) => {
  expect(annotation({ loadBalancer }, 'scheme')).toBe(scheme);
  expect(valuesWith({ loadBalancer }).service.spec).toEqual({
    type: 'LoadBalancer',
    loadBalancerClass: 'service.k8s.aws/nlb',
    allocateLoadBalancerNodePorts: false,
    loadBalancerSourceRanges: sources,
  });
});

test('the longest name of an environment leaves room for that of the load balancer', () => {
  const environment = 'e'.repeat(20);
  const { service } = traefikValues(testClusterServices, { ...testAccount, environment }, testAddresses) as Values &
    Readonly<Record<string, unknown>>;
  expect(service.annotations['service.beta.kubernetes.io/aws-load-balancer-name']?.length).toBeLessThanOrEqual(32);
});

test("with the environment's own certificate connections end in the gateway", () => {
  const names = Object.keys(valuesWith({ certificate: { kind: 'platform' } }).service.annotations);
  expect(names.filter((name) => /ssl|alpn|backend/.test(name))).toEqual([]);
});

test('with a certificate of AWS they end in the load balancer, which goes on with TLS', () => {
  const certificate = { kind: 'acm', certificateArn: testCertificateArn } as const;
  const names = ['ssl-cert', 'ssl-ports', 'ssl-negotiation-policy', 'backend-protocol'];
  expect(names.map((name) => annotation({ certificate }, name))).toEqual([
    testCertificateArn,
    '443',
    'ELBSecurityPolicy-TLS13-1-2-2021-06',
    'ssl',
  ]);
});

test('who the client is, the load balancer says, and nobody outside the network', () => {
  expect(annotation({}, 'proxy-protocol')).toBe('*');
  expect(annotation({}, 'target-group-attributes')).toContain('preserve_client_ip.enabled=false');
  expect(valuesWith().ports.websecure).toMatchObject({ proxyProtocol: { trustedIPs: ['10.20.0.0/16'] } });
  expect(valuesWith().ports.websecure).not.toHaveProperty('forwardedHeaders');
});

test('a pod that stops serves until the load balancer has noticed, and is given the time', () => {
  const { deployment, ports } = valuesWith();
  const { transport } = ports.websecure as {
    readonly transport: { readonly lifeCycle: Readonly<Record<string, string>> };
  };
  const seconds = Object.values(transport.lifeCycle).map((text) => Number(text.replace('s', '')));
  const [accept = 0] = seconds;
  expect(annotation({}, 'target-group-attributes')).toContain(`deregistration_delay.timeout_seconds=${accept}`);
  expect(deployment.terminationGracePeriodSeconds).toBeGreaterThan(seconds.reduce((sum, value) => sum + value, 0));
});

test('the autoscaler alone says how many pods there are', () => {
  const { deployment, autoscaling } = valuesWith({ minimumReplicas: 3, maximumReplicas: 7 });
  expect(deployment.replicas).toBeNull();
  expect(autoscaling).toMatchObject({ enabled: true, minReplicas: 3, maxReplicas: 7 });
});

test('one port is open: that with TLS, of at least version 1.2', () => {
  const { ports, ...values } = valuesWith();
  expect(ports).toMatchObject({
    web: { expose: { default: false } },
    websecure: { exposedPort: 443, http: { tls: { enabled: true } } },
  });
  expect(values).toMatchObject({
    tlsOptions: { default: { minVersion: 'VersionTLS12' } },
    tlsStore: { default: { defaultCertificate: { secretName: 'gateway-certificate' } } },
    api: { dashboard: false },
  });
});

test('logs of requests hold no headers and no queries', () => {
  expect(valuesWith()).toMatchObject({
    accessLog: {
      enabled: true,
      fields: { headers: { defaultMode: 'drop' }, queryParameters: { defaultMode: 'drop' } },
    },
  });
});

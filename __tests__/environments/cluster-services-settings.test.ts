import { violationsOf } from '../../constructs/validation/schema-violations';
import {
  clusterServicesSettings,
  clusterServicesViolations,
  type ClusterServicesSettings,
  type GatewaySettings,
} from '../../environments/cluster-services-settings';
import { testCertificateArn, testClusterServices, testDigest } from '../support/cluster-services';
import { reason } from '../support/network';

const { certManager, externalSecrets, keda, loadBalancerController, gateway } = testClusterServices;

/** Problems that the schema finds in the settings with some of them changed, as `setting: expected`. */
function schemaProblems(change: object): string[] {
  const input = { ...testClusterServices, ...change };
  const { error } = clusterServicesSettings.safeParse(input);
  return error
    ? violationsOf(error, clusterServicesSettings, input).map(({ setting, expected }) => `${setting}: ${expected}`)
    : [];
}

const context = { account: { accountId: '111122223333', region: 'eu-central-1' } };

const violations = (change: Partial<ClusterServicesSettings>) =>
  clusterServicesViolations({ ...testClusterServices, ...change }, context);

const gatewayWith = (change: Partial<GatewaySettings>) => ({ gateway: { ...gateway, ...change } });
const internal = (...clientCidrs: string[]) => gatewayWith({ loadBalancer: { kind: 'internal', clientCidrs } });
const allowList = (...clientCidrs: string[]) =>
  gatewayWith({ loadBalancer: { kind: 'internet-allow-list', clientCidrs } });
const acm = (certificateArn = testCertificateArn) => ({ certificate: { kind: 'acm', certificateArn } }) as const;
const everybody = { loadBalancer: { kind: 'internet', reason } } as const;

test.each<[string, Partial<ClusterServicesSettings>]>([
  [
    'a mirror in an account for all',
    mirror({ kind: 'other', host: '444455556666.dkr.ecr.eu-central-1.amazonaws.com' }),
  ],
  ['a mirror at a port', mirror({ kind: 'other', host: 'registry.example.com:5000' })],
  ['the registries of the makers', { source: { kind: 'upstream', reason } }],
  ['images by digest', { certManager: { ...certManager, digests: { certManagerWebhook: testDigest } } }],
  ['five replicas', { keda: { ...keda, replicas: 5 } }],
  ['an internal gateway', internal('10.20.0.0/16', '100.64.0.0/10')],
  ['a gateway for offices', allowList('198.51.100.0/24', '203.0.113.7/32')],
  [
    'a gateway for offices with a certificate of AWS',
    { gateway: { ...allowList('198.51.100.0/24').gateway, ...acm() } },
  ],
  ['a gateway for everybody', gatewayWith({ ...everybody, ...acm() })],
  ['the first Traefik that counts in Redis', gatewayWith({ image: 'v3.4.0' })],
  ['the next Traefik', gatewayWith({ image: 'v4.0.0' })],
  ['a fixed number of replicas', gatewayWith({ minimumReplicas: 3, maximumReplicas: 3 })],
])('%s is right', (_, change) => {
  expect(schemaProblems(change)).toEqual([]);
  expect(violations(change)).toEqual([]);
});

function mirror(registry: Extract<ClusterServicesSettings['source'], { kind: 'mirror' }>['registry']) {
  return { source: { kind: 'mirror', registry, prefix: 'copies/of' } } as const;
}

test.each([
  [{ source: undefined }, 'source: a value of type object'],
  [{ source: { kind: 'ecr' } }, 'source.kind: one of: mirror, upstream'],
  [{ source: { kind: 'upstream' } }, 'source.reason: a value of type string'],
  [{ source: { kind: 'mirror', registry: { kind: 'own' } } }, 'source.prefix: a value of type string'],
  [{ source: { kind: 'mirror', registry: { kind: 'own' }, prefix: '/mirror' } }, 'source.prefix: text of the form'],
  [{ source: { kind: 'mirror', registry: { kind: 'ours' }, prefix: 'm' } }, 'source.registry.kind: one of: own, other'],
  [{ source: { kind: 'mirror', registry: { kind: 'other' }, prefix: 'm' } }, 'source.registry.host: a value of type'],
  [
    { source: { kind: 'mirror', registry: { kind: 'other', host: 'https://r.example' }, prefix: 'm' } },
    'source.registry.host: text of the form',
  ],
  [
    { source: { kind: 'mirror', registry: { kind: 'own', host: 'r.example' }, prefix: 'm' } },
    'source.registry.host: no such setting',
  ],
  [{ certManager: { ...certManager, chart: 'latest' } }, 'certManager.chart: text of the form'],
  [{ certManager: { ...certManager, image: '^1.21' } }, 'certManager.image: text of the form'],
  [
    { certManager: { ...certManager, digests: { certManagerWebhook: 'sha256:0' } } },
    'certManager.digests.certManagerWebhook: text of the form',
  ],
  [
    { certManager: { ...certManager, digests: { webhook: testDigest } } },
    'certManager.digests.webhook: no such setting',
  ],
  [
    { externalSecrets: { ...externalSecrets, digests: { traefik: testDigest } } },
    'externalSecrets.digests.traefik: no such setting',
  ],
  [{ externalSecrets: { ...externalSecrets, replicas: 1 } }, 'externalSecrets.replicas: at least 2'],
  [{ keda: { ...keda, replicas: 6 } }, 'keda.replicas: at most 5'],
  [{ keda: { ...keda, digests: undefined } }, 'keda.digests: a value of type object'],
  [
    { loadBalancerController: { ...loadBalancerController, memoryMebibytes: 63 } },
    'loadBalancerController.memoryMebibytes: at least 64',
  ],
  [gatewayWith({ memoryMebibytes: 8193 }), 'gateway.memoryMebibytes: at most 8192'],
  [{ gateway: { ...gateway, loadBalancer: undefined } }, 'gateway.loadBalancer: a value of type object'],
  [
    { gateway: { ...gateway, loadBalancer: { kind: 'public' } } },
    'gateway.loadBalancer.kind: one of: internal, internet-allow-list, internet',
  ],
  [
    { gateway: { ...gateway, loadBalancer: { kind: 'internet' } } },
    'gateway.loadBalancer.reason: a value of type string',
  ],
  [internal(), 'gateway.loadBalancer.clientCidrs: at least 1'],
  [allowList(...Array<string>(51).fill('198.51.100.0/24')), 'gateway.loadBalancer.clientCidrs: at most 50'],
  [gatewayWith({ hostNames: [] }), 'gateway.hostNames: at least 1'],
  [gatewayWith({ hostNames: ['*.example.com'] }), 'gateway.hostNames.0: text of the form'],
  [gatewayWith({ hostNames: ['localhost'] }), 'gateway.hostNames.0: text of the form'],
  [
    { gateway: { ...gateway, certificate: { kind: 'acm' } } },
    'gateway.certificate.certificateArn: a value of type string',
  ],
  [
    { gateway: { ...gateway, certificate: { kind: 'lets-encrypt' } } },
    'gateway.certificate.kind: one of: platform, acm',
  ],
  [gatewayWith({ minimumReplicas: 1 }), 'gateway.minimumReplicas: at least 2'],
  [gatewayWith({ maximumReplicas: 51 }), 'gateway.maximumReplicas: at most 50'],
  [gatewayWith({ cpuMillicores: 49 }), 'gateway.cpuMillicores: at least 50'],
  [gatewayWith({ cpuMillicores: 0.5 }), 'gateway.cpuMillicores: a value of type int'],
  [{ certmanager: certManager }, 'certmanager: no such setting'],
])('%j is refused', (change, problem) => {
  expect(schemaProblems(change)).toEqual([expect.stringContaining(problem)]);
});

const clientCidrs = 'gateway.loadBalancer.clientCidrs';
const arn = 'gateway.certificate.certificateArn';

test.each<[Partial<ClusterServicesSettings>, string, unknown, string, string]>([
  [gatewayWith({ image: 'v3.3.9' }), 'gateway.image', 'v3.3.9', 'Traefik v3.4.0 or later', 'together with the chart'],
  [gatewayWith({ image: '2.11.0' }), 'gateway.image', '2.11.0', 'Traefik v3.4.0 or later', 'together with the chart'],
  [
    gatewayWith({ minimumReplicas: 4, maximumReplicas: 3 }),
    'gateway.maximumReplicas',
    3,
    'at least minimumReplicas (4)',
    'Raise it',
  ],
  [internal('198.51.100.0/24'), clientCidrs, '198.51.100.0/24', 'a part of 10.0.0.0/8', 'internet-allow-list'],
  [internal('0.0.0.0/0'), clientCidrs, '0.0.0.0/0', 'a part of 10.0.0.0/8', 'internet-allow-list'],
  [internal('office'), clientCidrs, 'office', 'a block of IPv4 addresses', '/32'],
  [internal('10.1.0.0/16', '10.1.0.0/16'), clientCidrs, '10.1.0.0/16', 'each once', 'Remove it'],
  [allowList('0.0.0.0/0'), clientCidrs, '0.0.0.0/0', 'a /8 or smaller', 'the kind internet with a reason'],
  [allowList('128.0.0.0/1'), clientCidrs, '128.0.0.0/1', 'a /8 or smaller', 'the kind internet with a reason'],
  [allowList('10.0.0.0/16'), clientCidrs, '10.0.0.0/16', 'addresses on the internet', 'the kind internal'],
  [allowList('169.254.0.0/16'), clientCidrs, '169.254.0.0/16', 'addresses on the internet', 'the kind internal'],
  [allowList('198.51.100.7'), clientCidrs, '198.51.100.7', 'a block of IPv4 addresses', '/32'],
  [gatewayWith({ hostNames: ['a.example', 'a.example'] }), 'gateway.hostNames', 'a.example', 'each once', 'Remove it'],
  ...[
    testCertificateArn.replace('eu-central-1', 'us-east-1'),
    testCertificateArn.replace('111122223333', '444455556666'),
    testCertificateArn.replace(':aws:', ':aws-cn:'),
    testCertificateArn.slice(0, -1),
    'certificate',
  ].map((value): [Partial<ClusterServicesSettings>, string, unknown, string, string] => [
    gatewayWith(acm(value)),
    arn,
    value,
    "a certificate of the environment's account and region",
    'Request or import it there',
  ]),
  [
    gatewayWith(everybody),
    'gateway.certificate.kind',
    'platform',
    'acm for a gateway that everybody',
    'list of clients',
  ],
])('%j is one violation', (change, setting, value, expected, remedy) => {
  expect(violations(change)).toEqual([
    {
      setting: `clusterServices.${setting}`,
      value,
      expected: expect.stringContaining(expected) as string,
      remedy: expect.stringContaining(remedy) as string,
    },
  ]);
});

test('every violation is told at once', () => {
  expect(
    violations({
      gateway: {
        ...gateway,
        ...acm('x'),
        image: 'v3.0.0',
        maximumReplicas: 2,
        loadBalancer: { kind: 'internal', clientCidrs: ['y'] },
        hostNames: ['z.example', 'z.example'],
      },
    }).map(({ setting }) => setting),
  ).toEqual(
    ['image', 'maximumReplicas', 'loadBalancer.clientCidrs', 'hostNames', 'certificate.certificateArn'].map(
      (name) => `clusterServices.gateway.${name}`,
    ),
  );
});

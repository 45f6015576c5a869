import { violationsOf } from '../../constructs/validation/schema-violations';
import {
  kubernetesSettings,
  kubernetesViolations,
  type KubernetesSettings,
} from '../../environments/kubernetes-settings';
import { testDay, testKubernetes, testNetworkValue } from '../support/kubernetes';
import { reason } from '../support/network';

/** Problems that the schema finds in the settings with one of them changed, as `setting: expected`. */
function schemaProblems(change: object): string[] {
  const input = { ...testKubernetes, ...change };
  const { error } = kubernetesSettings.safeParse(input);
  return error
    ? violationsOf(error, kubernetesSettings, input).map(({ setting, expected }) => `${setting}: ${expected}`)
    : [];
}

const context = { account: { region: 'eu-central-1' }, network: testNetworkValue, today: testDay };

const violations = (change: Partial<KubernetesSettings>) =>
  kubernetesViolations({ ...testKubernetes, ...change }, context);

const [general, redis] = [testKubernetes.generalNodes, testKubernetes.redisNodes];
const publicFrom = (...publicCidrs: string[]) =>
  ({ endpoint: { kind: 'public-allow-list', privateCidrs: [], publicCidrs } }) as const;
const privateFrom = (...privateCidrs: string[]) => ({ endpoint: { kind: 'private', privateCidrs } }) as const;
const administrator = 'arn:aws:iam::111122223333:role/deployment';

test.each<[string, Partial<KubernetesSettings>]>([
  ['a private cluster', {}],
  ['an older version in extended support', { version: '1.32', support: 'extended' }],
  ['a control plane in two of three zones', { controlPlaneZones: ['eu-central-1c', 'eu-central-1a'] }],
  ['services in a /24', { serviceCidr: '192.168.7.0/24' }],
  ['services in a /12', { serviceCidr: '172.16.0.0/12' }],
  ['an API for a VPN', privateFrom('10.99.0.0/24', '100.64.0.0/10')],
  ['an API for an office', publicFrom('198.51.100.0/24', '203.0.113.7/32')],
  ['no viewers', { access: { administrators: [administrator], viewers: [] } }],
  ['a role of another account', { access: { administrators: ['arn:aws:iam::444455556666:role/a/b/c'], viewers: [] } }],
  ['one release of nodes', { nodeImage: { kind: 'release', version: '1.50.0-9a1b2c3d' } }],
  ['no nodes for Redis', { redisNodes: { kind: 'none' } }],
  ['burstable nodes for everything else', { generalNodes: { ...general, instanceType: 't4g.medium' } }],
  ['an add-on of a version', { addOnVersions: { coredns: 'v1.12.4-eksbuild.1' } }],
  ['leave to destroy', { destruction: { kind: 'allowed', reason } }],
])('%s is right', (_, change) => {
  expect(schemaProblems(change)).toEqual([]);
  expect(violations(change)).toEqual([]);
});

test.each([
  [{ version: '1.28' }, 'version: one of: 1.32, 1.33, 1.34, 1.35'],
  [{ support: 'premium' }, 'support: one of: standard, extended'],
  [{ controlPlaneZones: ['eu-central-1a'] }, 'controlPlaneZones: at least 2'],
  [{ serviceCidr: undefined }, 'serviceCidr: a value of type string'],
  [{ endpoint: { kind: 'public', privateCidrs: [] } }, 'endpoint.kind: one of: private, public-allow-list'],
  [{ endpoint: { kind: 'private' } }, 'endpoint.privateCidrs: a value of type array'],
  [{ endpoint: { kind: 'private', privateCidrs: [], publicCidrs: [] } }, 'endpoint.publicCidrs: no such setting'],
  [{ endpoint: { kind: 'public-allow-list', privateCidrs: [] } }, 'endpoint.publicCidrs: a value of type array'],
  [publicFrom(), 'endpoint.publicCidrs: at least 1'],
  [publicFrom(...Array<string>(41).fill('198.51.100.0/24')), 'endpoint.publicCidrs: at most 40'],
  [{ access: { administrators: [], viewers: [] } }, 'access.administrators: at least 1'],
  [{ access: { viewers: [] } }, 'access.administrators: a value of type array'],
  [{ access: { administrators: [administrator] } }, 'access.viewers: a value of type array'],
  [{ logRetentionDays: 7 }, 'logRetentionDays: one of: 30, 60, 90'],
  [{ nodeImage: { kind: 'newest' } }, 'nodeImage.kind: one of: latest, release'],
  [{ nodeImage: { kind: 'release' } }, 'nodeImage.version: a value of type string'],
  [{ nodeImage: { kind: 'release', version: 'v1.50.0' } }, 'nodeImage.version: text of the form'],
  [{ nodeImage: { kind: 'latest', version: '1.50.0-9a1b2c3d' } }, 'nodeImage.version: no such setting'],
  [{ generalNodes: undefined }, 'generalNodes: a value of type object'],
  [{ generalNodes: { ...general, perZone: 0 } }, 'generalNodes.perZone: at least 1'],
  [{ generalNodes: { ...general, perZone: 51 } }, 'generalNodes.perZone: at most 50'],
  [{ generalNodes: { ...general, volumeGibibytes: 19 } }, 'generalNodes.volumeGibibytes: at least 20'],
  [{ generalNodes: { ...general, volumeGibibytes: 1001 } }, 'generalNodes.volumeGibibytes: at most 1000'],
  [{ redisNodes: { kind: 'shared' } }, 'redisNodes.kind: one of: none, dedicated'],
  [{ redisNodes: { kind: 'none', perZone: 2 } }, 'redisNodes.perZone: no such setting'],
  [{ redisNodes: { ...redis, perZone: undefined } }, 'redisNodes.perZone: a value of type'],
  [{ addOnVersions: { coredns: '1.12.4' } }, 'addOnVersions.coredns: text of the form'],
  [{ addOnVersions: { 'core-dns': 'v1.12.4-eksbuild.1' } }, 'addOnVersions.core-dns: no such setting'],
  [{ destruction: { kind: 'allowed' } }, 'destruction.reason: a value of type string'],
  [{ destruction: { kind: 'prevented', reason } }, 'destruction.reason: no such setting'],
  [{ nodes: 3 }, 'nodes: no such setting'],
])('%j is refused', (change, problem) => {
  expect(schemaProblems(change)).toEqual([expect.stringContaining(problem)]);
});

const role = 'the ARN of a role that people or pipelines take on';

test.each<[Partial<KubernetesSettings>, string, unknown, string, string]>([
  [
    { version: '1.33' },
    'version',
    '1.33',
    'a version in standard support; that of 1.33 ended on 2026-07-29',
    'to one of: 1.34, 1.35',
  ],
  [
    { controlPlaneZones: ['eu-central-1a', 'eu-central-1d'] },
    'controlPlaneZones',
    'eu-central-1d',
    'one of network.zones',
    'eu-central-1b',
  ],
  [
    { controlPlaneZones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1a'] },
    'controlPlaneZones',
    'eu-central-1a',
    'each zone once',
    'Remove',
  ],
  [{ serviceCidr: '172.20.0.1/16' }, 'serviceCidr', '172.20.0.1/16', 'a block of IPv4 addresses', 'Write it so'],
  [{ serviceCidr: '10.0.0.0/8' }, 'serviceCidr', '10.0.0.0/8', 'a prefix from /12 to /24', 'another size'],
  [{ serviceCidr: '10.1.0.0/25' }, 'serviceCidr', '10.1.0.0/25', 'a prefix from /12 to /24', 'another size'],
  [{ serviceCidr: '100.64.0.0/16' }, 'serviceCidr', '100.64.0.0/16', 'a part of 10.0.0.0/8', 'private use'],
  [{ serviceCidr: '10.20.64.0/20' }, 'serviceCidr', '10.20.64.0/20', 'nothing of network.cidr', 'no network uses'],
  [{ serviceCidr: '10.16.0.0/12' }, 'serviceCidr', '10.16.0.0/12', 'nothing of network.cidr', 'no network uses'],
  [publicFrom('0.0.0.0/0'), 'endpoint.publicCidrs', '0.0.0.0/0', 'a /16 or smaller', 'offices'],
  [publicFrom('128.0.0.0/1'), 'endpoint.publicCidrs', '128.0.0.0/1', 'a /16 or smaller', 'offices'],
  [publicFrom('198.50.0.0/15'), 'endpoint.publicCidrs', '198.50.0.0/15', 'a /16 or smaller', 'offices'],
  [publicFrom('198.51.100.7'), 'endpoint.publicCidrs', '198.51.100.7', 'a block of IPv4 addresses', '/32'],
  [publicFrom('10.1.0.0/16'), 'endpoint.publicCidrs', '10.1.0.0/16', 'addresses on the internet', 'privateCidrs'],
  [publicFrom('100.64.1.0/24'), 'endpoint.publicCidrs', '100.64.1.0/24', 'addresses on the internet', 'privateCidrs'],
  [
    publicFrom('198.51.100.0/24', '198.51.100.0/24'),
    'endpoint.publicCidrs',
    '198.51.100.0/24',
    'each once',
    'Remove it',
  ],
  [privateFrom('0.0.0.0/0'), 'endpoint.privateCidrs', '0.0.0.0/0', 'a part of 10.0.0.0/8', 'public-allow-list'],
  [privateFrom('198.51.100.0/24'), 'endpoint.privateCidrs', '198.51.100.0/24', 'a part of', 'public-allow-list'],
  [privateFrom('vpn'), 'endpoint.privateCidrs', 'vpn', 'a block of IPv4 addresses', '/32'],
  [privateFrom('10.9.0.0/24', '10.9.0.0/24'), 'endpoint.privateCidrs', '10.9.0.0/24', 'each once', 'Remove it'],
  ...[
    'arn:aws:sts::111122223333:assumed-role/deployment/session',
    'arn:aws:iam::111122223333:user/somebody',
    'arn:aws:iam::111122223333:root',
    'arn:aws:iam::11112222333:role/deployment',
    'arn:aws-cn:iam::111122223333:role/deployment',
    'arn:aws:iam::111122223333:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS',
  ].map((arn): [Partial<KubernetesSettings>, string, string, string, string] => [
    { access: { administrators: [arn], viewers: [] } },
    'access.administrators',
    arn,
    role,
    'Name the role itself',
  ]),
  [
    { access: { administrators: [administrator], viewers: [administrator] } },
    'access.viewers',
    administrator,
    'each role once',
    'Remove it',
  ],
  [
    { generalNodes: { ...general, instanceType: 'large' } },
    'generalNodes.instanceType',
    'large',
    'an EC2 instance type',
    'Correct its name',
  ],
  [
    { generalNodes: { ...general, instanceType: 't4g.small' } },
    'generalNodes.instanceType',
    't4g.small',
    'a medium or larger one',
    'larger size',
  ],
  [
    { redisNodes: { kind: 'dedicated', instanceType: 'r7g', perZone: 1, volumeGibibytes: 20 } },
    'redisNodes.instanceType',
    'r7g',
    'an EC2 instance type',
    'Correct its name',
  ],
  [
    { redisNodes: { kind: 'dedicated', instanceType: 't4g.large', perZone: 1, volumeGibibytes: 20 } },
    'redisNodes.instanceType',
    't4g.large',
    'one that is not burstable',
    'series r or m',
  ],
])('%j is one violation', (change, setting, value, expected, remedy) => {
  expect(violations(change)).toEqual([
    {
      setting: `kubernetes.${setting}`,
      value,
      expected: expect.stringContaining(expected) as string,
      remedy: expect.stringContaining(remedy) as string,
    },
  ]);
});

test('every violation is told at once', () => {
  expect(
    violations({
      version: '1.32',
      controlPlaneZones: ['x', 'x'],
      serviceCidr: 'y',
      ...publicFrom('0.0.0.0/0'),
      access: { administrators: ['z'], viewers: [] },
      generalNodes: { ...general, instanceType: 'm7g.nano' },
    }).map(({ setting }) => setting.replace('kubernetes.', '')),
  ).toEqual([
    'version',
    'controlPlaneZones',
    'controlPlaneZones',
    'controlPlaneZones',
    'serviceCidr',
    'endpoint.publicCidrs',
    'access.administrators',
    'generalNodes.instanceType',
  ]);
});

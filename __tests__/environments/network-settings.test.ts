import { networkSettings, networkViolations, type NetworkSettings } from '../../environments/network-settings';
import { violationsOf } from '../../constructs/validation/schema-violations';
import { reason, testNetwork } from '../support/network';

/** Problems that the schema finds in the settings with one of them changed, as `setting: expected`. */
function schemaProblems(change: object): string[] {
  const input = { ...testNetwork, ...change };
  const { error } = networkSettings.safeParse(input);
  return error
    ? violationsOf(error, networkSettings, input).map(({ setting, expected }) => `${setting}: ${expected}`)
    : [];
}

function violations(change: Partial<NetworkSettings>) {
  return networkViolations({ ...testNetwork, ...change }, { region: 'eu-central-1' });
}

test.each<[string, Partial<NetworkSettings>]>([
  ['a gateway a zone', {}],
  ['one gateway', { nat: { kind: 'single', zone: 'eu-central-1b', reason } }],
  ['no endpoints', { interfaceEndpoints: { kind: 'none', reason } }],
  ['more endpoints', { interfaceEndpoints: { kind: 'private-nodes', also: ['elasticache', 'ssm'] } }],
  ['refused traffic only', { flowLogs: { retentionDays: 30, aggregationSeconds: 60, traffic: 'refused' } }],
  ['leave to destroy', { destruction: { kind: 'allowed', reason } }],
  ['six zones in any order', { zones: ['f', 'e', 'd', 'c', 'b', 'a'].map((letter) => `eu-central-1${letter}`) }],
  ['a /18', { cidr: '172.18.64.0/18' }],
  ['a /17', { cidr: '192.168.128.0/17' }],
])('%s is right', (_, change) => {
  expect(schemaProblems(change)).toEqual([]);
  expect(violations(change)).toEqual([]);
});

test.each([
  [{ cidr: undefined }, 'cidr: a value of type string'],
  [{ zones: ['eu-central-1a', 'eu-central-1b'] }, 'zones: at least 3'],
  [{ zones: Array(7).fill('eu-central-1a') }, 'zones: at most 6'],
  [{ nat: { kind: 'none', reason } }, 'nat.kind: one of: per-zone, single'],
  [{ nat: { kind: 'per-zone', zone: 'eu-central-1a' } }, 'nat.zone: no such setting'],
  [{ nat: { kind: 'single', reason } }, 'nat.zone: a value of type string'],
  [{ nat: { kind: 'single', zone: 'eu-central-1a' } }, 'nat.reason: a value of type string'],
  [{ nat: { kind: 'single', zone: 'eu-central-1a', reason: 'cost' } }, 'nat.reason: at least 10 characters'],
  [{ interfaceEndpoints: { kind: 'all' } }, 'interfaceEndpoints.kind: one of: none, private-nodes'],
  [{ interfaceEndpoints: { kind: 'none' } }, 'interfaceEndpoints.reason: a value of type string'],
  [{ interfaceEndpoints: { kind: 'none', reason, also: [] } }, 'interfaceEndpoints.also: no such setting'],
  [{ interfaceEndpoints: { kind: 'private-nodes' } }, 'interfaceEndpoints.also: a value of type array'],
  [
    { interfaceEndpoints: { kind: 'private-nodes', also: ['s3'] } },
    'interfaceEndpoints.also.0: one of: autoscaling, ec2messages, eks, elasticache,',
  ],
  [
    { interfaceEndpoints: { kind: 'private-nodes', also: ['sts'] } },
    'interfaceEndpoints.also.0: one of: autoscaling, ec2messages, eks, elasticache,',
  ],
  [{ flowLogs: undefined }, 'flowLogs: a value of type object'],
  [{ flowLogs: { ...testNetwork.flowLogs, retentionDays: 100 } }, 'flowLogs.retentionDays: one of: 1, 3, 5, 7, 14, 30'],
  [{ flowLogs: { ...testNetwork.flowLogs, aggregationSeconds: 300 } }, 'flowLogs.aggregationSeconds: one of: 60, 600'],
  [{ flowLogs: { ...testNetwork.flowLogs, traffic: 'accepted' } }, 'flowLogs.traffic: one of: all, refused'],
  [{ destruction: { kind: 'allowed' } }, 'destruction.reason: a value of type string'],
  [{ destruction: { kind: 'prevented', reason } }, 'destruction.reason: no such setting'],
  [{ destruction: undefined }, 'destruction: '],
  [{ subnets: 3 }, 'subnets: no such setting'],
])('%j is refused', (change, problem) => {
  expect(schemaProblems(change)).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ['10.20.0.0', 'a block of IPv4 addresses by its first one, such as 10.0.0.0/16'],
  ['10.20.0.1/16', 'a block of IPv4 addresses by its first one, such as 10.0.0.0/16'],
  ['10.21.0.0/15', 'a block of IPv4 addresses by its first one, such as 10.0.0.0/16'],
  ['10.20.0.0/15', 'a prefix from /16 to /18'],
  ['10.20.0.0/19', 'a prefix from /16 to /18'],
  ['100.64.0.0/16', 'a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16'],
  ['172.32.0.0/16', 'a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16'],
  ['172.17.0.0/16', 'nothing of 172.17.0.0/16, which Docker uses on every host'],
  ['172.17.64.0/18', 'nothing of 172.17.0.0/16, which Docker uses on every host'],
])('the addresses %s are refused', (cidr, expected) => {
  expect(violations({ cidr })).toMatchObject([{ setting: 'network.cidr', value: cidr, expected }]);
});

test.each([
  ['eu-west-1a', "Did you mean 'eu-central-1a'?"],
  ['eu-central-1g', 'Known: eu-central-1a, eu-central-1b'],
  ['eu-central-1-ham-1a', 'eu-central-1a, eu-central-1b'],
])('the zone %s is refused', (zone, remedy) => {
  expect(violations({ zones: ['eu-central-1b', 'eu-central-1c', zone] })).toEqual([
    {
      setting: 'network.zones',
      value: zone,
      expected: 'a zone of eu-central-1',
      remedy: expect.stringContaining(remedy) as string,
    },
  ]);
});

test('a zone that is named twice is refused', () => {
  expect(violations({ zones: ['eu-central-1a', 'eu-central-1b', 'eu-central-1b'] })).toEqual([
    {
      setting: 'network.zones',
      value: 'eu-central-1b',
      expected: 'each zone once',
      remedy: 'Remove it or name another zone',
    },
  ]);
});

test('the one gateway is in a zone of the network', () => {
  expect(violations({ nat: { kind: 'single', zone: 'eu-central-1d', reason } })).toMatchObject([
    { setting: 'network.nat.zone', value: 'eu-central-1d', expected: 'one of network.zones' },
  ]);
});

test('a service that is named twice is refused', () => {
  expect(violations({ interfaceEndpoints: { kind: 'private-nodes', also: ['ssm', 'sns', 'ssm'] } })).toEqual([
    { setting: 'network.interfaceEndpoints.also', value: 'ssm', expected: 'each service once', remedy: 'Remove it' },
  ]);
});

test('every violation is told at once', () => {
  expect(
    violations({
      cidr: 'x',
      zones: ['eu-central-1a', 'eu-central-1a', 'y'],
      nat: { kind: 'single', zone: 'z', reason },
      interfaceEndpoints: { kind: 'private-nodes', also: ['ssm', 'ssm'] },
    }).map(({ setting }) => setting),
  ).toEqual(['network.cidr', 'network.zones', 'network.zones', 'network.nat.zone', 'network.interfaceEndpoints.also']);
});

import { Network, type NetworkValue } from '../../../constructs/network/network';
import { addressOf, idOf, named, networkWith, reason, testNetwork } from '../../support/network';
import {
  messageOf,
  resourceOf,
  resourcesOf,
  synthesizeConstruct,
  testAccount,
  type Configuration,
} from '../../support/synthesized-construct';

const network = networkWith();

const zones = testNetwork.zones;

describe('subnets', () => {
  test('each zone has one of each tier, none of which gives out public addresses', () => {
    const subnets = named(network, 'aws_subnet');
    expect(Object.keys(subnets).sort()).toEqual(
      ['database', 'private', 'public'].flatMap((tier) => zones.map((zone) => `test-${tier}-${zone}`)),
    );
    for (const [name, subnet] of Object.entries(subnets)) {
      expect(subnet).toMatchObject({ map_public_ip_on_launch: false, lifecycle: { prevent_destroy: true } });
      expect(name).toContain(String(subnet.availability_zone));
    }
  });

  test.each([
    ['private', { 'kubernetes.io/role/internal-elb': '1', 'kubernetes.io/cluster/test-eks': 'shared' }],
    ['public', { 'kubernetes.io/role/elb': '1', 'kubernetes.io/cluster/test-eks': 'shared' }],
    ['database', {}],
  ])('the %s ones tell Kubernetes what to put there', (tier, tags) => {
    const subnet = named(networkWith({}, { clusterName: 'test-eks' }), 'aws_subnet')[`test-${tier}-eu-central-1a`];
    expect(subnet?.tags).toEqual({ Name: `test-${tier}-eu-central-1a`, ...tags });
  });

  test('without a cluster there is no tag for one', () => {
    expect(named(network, 'aws_subnet')['test-private-eu-central-1a']?.tags).toEqual({
      Name: 'test-private-eu-central-1a',
      'kubernetes.io/role/internal-elb': '1',
    });
  });

  test.each([
    ['private', 'eu-central-1b', 'test-private-eu-central-1b'],
    ['public', 'eu-central-1b', 'test-public'],
    ['database', 'eu-central-1b', 'test-database'],
  ])('the %s one of a zone has its route table', (tier, zone, routeTable) => {
    const subnetId = idOf(network, 'aws_subnet', `test-${tier}-${zone}`);
    const associations = Object.values(resourcesOf(network, 'aws_route_table_association'));
    expect(associations.filter((association) => association.subnet_id === subnetId)).toEqual([
      { subnet_id: subnetId, route_table_id: idOf(network, 'aws_route_table', routeTable) },
    ]);
  });
});

describe('zones that come and go', () => {
  /** Everything of a configuration that a change of zones must leave alone: all but lists of zones' ids. */
  function perResource(configuration: Configuration): Map<string, string> {
    return new Map(
      Object.entries(configuration.resource ?? {}).flatMap(([type, resources]) =>
        Object.entries(resources).map(([id, { subnet_ids: _subnets, route_table_ids: _tables, ...rest }]) => [
          `${type}.${id}`,
          JSON.stringify(rest),
        ]),
      ),
    );
  }

  test.each([
    ['is added before the others', [...zones.slice(1), 'eu-central-1f'], [...zones, 'eu-central-1f']],
    ['is added after them', zones, [...zones, 'eu-central-1d']],
    ['is added between them', ['eu-central-1a', 'eu-central-1c', 'eu-central-1d'], [...zones, 'eu-central-1d']],
  ])('a zone that %s changes nothing of theirs, and neither does its removal', (_, few, many) => {
    const before = perResource(networkWith({ zones: few }));
    const after = perResource(networkWith({ zones: many }));
    for (const [address, resource] of before) expect([address, after.get(address)]).toEqual([address, resource]);
    // 3 subnets with their associations, a route table with its route, an address and a gateway.
    expect(after.size - before.size).toBe(10);
  });

  test('their order means nothing', () => {
    expect(networkWith({ zones: [...zones].reverse() })).toEqual(network);
  });
});

test('what AWS puts into every network is emptied', () => {
  const vpc = addressOf(network, 'aws_vpc', 'test');
  const tags = { Name: 'test-default-unused' };
  expect(resourceOf(network, 'aws_default_security_group')).toEqual({ vpc_id: `\${${vpc}.id}`, tags });
  expect(resourceOf(network, 'aws_default_route_table')).toEqual({
    default_route_table_id: `\${${vpc}.default_route_table_id}`,
    tags,
  });
  expect(resourceOf(network, 'aws_default_network_acl')).toEqual({
    default_network_acl_id: `\${${vpc}.default_network_acl_id}`,
    lifecycle: { ignore_changes: ['subnet_ids'] },
    tags,
  });
});

test.each([
  ['prevented', { kind: 'prevented' }, true],
  ['allowed', { kind: 'allowed', reason }, false],
] as const)('destruction is %s', (_, destruction, preventDestroy) => {
  const configuration = networkWith({ destruction });
  const lifecycles = ['aws_vpc', 'aws_subnet', 'aws_eip', 'aws_kms_key', 'aws_cloudwatch_log_group']
    .flatMap((type) => Object.values(resourcesOf(configuration, type)))
    .map(({ lifecycle }) => lifecycle);
  expect(lifecycles).toEqual(Array(15).fill({ prevent_destroy: preventDestroy }));
});

test('tells other stacks its subnets by zone', () => {
  let value: NetworkValue | undefined;
  synthesizeConstruct((stack) => {
    ({ value } = new Network(stack, 'network', {
      account: testAccount,
      settings: { ...testNetwork, zones: [...zones].reverse() },
    }));
  });
  expect(value).toMatchObject({ cidr: '10.20.0.0/16', zones: zones.map((zone) => ({ zone })) });
});

test('settings that are wrong are refused before anything is made, all at once', () => {
  expect(
    messageOf(() => networkWith({ cidr: '8.8.0.0/16', zones: ['eu-central-1a', 'eu-central-1b', 'us-east-1a'] })),
  ).toBe(
    [
      'stack/network has 2 problems:',
      '  - network.cidr: "8.8.0.0/16"; expected a part of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16. ' +
        'Choose addresses for private use.',
      '  - network.zones: "us-east-1a"; expected a zone of eu-central-1. ' +
        'Use one of: eu-central-1a, eu-central-1b, eu-central-1c, eu-central-1d, eu-central-1e, eu-central-1f.',
    ].join('\n'),
  );
});

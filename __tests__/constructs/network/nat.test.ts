import { addressOf, idOf, named, networkWith, reason, testNetwork } from '../../support/network';
import { resourcesOf, type Configuration } from '../../support/synthesized-construct';

const network = networkWith();

const zones = testNetwork.zones;

function routes(configuration: Configuration) {
  return Object.values(resourcesOf(configuration, 'aws_route'));
}

test('public subnets reach the internet by its gateway', () => {
  expect(routes(network)).toContainEqual({
    destination_cidr_block: '0.0.0.0/0',
    route_table_id: idOf(network, 'aws_route_table', 'test-public'),
    gateway_id: idOf(network, 'aws_internet_gateway', 'test'),
  });
});

test('private subnets leave by the gateway of their zone', () => {
  for (const zone of zones) {
    expect(routes(network)).toContainEqual({
      destination_cidr_block: '0.0.0.0/0',
      route_table_id: idOf(network, 'aws_route_table', `test-private-${zone}`),
      nat_gateway_id: idOf(network, 'aws_nat_gateway', `test-nat-${zone}`),
    });
    expect(named(network, 'aws_nat_gateway')[`test-nat-${zone}`]).toMatchObject({
      allocation_id: idOf(network, 'aws_eip', `test-nat-${zone}`),
      subnet_id: idOf(network, 'aws_subnet', `test-public-${zone}`),
      depends_on: [addressOf(network, 'aws_internet_gateway', 'test')],
    });
  }
  expect(routes(network)).toHaveLength(4);
});

test('private subnets leave by the one gateway where there is one, which is the same as that of its zone', () => {
  const single = networkWith({ nat: { kind: 'single', zone: 'eu-central-1b', reason } });
  expect(Object.keys(named(single, 'aws_nat_gateway'))).toEqual(['test-nat-eu-central-1b']);
  expect(named(single, 'aws_eip')).toEqual({
    'test-nat-eu-central-1b': named(network, 'aws_eip')['test-nat-eu-central-1b'],
  });
  expect(addressOf(single, 'aws_eip', 'test-nat-eu-central-1b')).toBe(
    addressOf(network, 'aws_eip', 'test-nat-eu-central-1b'),
  );
  const gateways = routes(single).flatMap(({ nat_gateway_id: id }) => (id === undefined ? [] : [id]));
  expect(gateways).toEqual(Array(3).fill(idOf(single, 'aws_nat_gateway', 'test-nat-eu-central-1b')));
});

test('no route leads out of database subnets', () => {
  const database = idOf(network, 'aws_route_table', 'test-database');
  expect(routes(network).filter(({ route_table_id: id }) => id === database)).toEqual([]);
  const s3 = Object.values(resourcesOf(network, 'aws_vpc_endpoint')).find(
    ({ route_table_ids: ids }) => ids !== undefined,
  );
  expect(s3?.route_table_ids).toEqual(zones.map((zone) => idOf(network, 'aws_route_table', `test-private-${zone}`)));
});

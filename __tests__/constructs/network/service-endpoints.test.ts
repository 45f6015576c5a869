import { idOf, networkWith, reason, testNetwork } from '../../support/network';
import {
  resourceOf,
  resourcesOf,
  statementsOf,
  type Arguments,
  type Configuration,
} from '../../support/synthesized-construct';

const network = networkWith();

const zones = testNetwork.zones;

/** Endpoints by service. */
function endpoints(configuration: Configuration): Readonly<Record<string, Arguments>> {
  return Object.fromEntries(
    Object.values(resourcesOf(configuration, 'aws_vpc_endpoint')).map((endpoint) => [
      String(endpoint.service_name).replace('com.amazonaws.eu-central-1.', ''),
      endpoint,
    ]),
  );
}

const own = {
  Sid: 'OwnIdentities',
  Effect: 'Allow',
  Principal: '*',
  Action: ['*'],
  Resource: ['*'],
  Condition: { StringEquals: { 'aws:PrincipalAccount': '111122223333' } },
};

test('private nodes have all they call', () => {
  expect(Object.keys(endpoints(network)).sort()).toEqual([
    'ec2',
    'ecr.api',
    'ecr.dkr',
    'eks-auth',
    'kms',
    'logs',
    's3',
    'secretsmanager',
    'sts',
  ]);
  expect(endpoints(network).kms).toMatchObject({
    vpc_endpoint_type: 'Interface',
    private_dns_enabled: true,
    subnet_ids: zones.map((zone) => idOf(network, 'aws_subnet', `test-private-${zone}`)),
    security_group_ids: [idOf(network, 'aws_security_group', 'test-endpoints')],
  });
  expect(resourceOf(network, 'aws_vpc')).toMatchObject({ enable_dns_support: true, enable_dns_hostnames: true });
});

test('further ones are added', () => {
  const more = networkWith({ interfaceEndpoints: { kind: 'private-nodes', also: ['elasticache'] } });
  expect(Object.keys(endpoints(more))).toHaveLength(10);
  expect(endpoints(more).elasticache).toMatchObject({ vpc_endpoint_type: 'Interface' });
});

test('without any there is the one of S3, and no security group', () => {
  const none = networkWith({ interfaceEndpoints: { kind: 'none', reason } });
  expect(Object.keys(endpoints(none))).toEqual(['s3']);
  expect(resourcesOf(none, 'aws_security_group')).toEqual({});
});

test('they are called by HTTPS from the network, and call nobody', () => {
  expect(resourceOf(network, 'aws_vpc_security_group_ingress_rule')).toMatchObject({
    security_group_id: idOf(network, 'aws_security_group', 'test-endpoints'),
    cidr_ipv4: '10.20.0.0/16',
    ip_protocol: 'tcp',
    from_port: 443,
    to_port: 443,
  });
  expect(resourcesOf(network, 'aws_vpc_security_group_egress_rule')).toEqual({});
  expect(Object.keys(resourceOf(network, 'aws_security_group'))).not.toContain('egress');
});

test.each([
  ['kms', {}],
  [
    's3',
    { Downloads: { Sid: 'Downloads', Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'], Resource: ['*'] } },
  ],
  [
    'sts',
    {
      WebIdentities: {
        Sid: 'WebIdentities',
        Effect: 'Allow',
        Principal: '*',
        Action: ['sts:AssumeRoleWithWebIdentity'],
        Resource: ['*'],
      },
    },
  ],
])('%s is for identities of the account, but for what has none', (service, others) => {
  expect(statementsOf(endpoints(network)[service]?.policy)).toEqual({ OwnIdentities: own, ...others });
});

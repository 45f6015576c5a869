import { traefikValues } from '../../constructs/cluster-services/traefik-values';
import { accessRules, fixedRules } from '../../constructs/network/access-rules';
import type { GatewaySettings } from '../../environments/cluster-services-settings';
import { admittedBlocks } from '../../environments/admitted-blocks';
import { productionEnvironment } from '../../environments/production';
import { testAddresses } from '../support/cluster-services';
import { testAccount, type Arguments } from '../support/synthesized-construct';
import { synthesize, type SynthesizedStack } from '../support/synthesized';

const { kubernetes, clusterServices, network } = productionEnvironment;

const withLoadBalancer = (loadBalancer: GatewaySettings['loadBalancer'], privateCidrs: readonly string[] = []) => ({
  ...productionEnvironment,
  kubernetes: { ...kubernetes, endpoint: { ...kubernetes.endpoint, privateCidrs } },
  clusterServices: { ...clusterServices, gateway: { ...clusterServices.gateway, loadBalancer } },
});

test('callers of the API and clients of an internal gateway are admitted, each with the setting that names it', () => {
  const internal = { kind: 'internal', clientCidrs: ['10.98.0.0/16', network.cidr] } as const;
  expect(admittedBlocks(withLoadBalancer(internal, ['10.99.0.0/24']))).toEqual([
    { cidr: '10.99.0.0/24', port: 443, setting: 'kubernetes.endpoint.privateCidrs' },
    { cidr: '10.98.0.0/16', port: 443, setting: 'clusterServices.gateway.loadBalancer.clientCidrs' },
    { cidr: network.cidr, port: 443, setting: 'clusterServices.gateway.loadBalancer.clientCidrs' },
  ]);
});

test.each<GatewaySettings['loadBalancer']>([
  { kind: 'internet-allow-list', clientCidrs: ['203.0.113.0/24'] },
  { kind: 'internet', reason: 'the api is for everybody' },
])('clients of a gateway of the kind $kind are admitted to public subnets, where its load balancer is', (settings) => {
  expect(admittedBlocks(withLoadBalancer(settings))).toEqual([]);
  const gateway = { ...clusterServices.gateway, loadBalancer: settings };
  const values = traefikValues({ ...clusterServices, gateway }, testAccount, testAddresses) as {
    readonly ports: { readonly websecure: { readonly exposedPort: number } };
  };
  const port = values.ports.websecure.exposedPort;
  expect(fixedRules.public.ingress).toContainEqual(
    expect.objectContaining({ cidr: 'anywhere', traffic: { protocol: 'tcp', from: port, to: port } }),
  );
});

/** Rules of a type in a stack. */
const rulesIn = (stack: SynthesizedStack | undefined, type: string) =>
  Object.values(stack?.resource[type] ?? {}) as unknown as readonly Arguments[];

test('whatever the security group of the control plane admits by its address, private subnets admit', () => {
  const privateCidrs = ['10.99.0.0/24', '192.168.0.0/20'];
  const { stacks } = synthesize(withLoadBalancer({ kind: 'internal', clientCidrs: ['10.98.0.0/16'] }, privateCidrs));
  const named = rulesIn(stacks['production-kubernetes'], 'aws_vpc_security_group_ingress_rule')
    .filter((rule) => rule.cidr_ipv4 !== undefined)
    .map((rule) => [rule.cidr_ipv4, rule.from_port, rule.to_port]);
  expect(named.map(([cidr]) => cidr).sort()).toEqual(privateCidrs);
  const admitted = rulesIn(stacks['production-network'], 'aws_network_acl_rule')
    .filter(({ egress }) => egress === false)
    .map((rule) => [rule.cidr_block, rule.from_port, rule.to_port]);
  expect(admitted).toEqual(expect.arrayContaining([...named, ['10.98.0.0/16', 443, 443]]));
});

test('production as shipped admits nothing from outside', () => {
  expect(accessRules('private', network.cidr, admittedBlocks(productionEnvironment))).toEqual(fixedRules.private);
});

/** Layers by themselves: access lists, security groups, routes and network policies, as their documentation has it. */
import { NetworkAcls } from '../../../review/reachability/network-acls';
import { NetworkPolicies } from '../../../review/reachability/network-policies';
import { blockOf, judge, without, type PacketRule } from '../../../review/reachability/packets';
import { Routes } from '../../../review/reachability/routes';
import { SecurityGroups } from '../../../review/reachability/security-groups';
import type { ResolvedResource } from '../../../review/synthesis/resources';

const block = (cidr: string) => blockOf(cidr, cidr);

/** A resource whose id is its attribute `id`, too. */
const resource = (type: string, id: string, values: Readonly<Record<string, unknown>>): ResolvedResource => ({
  stack: 'test-network',
  mode: 'managed',
  type,
  id,
  address: `test-network/${type}.${id}`,
  region: 'us-east-1',
  accountId: '111122223333',
  values,
  attribute: (name) => (name === 'id' ? id : values[name]),
});

const judged = (rules: readonly PacketRule[], cidr: string, from: number, to = from) =>
  judge(rules, { block: block(cidr), ports: { from, to } }, 'default');

describe('access lists', () => {
  const rule = (id: string, number: number, action: string, cidr: string, [from, to]: readonly [number, number]) =>
    resource('aws_network_acl_rule', id, {
      network_acl_id: 'list',
      egress: false,
      rule_number: number,
      rule_action: action,
      cidr_block: cidr,
      protocol: 'tcp',
      from_port: from,
      to_port: to,
    });
  const list = resource('aws_network_acl', 'list', { subnet_ids: ['subnet'] });
  const ingress = (...rules: readonly ResolvedResource[]) =>
    new NetworkAcls([list, ...rules]).rulesOf('subnet', 'ingress', 'tcp');

  test.each([
    ['the lower number decides: allow', 100, 200, { passedBy: ['network allow'], stoppedBy: [] }],
    ['the lower number decides: deny', 200, 100, { passedBy: [], stoppedBy: ['network deny'] }],
  ])('%s', (_, allow, deny, expected) => {
    const rules = ingress(
      rule('deny', deny, 'deny', '10.0.0.0/8', [443, 443]),
      rule('allow', allow, 'allow', '0.0.0.0/0', [443, 443]),
    );
    expect(judged(rules, '10.1.0.0/16', 443)).toEqual(expected);
  });

  test('what no rule allows is refused', () => {
    expect(judged(ingress(), '10.1.0.0/16', 443)).toEqual({ passedBy: [], stoppedBy: ['default'] });
  });

  test('a part of the ports a client may choose is not enough', () => {
    const rules = ingress(rule('answers', 100, 'allow', '0.0.0.0/0', [32_768, 60_999]));
    expect(judged(rules, '10.1.0.0/16', 32_768, 60_999).stoppedBy).toEqual([]);
    expect(judged(rules, '10.1.0.0/16', 1_024, 65_535).stoppedBy).toEqual(['default']);
  });

  test('a part of the addresses is not enough, either', () => {
    const rules = ingress(rule('half', 100, 'allow', '10.1.0.0/17', [443, 443]));
    expect(judged(rules, '10.1.0.0/16', 443)).toEqual({ passedBy: ['network half'], stoppedBy: ['default'] });
  });

  test('rules of the other direction say nothing', () => {
    const acls = new NetworkAcls([list, rule('in', 100, 'allow', '0.0.0.0/0', [0, 65_535])]);
    expect(acls.rulesOf('subnet', 'egress', 'tcp')).toEqual([]);
    expect(acls.rulesOf('subnet', 'ingress', 'udp')).toEqual([]);
  });

  test('a subnet without a list of its own is an error', () => {
    expect(() => new NetworkAcls([list]).rulesOf('other', 'ingress', 'tcp')).toThrow('no access list');
  });
});

describe('security groups', () => {
  const nodes = resource('aws_security_group', 'sg-nodes', {
    name: 'nodes',
    ingress: [{ protocol: 'tcp', from_port: 22, to_port: 22, self: true }],
  });
  const fromNodes = resource('aws_vpc_security_group_ingress_rule', 'from-nodes', {
    security_group_id: 'sg-redis',
    referenced_security_group_id: 'sg-nodes',
    ip_protocol: 'tcp',
    from_port: 6379,
    to_port: 6379,
  });
  const toNetwork = resource('aws_vpc_security_group_egress_rule', 'to-network', {
    security_group_id: 'sg-nodes',
    cidr_ipv4: '10.0.0.0/16',
    ip_protocol: '-1',
  });
  const groups = new SecurityGroups([nodes, fromNodes, toNetwork], []);

  test('a group stands for the interfaces that have it, whatever their addresses', () => {
    const rules = (peer: string) => groups.rulesOf(['sg-redis'], 'ingress', 'tcp', [peer]);
    expect(judged(rules('sg-nodes'), '10.0.1.0/24', 6379).stoppedBy).toEqual([]);
    expect(judged(rules('sg-runner'), '10.0.1.0/24', 6379).passedBy).toEqual([]);
  });

  test('a rule for every protocol has every port', () => {
    const rules = groups.rulesOf(['sg-nodes'], 'egress', 'udp', []);
    expect(judged(rules, '10.0.1.0/24', 53).stoppedBy).toEqual([]);
    expect(judged(rules, '10.1.1.0/24', 53).passedBy).toEqual([]);
  });

  test('rules within a group count, too; the way out that AWS gives to new groups is removed', () => {
    expect(judged(groups.rulesOf(['sg-nodes'], 'ingress', 'tcp', ['sg-nodes']), '10.0.1.0/24', 22).stoppedBy).toEqual(
      [],
    );
    expect(groups.rulesOf(['sg-redis'], 'egress', 'tcp', [])).toEqual([]);
  });

  test.each([
    ['ICMP', { ip_protocol: 'icmp' }],
    ['both ends', { cidr_ipv4: '10.0.0.0/8' }],
    ['neither end', { referenced_security_group_id: undefined }],
  ])('a rule of %s is an error', (_, change) => {
    const changed = { ...fromNodes, values: { ...fromNodes.values, ...change } };
    expect(() => new SecurityGroups([changed], [])).toThrow(changed.address);
  });
});

describe('routes', () => {
  const route = (id: string, cidr: string, hop: Readonly<Record<string, string>>) =>
    resource('aws_route', id, { route_table_id: 'table', destination_cidr_block: cidr, ...hop });
  const shared = [
    resource('aws_subnet', 'subnet', { cidr_block: '10.0.0.0/24' }),
    resource('aws_route_table_association', 'association', { subnet_id: 'subnet', route_table_id: 'table' }),
    resource('aws_internet_gateway', 'igw', {}),
    resource('aws_nat_gateway', 'nat', { subnet_id: 'public' }),
  ];

  test('the longest one that has all addresses is taken', () => {
    const routes = new Routes([
      ...shared,
      route('all', '0.0.0.0/0', { nat_gateway_id: 'nat' }),
      route('some', '198.51.100.0/24', { gateway_id: 'igw' }),
    ]);
    expect(routes.nextHop('subnet', block('198.51.100.0/25'))).toMatchObject({ kind: 'internet-gateway' });
    expect(routes.nextHop('subnet', block('203.0.113.0/24'))).toMatchObject({ kind: 'nat', subnet: 'public' });
  });

  test('without a route nothing leaves', () => {
    expect(new Routes(shared).nextHop('subnet', block('198.51.100.0/25'))).toEqual({ kind: 'none' });
  });

  test('an endpoint for S3 is for the route tables that it names, an interface for those who know its name', () => {
    const endpoint = (id: string, values: Readonly<Record<string, unknown>>) =>
      resource('aws_vpc_endpoint', id, { service_name: `com.amazonaws.us-east-1.${id}`, ...values });
    const routes = new Routes([
      ...shared,
      endpoint('s3', { vpc_endpoint_type: 'Gateway', route_table_ids: ['table'] }),
      endpoint('ecr.api', { vpc_endpoint_type: 'Interface', private_dns_enabled: true }),
      endpoint('sts', { vpc_endpoint_type: 'Interface', private_dns_enabled: false }),
    ]);
    expect(routes.toS3('subnet')).toBe('network s3');
    expect(routes.toS3('other')).toBeUndefined();
    expect([...routes.interfaceEndpoints.keys()]).toEqual(['ecr.api']);
  });
});

describe('network policies', () => {
  const policy = (name: string, spec: Readonly<Record<string, unknown>>, namespace = 'redis') =>
    resource('kubernetes_network_policy_v1', name, { metadata: { name, namespace }, spec });
  const redis = { namespace: 'redis', labels: { app: 'redis', role: 'server' } };
  const api = { namespace: 'application', labels: { app: 'api' } };
  const deny = policy('deny', { pod_selector: {}, policy_types: ['Ingress', 'Egress'] });
  const allow = (from: readonly unknown[], ports: readonly unknown[] = [{ port: '6379' }]) =>
    policy('allow', {
      pod_selector: { match_labels: { app: 'redis' } },
      policy_types: ['Ingress'],
      ingress: [{ from, ports }],
    });
  const received = (resources: readonly ResolvedResource[], other: typeof api | undefined, port = 6379) => {
    const rules = new NetworkPolicies(resources).rulesOf(redis, 'ingress', 'tcp', other);
    return rules && judged(rules, '10.0.1.0/24', port).stoppedBy.length === 0;
  };

  test('a pod that no policy selects is not isolated', () => {
    expect(received([], api)).toBeUndefined();
    expect(
      received([policy('other', { pod_selector: { match_labels: { app: 'other' } }, policy_types: ['Ingress'] })], api),
    ).toBeUndefined();
  });

  test('one that a policy selects in a direction gets nothing that no policy allows, in that direction alone', () => {
    expect(received([deny], api)).toBe(false);
    const one = new NetworkPolicies([policy('in', { pod_selector: {}, policy_types: ['Ingress'] })]);
    expect(one.rulesOf(redis, 'egress', 'tcp', api)).toBeUndefined();
  });

  const inApplication = { namespace_selector: { match_labels: { 'kubernetes.io/metadata.name': 'application' } } };
  const isApi = { pod_selector: { match_labels: { app: 'api' } } };

  test.each([
    ['both selectors of one peer have to match', [{ ...inApplication, ...isApi }], true],
    ['pods without a namespace are of the policy’s own', [isApi], false],
    ['two peers are alternatives', [isApi, inApplication], true],
    ['an empty selector of pods is all of them', [{ ...inApplication, pod_selector: {} }], true],
    ['other labels do not match', [{ ...inApplication, pod_selector: { match_labels: { app: 'worker' } } }], false],
    ['no peers are all', [], true],
    ['a block has addresses', [{ ip_block: { cidr: '10.0.0.0/16' } }], true],
    ['another block has not', [{ ip_block: { cidr: '10.0.1.0/25' } }], false],
  ])('%s', (_, from, passes) => {
    expect(received([deny, allow(from)], api)).toBe(passes);
  });

  test('policies add up, and ports bound each', () => {
    const other = policy('other', { pod_selector: {}, policy_types: ['Ingress'], ingress: [{ from: [isApi] }] });
    expect(received([deny, other, allow([{ ...inApplication, ...isApi }])], api)).toBe(true);
    expect(received([allow([], [{ port: '6379' }])], api, 6380)).toBe(false);
    expect(received([allow([], [{ port: '6000', end_port: 7000 }])], api, 6380)).toBe(true);
    expect(received([allow([], [])], api, 6380)).toBe(true);
  });

  test.each([
    ['a port by its name', [], [{ port: 'redis' }]],
    ['exceptions of a block', [{ ip_block: { cidr: '10.0.0.0/16', except: ['10.0.1.0/24'] } }], [{ port: '6379' }]],
    [
      'expressions',
      [{ pod_selector: { match_expressions: [{ key: 'app', operator: 'Exists' }] } }],
      [{ port: '6379' }],
    ],
  ])('%s is an error', (_, from, ports) => {
    expect(() => received([allow(from, ports)], { namespace: 'redis', labels: { app: 'api' } })).toThrow('read here');
  });
});

test('a block without others is the rest, exactly', () => {
  expect(without(block('10.0.0.0/8'), [block('10.0.0.0/9'), block('10.128.0.0/10')])).toEqual([block('10.192.0.0/10')]);
  expect(without(block('10.0.0.0/8'), [block('0.0.0.0/0')])).toEqual([]);
});

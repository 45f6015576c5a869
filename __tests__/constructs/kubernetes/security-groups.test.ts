import { calledPorts, controlPlaneCalls } from '../../../constructs/kubernetes/control-plane-calls';
import { kubernetesWith } from '../../support/kubernetes';
import { resourcesOf, type Arguments } from '../../support/synthesized-construct';

const configuration = kubernetesWith({ endpoint: { kind: 'private', privateCidrs: ['10.99.0.0/24'] } });

const groups = resourcesOf(configuration, 'aws_security_group');
const idOf = (name: string) =>
  `\${aws_security_group.${Object.entries(groups).find(([, group]) => group.name === name)?.[0] ?? ''}.id}`;
const [controlPlane, nodes, runner] = ['control-plane', 'nodes', 'runner'].map((name) => idOf(`test-eks-${name}`));

const rulesOf = (type: string, group: string | undefined) =>
  Object.values(resourcesOf(configuration, type)).filter(({ security_group_id: id }) => id === group);
const sourceOf = (rule: Arguments) => rule.referenced_security_group_id ?? rule.cidr_ipv4;
const portsOf = (rule: Arguments) => [rule.ip_protocol, rule.from_port, rule.to_port];

test('the API is for nodes, for the machine that deploys and for the addresses that are named', () => {
  const rules = rulesOf('aws_vpc_security_group_ingress_rule', controlPlane);
  expect(rules.map((rule) => [sourceOf(rule), ...portsOf(rule)])).toEqual(
    expect.arrayContaining([
      [nodes, 'tcp', 443, 443],
      [runner, 'tcp', 443, 443],
      ['10.99.0.0/24', 'tcp', 443, 443],
    ]),
  );
  expect(rules).toHaveLength(3);
  expect(rulesOf('aws_vpc_security_group_egress_rule', controlPlane)).toEqual([]);
});

test.each([
  ['private', { kind: 'private', privateCidrs: [] }],
  ['public', { kind: 'public-allow-list', privateCidrs: [], publicCidrs: ['203.0.113.0/24'] }],
] as const)('a machine inside the network reaches a %s API with no setting changed', (_, endpoint) => {
  const shipped = kubernetesWith({ endpoint });
  const callers = Object.values(resourcesOf(shipped, 'aws_vpc_security_group_ingress_rule'))
    .filter(({ security_group_id: id }) => id === controlPlane)
    .map(sourceOf);
  expect(callers).toEqual([nodes, runner]);
});

test('a machine that deploys calls by HTTPS only, and nothing calls it', () => {
  const rules = rulesOf('aws_vpc_security_group_egress_rule', runner);
  expect(rules.map((rule) => [sourceOf(rule), ...portsOf(rule)])).toEqual([['0.0.0.0/0', 'tcp', 443, 443]]);
  expect(rulesOf('aws_vpc_security_group_ingress_rule', runner)).toEqual([]);
});

test('nodes are for each other and for what the control plane calls', () => {
  const rules = rulesOf('aws_vpc_security_group_ingress_rule', nodes);
  const [own, others] = [nodes, controlPlane].map((source) => rules.filter((rule) => sourceOf(rule) === source));
  expect(own?.map(portsOf)).toEqual([['-1', undefined, undefined]]);
  const ports = [...new Set(Object.values(controlPlaneCalls).map(({ port }) => port))];
  expect(new Set(others?.map(portsOf))).toEqual(new Set(ports.map((port) => ['tcp', port, port])));
  expect(rules).toHaveLength(ports.length + 1);
});

test('each rule says what listens on the port', () => {
  expect(calledPorts().map(([port, what]) => [port, what.join(', ')])).toEqual([
    [6443, 'metrics of KEDA'],
    [9443, 'KEDA, the AWS Load Balancer Controller'],
    [10_250, 'kubelets, cert-manager, External Secrets, the Prometheus operator'],
    [10_251, 'metrics-server'],
  ]);
  const descriptions = rulesOf('aws_vpc_security_group_ingress_rule', nodes).map(({ description }) => description);
  expect(descriptions).toContain('The control plane calls KEDA, the AWS Load Balancer Controller');
});

test('nodes reach the network, and the internet by HTTPS only', () => {
  const rules = rulesOf('aws_vpc_security_group_egress_rule', nodes);
  expect(rules.map((rule) => [sourceOf(rule), ...portsOf(rule)])).toEqual(
    expect.arrayContaining([
      ['10.20.0.0/16', '-1', undefined, undefined],
      ['0.0.0.0/0', 'tcp', 443, 443],
    ]),
  );
  expect(rules).toHaveLength(2);
});

test('one group is tagged for load balancers to be let in', () => {
  const tagged = Object.values(groups).filter(({ tags }) => 'kubernetes.io/cluster/test-eks' in (tags as object));
  expect(tagged.map(({ name }) => name)).toEqual(['test-eks-nodes']);
});

import { kubernetesWith } from '../../support/kubernetes';
import { resourcesOf, type Arguments } from '../../support/synthesized-construct';

const configuration = kubernetesWith({ endpoint: { kind: 'private', privateCidrs: ['10.99.0.0/24'] } });

const groups = resourcesOf(configuration, 'aws_security_group');
const idOf = (name: string) =>
  `\${aws_security_group.${Object.entries(groups).find(([, group]) => group.name === name)?.[0] ?? ''}.id}`;
const [controlPlane, nodes] = [idOf('test-eks-control-plane'), idOf('test-eks-nodes')];

const rulesOf = (type: string, group: string) =>
  Object.values(resourcesOf(configuration, type)).filter(({ security_group_id: id }) => id === group);
const sourceOf = (rule: Arguments) => rule.referenced_security_group_id ?? rule.cidr_ipv4;
const portsOf = (rule: Arguments) => [rule.ip_protocol, rule.from_port, rule.to_port];

test('the API is for nodes and for the addresses that are named', () => {
  const rules = rulesOf('aws_vpc_security_group_ingress_rule', controlPlane);
  expect(rules.map((rule) => [sourceOf(rule), ...portsOf(rule)])).toEqual(
    expect.arrayContaining([
      [nodes, 'tcp', 443, 443],
      ['10.99.0.0/24', 'tcp', 443, 443],
    ]),
  );
  expect(rules).toHaveLength(2);
  expect(rulesOf('aws_vpc_security_group_egress_rule', controlPlane)).toEqual([]);
});

test('nodes are for each other and for what the control plane calls', () => {
  const rules = rulesOf('aws_vpc_security_group_ingress_rule', nodes);
  const [own, others] = [nodes, controlPlane].map((source) => rules.filter((rule) => sourceOf(rule) === source));
  expect(own?.map(portsOf)).toEqual([['-1', undefined, undefined]]);
  const ports = others?.map(({ ip_protocol: protocol, from_port: from, to_port: to }) => {
    expect([protocol, to]).toEqual(['tcp', from]);
    return Number(from);
  });
  expect(ports?.sort((a, b) => a - b)).toEqual([443, 4443, 6443, 8443, 9443, 10_250, 10_251]);
  expect(rules).toHaveLength(8);
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

import type { AdmittedBlock } from '../../../constructs/network/admitted-blocks';
import { ViolationsError } from '../../../constructs/validation/violations';
import { idOf, named, networkWith, testNetwork } from '../../support/network';
import { resourcesOf, type Arguments, type Configuration } from '../../support/synthesized-construct';

const network = networkWith();

const zones = testNetwork.zones;

/** Rules of a tier that allow something, in the order AWS tries them. */
function rulesOf(configuration: Configuration, tier: string, egress: boolean): readonly Arguments[] {
  const list = idOf(configuration, 'aws_network_acl', `test-${tier}`);
  return Object.values(resourcesOf(configuration, 'aws_network_acl_rule'))
    .filter((rule) => rule.network_acl_id === list && rule.egress === egress && rule.rule_action === 'allow')
    .sort((a, b) => Number(a.rule_number) - Number(b.rule_number));
}

/** The same in words. */
function rules(tier: string, egress: boolean, configuration = network): string[] {
  return rulesOf(configuration, tier, egress).map(
    ({ protocol, cidr_block: cidr, from_port: from, to_port: to, icmp_type: type, icmp_code: code }) =>
      [protocol, cidr, from, to, type, code]
        .filter((part) => part !== undefined)
        .map(String)
        .join(' '),
  );
}

const answers = ['tcp 0.0.0.0/0 1024 65535', 'icmp 0.0.0.0/0 3 4'];

test.each([
  ['private', ['-1 10.20.0.0/16', ...answers], ['-1 0.0.0.0/0']],
  ['public', ['-1 10.20.0.0/16', 'tcp 0.0.0.0/0 443 443', ...answers], ['-1 0.0.0.0/0']],
  ['database', ['-1 10.20.0.0/16'], ['-1 10.20.0.0/16']],
])('what may enter and leave %s subnets', (tier, ingress, egress) => {
  expect(rules(tier, false)).toEqual(ingress);
  expect(rules(tier, true)).toEqual(egress);
  expect(named(network, 'aws_network_acl')[`test-${tier}`]?.subnet_ids).toEqual(
    zones.map((zone) => idOf(network, 'aws_subnet', `test-${tier}-${zone}`)),
  );
});

const admit = (...cidrs: readonly string[]): readonly AdmittedBlock[] =>
  cidrs.map((cidr) => ({ cidr, port: 443, setting: 'kubernetes.endpoint.privateCidrs' }));

test('callers outside the network get in to private subnets on their port, and their answers out', () => {
  const admitted = networkWith({}, { admitted: admit('10.99.0.0/24', '192.168.4.0/22') });
  const ingress = rules('private', false, admitted);
  expect(ingress).toEqual(expect.arrayContaining(['tcp 10.99.0.0/24 443 443', 'tcp 192.168.4.0/22 443 443']));
  expect(ingress).toHaveLength(5);
  expect(rules('private', true, admitted)).toEqual(['-1 0.0.0.0/0']);
});

test.each(['public', 'database'])('%s subnets admit none of them', (tier) => {
  const admitted = networkWith({}, { admitted: admit('10.99.0.0/24') });
  expect(rules(tier, false, admitted)).toEqual(rules(tier, false));
});

test('no two rules of a list have the same number, and AWS takes each', () => {
  const admitted = networkWith({}, { admitted: admit('10.99.0.0/24', '10.98.0.0/16', '172.16.0.0/16') });
  const numbers = rulesOf(admitted, 'private', false).map(({ rule_number: number }) => Number(number));
  expect(new Set(numbers).size).toBe(6);
  expect(Math.max(...numbers)).toBeLessThanOrEqual(32_766);
});

test('a network that would need more rules than AWS grants is refused', () => {
  const cidrs = Array.from({ length: 17 }, (_, index) => `10.99.${index * 2}.0/24`);
  expect(() => networkWith({}, { admitted: admit(...cidrs.slice(1)) })).not.toThrow();
  expect(() => networkWith({}, { admitted: admit(...cidrs) })).toThrow(ViolationsError);
});

import { idOf, named, networkWith, testNetwork } from '../../support/network';
import { resourcesOf } from '../../support/synthesized-construct';

const network = networkWith();

const zones = testNetwork.zones;

/** Rules of a tier in words, in the order AWS tries them. */
function rules(tier: string, egress: boolean): string[] {
  const list = idOf(network, 'aws_network_acl', `test-${tier}`);
  return Object.values(resourcesOf(network, 'aws_network_acl_rule'))
    .filter((rule) => rule.network_acl_id === list && rule.egress === egress && rule.rule_action === 'allow')
    .sort((a, b) => Number(a.rule_number) - Number(b.rule_number))
    .map(({ protocol, cidr_block: cidr, from_port: from, to_port: to, icmp_type: type, icmp_code: code }) =>
      [protocol, cidr, from, to, type, code]
        .filter((part) => part !== undefined)
        .map(String)
        .join(' '),
    );
}

const answers = ['tcp 0.0.0.0/0 1024 65535', 'udp 0.0.0.0/0 1024 65535', 'icmp 0.0.0.0/0 3 4'];

test.each([
  ['private', ['-1 10.20.0.0/16', ...answers], ['-1 0.0.0.0/0']],
  ['public', ['-1 10.20.0.0/16', 'tcp 0.0.0.0/0 80 80', 'tcp 0.0.0.0/0 443 443', ...answers], ['-1 0.0.0.0/0']],
  ['database', ['-1 10.20.0.0/16'], ['-1 10.20.0.0/16']],
])('what may enter and leave %s subnets', (tier, ingress, egress) => {
  expect(rules(tier, false)).toEqual(ingress);
  expect(rules(tier, true)).toEqual(egress);
  expect(named(network, 'aws_network_acl')[`test-${tier}`]?.subnet_ids).toEqual(
    zones.map((zone) => idOf(network, 'aws_subnet', `test-${tier}-${zone}`)),
  );
});

/** The network of an environment in AWS. */
import { z } from 'zod';
import type { AwsAccount } from '../constructs/aws/account';
import { networkPrefixes, slotOf, zonesOf } from '../constructs/network/address-plan';
import { furtherServices } from '../constructs/network/endpoint-services';
import { contains, overlap, parseIpv4Block, type Ipv4Block } from '../constructs/network/ipv4-block';
import { didYouMean } from '../constructs/validation/did-you-mean';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { destruction, none, reason } from './setting-forms';

/** How private subnets reach the internet. A NAT gateway costs by the hour and by the gigabyte. */
const nat = z.discriminatedUnion('kind', [
  /** One gateway in each zone: the loss of a zone is that zone's alone. */
  z.strictObject({ kind: z.literal('per-zone') }),
  /** One gateway for all: when its zone is lost, no other reaches the internet; traffic between zones costs, too. */
  z.strictObject({
    kind: z.literal('single'),
    /** The zone it is in; one of `zones`. */
    zone: z.string(),
    reason,
  }),
]);

/** Endpoints of AWS' services inside the network; each costs by the hour and zone. S3 has one in any case, at no cost. */
const interfaceEndpoints = z.discriminatedUnion('kind', [
  /** None: calls to AWS leave by NAT, and stop with it. */
  none,
  /** For what nodes and pods call all the time; see `privateNodeServices`. */
  z.strictObject({
    kind: z.literal('private-nodes'),
    /** Further services, each once. */
    also: z.array(z.enum(furtherServices)),
  }),
]);

/** Which connections were made, or refused, in CloudWatch Logs. There is no network without. */
const flowLogs = z.strictObject({
  /** Days they are kept: what CloudWatch Logs offers from a day on. */
  retentionDays: z.literal([
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]),
  /** Seconds of traffic that one record sums up; shorter ones are more records, and cost more. */
  aggregationSeconds: z.literal([60, 600]),
  /** `all`, or what security groups and access lists refused only. */
  traffic: z.enum(['all', 'refused']),
});

export const networkSettings = z.strictObject({
  /**
   * IPv4 addresses of the network: a /16 to /18 of those for private use (RFC 1918), apart from all networks it is to be
   * connected with. It can't be changed without a new network.
   */
  cidr: z.string(),
  /**
   * Availability zones, three to six of the region, such as `eu-central-1a`, in any order. One that is added or removed
   * leaves the others as they are.
   */
  zones: z.array(z.string()).min(3).max(6),
  nat,
  interfaceEndpoints,
  flowLogs,
  /** Whether Terraform may destroy or replace the network, its subnets, the addresses of its NAT gateways and its logs. */
  destruction,
});

export type NetworkSettings = DeepReadonly<z.output<typeof networkSettings>>;

/** Violations of rules over several settings and of those that a schema can't say. */
export function networkViolations(settings: NetworkSettings, { region }: Pick<AwsAccount, 'region'>): Violation[] {
  return [
    ...cidrViolations(settings.cidr),
    ...zoneViolations(settings.zones, region),
    ...natViolations(settings),
    ...endpointViolations(settings),
  ];
}

function block(text: string): Ipv4Block {
  const parsed = parseIpv4Block(text);
  if (!parsed) throw new Error(`${text} is no block of addresses`);
  return parsed;
}

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Docker's own network on every host, and that of some services of AWS. Source: "VPC CIDR blocks" of the VPC User Guide. */
const dockerBlock = '172.17.0.0/16';

function cidrViolations(cidr: string): Violation[] {
  const violation = (expected: string, remedy: string) => [{ setting: 'network.cidr', value: cidr, expected, remedy }];
  const parsed = parseIpv4Block(cidr);
  if (!parsed) {
    return violation('a block of IPv4 addresses by its first one, such as 10.0.0.0/16', 'Write it so');
  }
  const { minimum, maximum } = networkPrefixes;
  if (parsed.prefix < minimum || parsed.prefix > maximum) {
    return violation(`a prefix from /${minimum} to /${maximum}`, 'Choose one that leaves room for a pod an address');
  }
  if (!privateBlocks.some((outer) => contains(block(outer), parsed))) {
    return violation(`a part of ${privateBlocks.join(', ')}`, 'Choose addresses for private use');
  }
  if (overlap(parsed, block(dockerBlock))) {
    return violation(`nothing of ${dockerBlock}, which Docker uses on every host`, 'Choose other addresses');
  }
  return [];
}

function zoneViolations(zones: readonly string[], region: string): Violation[] {
  const setting = 'network.zones';
  const known = zonesOf(region);
  const unknown = zones.filter((zone) => slotOf(zone, region) === undefined);
  const twice = zones.filter((zone, index) => zones.indexOf(zone) !== index);
  return [
    ...unknown.map((value) => ({ setting, value, expected: `a zone of ${region}`, remedy: didYouMean(value, known) })),
    ...twice.map((value) => ({ setting, value, expected: 'each zone once', remedy: 'Remove it or name another zone' })),
  ];
}

function natViolations({ nat: settings, zones }: NetworkSettings): Violation[] {
  if (settings.kind === 'per-zone' || zones.includes(settings.zone)) return [];
  return [
    {
      setting: 'network.nat.zone',
      value: settings.zone,
      expected: 'one of network.zones',
      remedy: didYouMean(settings.zone, zones),
    },
  ];
}

function endpointViolations({ interfaceEndpoints: settings }: NetworkSettings): Violation[] {
  if (settings.kind === 'none') return [];
  return settings.also
    .filter((service, index) => settings.also.indexOf(service) !== index)
    .map((value) => ({
      setting: 'network.interfaceEndpoints.also',
      value,
      expected: 'each service once',
      remedy: 'Remove it',
    }));
}

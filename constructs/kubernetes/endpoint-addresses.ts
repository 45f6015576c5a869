/** Which addresses may call a cluster's API. */
import type { Violation } from '../validation/violations';
import { contains, overlap, parseIpv4Block, type Ipv4Block } from '../network/ipv4-block';

/** Blocks that no address on the internet is in, as EKS knows them. Source: RFC 1918, RFC 6598, RFC 3927, RFC 1122. */
const notPublic = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '169.254.0.0/16', '127.0.0.0/8'];

/** Blocks for networks of one's own. Source: RFC 1918, RFC 6598. */
const privateBlocks = notPublic.slice(0, 4);

/**
 * The largest block that is still a list of somebody's addresses. Anything larger is most of the internet: without a
 * limit `0.0.0.0/1` and `128.0.0.0/1` would do what `0.0.0.0/0` does.
 */
const shortestPrefix = 16;

const blocks = (texts: readonly string[]) =>
  texts.map(parseIpv4Block).filter((block): block is Ipv4Block => block !== undefined);

/** What is wrong with blocks that may call the public endpoint. */
export function publicAddressViolations(setting: string, cidrs: readonly string[]): Violation[] {
  return cidrs.flatMap((value) => {
    const block = parseIpv4Block(value);
    if (!block) return [malformed(setting, value)];
    if (block.prefix < shortestPrefix) {
      return [
        {
          setting,
          value,
          expected: `a /${shortestPrefix} or smaller: the API is for addresses that are known`,
          remedy: 'Name the addresses of your offices, VPN or pipelines',
        },
      ];
    }
    return blocks(notPublic).some((other) => overlap(other, block))
      ? [
          {
            setting,
            value,
            expected: 'addresses on the internet; EKS refuses private ones here',
            remedy: 'Name private addresses in kubernetes.endpoint.privateCidrs',
          },
        ]
      : [];
  });
}

/** What is wrong with blocks that may call the private endpoint, over a VPN or a peering. */
export function privateAddressViolations(setting: string, cidrs: readonly string[]): Violation[] {
  return cidrs.flatMap((value) => {
    const block = parseIpv4Block(value);
    if (!block) return [malformed(setting, value)];
    return blocks(privateBlocks).some((outer) => contains(outer, block))
      ? []
      : [
          {
            setting,
            value,
            expected: `a part of ${privateBlocks.join(', ')}: the endpoint has private addresses alone`,
            remedy: 'Name private addresses, or use the kind public-allow-list',
          },
        ];
  });
}

function malformed(setting: string, value: string): Violation {
  return {
    setting,
    value,
    expected: 'a block of IPv4 addresses by its first one, such as 198.51.100.0/24',
    remedy: 'Write it so; a single address ends in /32',
  };
}

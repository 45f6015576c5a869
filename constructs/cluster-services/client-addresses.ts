/** Which addresses may reach the gateway. */
import { contains, overlap, parseIpv4Block, type Ipv4Block } from '../network/ipv4-block';
import type { Violation } from '../validation/violations';

/** Blocks for networks of one's own. Source: RFC 1918, RFC 6598. */
const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Blocks that no address on the internet is in. Source: the same, RFC 3927 and RFC 1122. */
const notPublic = [...privateBlocks, '169.254.0.0/16', '127.0.0.0/8'];

/** A larger block is most of the internet: without a limit two halves would do what everybody does. */
const shortestPrefix = 8;

const blocks = (texts: readonly string[]) =>
  texts.map(parseIpv4Block).filter((block): block is Ipv4Block => block !== undefined);

/** What is wrong with addresses on the internet. */
export function publicAddressViolations(setting: string, cidrs: readonly string[]): Violation[] {
  return check(setting, cidrs, (block) => {
    if (block.prefix < shortestPrefix) {
      return {
        expected: `a /${shortestPrefix} or smaller: a list is of clients that are known`,
        remedy: 'Name their addresses, or use the kind internet with a reason',
      };
    }
    return blocks(notPublic).some((other) => overlap(other, block))
      ? { expected: 'addresses on the internet', remedy: 'Name public addresses, or use the kind internal' }
      : undefined;
  });
}

/** What is wrong with addresses that reach a load balancer without a public one. */
export function privateAddressViolations(setting: string, cidrs: readonly string[]): Violation[] {
  return check(setting, cidrs, (block) =>
    blocks(privateBlocks).some((outer) => contains(outer, block))
      ? undefined
      : {
          expected: `a part of ${privateBlocks.join(', ')}: the load balancer has private addresses alone`,
          remedy: 'Name private addresses, or use the kind internet-allow-list',
        },
  );
}

function check(
  setting: string,
  cidrs: readonly string[],
  problemOf: (block: Ipv4Block) => Pick<Violation, 'expected' | 'remedy'> | undefined,
): Violation[] {
  return cidrs.flatMap((value) => {
    const block = parseIpv4Block(value);
    const problem = block
      ? problemOf(block)
      : {
          expected: 'a block of IPv4 addresses by its first one, such as 198.51.100.0/24',
          remedy: 'Write it so; a single address ends in /32',
        };
    return problem ? [{ setting, value, ...problem }] : [];
  });
}

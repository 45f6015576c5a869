/** Values of conditions that are no text: numbers, dates, booleans and addresses. */
import { BlockList, isIP } from 'node:net';

/** @returns undefined if the text is no integer or decimal */
export function parseNumber(text: string): number | undefined {
  return /^[+-]?\d+(?:\.\d+)?$/.test(text) ? Number(text) : undefined;
}

/**
 * Reads a date of W3C's profile of ISO 8601, or seconds since 1970.
 *
 * Four digits are a year, and five or more are seconds.
 * @returns milliseconds since 1970; undefined if the text is no date
 */
export function parseDate(text: string): number | undefined {
  if (/^\d{5,11}$/.test(text)) return Number(text) * 1000;
  const time = /^\d{4}(?:-\d{2}(?:-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2}))?)?)?$/;
  const milliseconds = time.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

/** @returns undefined if the text is neither `true` nor `false` */
export function parseBoolean(text: string): boolean | undefined {
  const value = text.toLowerCase();
  return value === 'true' || value === 'false' ? value === 'true' : undefined;
}

const family = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

export function isAddress(text: string): boolean {
  // Addresses of IPv4 in IPv6 are left out: AWS documents no comparison of the two.
  return isIP(text) === 4 || (isIP(text) === 6 && !text.includes('.') && !text.includes('%'));
}

/**
 * Whether the text is a range: an address and its prefix length.
 *
 * Without one, an IPv4 address stands for itself. For IPv6 it must be there: the documentation names `/32` for both.
 */
export function isAddressRange(text: string): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  if (rest.length > 0 || !isAddress(address)) return false;
  if (prefix === undefined) return isIP(address) === 4;
  return /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIP(address) === 4 ? 32 : 128);
}

/** Whether an address is in a range; never, if one is IPv4 and the other IPv6. */
export function isInRange(address: string, range: string): boolean {
  const [network = '', prefix = '32'] = range.split('/');
  const list = new BlockList();
  list.addSubnet(network, Number(prefix), family(network));
  return list.check(address, family(address));
}

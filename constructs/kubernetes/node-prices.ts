/** Prices of nodes on demand, as far as they are known. One that isn't in here is unknown, and is never guessed. */

/**
 * r7g: from the same list as the prices of ElastiCache. m7g: from a list of 2026-06-17. Both for Linux, without discounts,
 * disks, traffic and taxes.
 */
const region = 'us-east-1';

/** Dollars an hour of the size large. */
const large: Readonly<Record<string, number>> = { m7g: 0.0816, r7g: 0.1071 };

/** Each size costs as much as its processors. */
const sizes: Readonly<Record<string, number>> = {
  medium: 0.5,
  large: 1,
  xlarge: 2,
  '2xlarge': 4,
  '4xlarge': 8,
  '8xlarge': 16,
};

/** Dollars an hour; undefined if the price isn't known. */
export function instancePrice(instanceType: string, inRegion: string): number | undefined {
  const [family = '', size = ''] = instanceType.split('.');
  const price = large[family];
  const factor = sizes[size];
  return inRegion === region && price !== undefined && factor !== undefined ? price * factor : undefined;
}

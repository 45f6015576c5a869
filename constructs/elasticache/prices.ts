/**
 * Prices on demand, as far as they are known. One that isn't in here is unknown, and is never guessed.
 *
 * Read on 2026-10-02 from the price lists of ElastiCache and of EC2 for us-east-1; without discounts, traffic, backups,
 * disks and taxes.
 */
import type { NodeType } from './node-types';

/** Where the prices below are from. */
export const pricesSource = { region: 'us-east-1', readOn: '2026-10-02', what: "AWS' price lists, on demand" } as const;

/** Hours of a month, as AWS counts. */
export const hoursAMonth = 730;

/** Dollars an hour of a node with Redis OSS. */
const redisNodes: Readonly<Partial<Record<NodeType, number>>> = {
  'cache.t4g.micro': 0.016,
  'cache.t4g.small': 0.032,
  'cache.t4g.medium': 0.065,
  'cache.r7g.large': 0.219,
  'cache.r7g.xlarge': 0.437,
  'cache.r7g.2xlarge': 0.873,
  'cache.r7g.4xlarge': 1.745,
  'cache.r7g.8xlarge': 3.491,
  'cache.r7g.12xlarge': 5.235,
  'cache.r7g.16xlarge': 6.981,
  'cache.m7g.large': 0.158,
  'cache.m7g.xlarge': 0.315,
  'cache.m7g.2xlarge': 0.629,
  'cache.m7g.4xlarge': 1.257,
  'cache.m7g.8xlarge': 2.514,
  'cache.m7g.12xlarge': 3.77,
  'cache.m7g.16xlarge': 5.028,
};

/** Valkey costs four fifths of Redis OSS on nodes. */
const valkeyShare = 0.8;

/** Dollars an hour; undefined if the price isn't known. */
export function nodePrice(nodeType: NodeType, engine: 'valkey' | 'redis', region: string): number | undefined {
  const price = region === pricesSource.region ? redisNodes[nodeType] : undefined;
  return price === undefined ? undefined : price * (engine === 'valkey' ? valkeyShare : 1);
}

/** A server of EC2 with its memory. */
export interface ServerPrice {
  readonly instanceType: string;
  readonly memoryGibibytes: number;
  readonly dollarsAnHour: number;
}

/** r7g: each size has twice the memory of the one before, and costs twice as much. */
const servers: readonly ServerPrice[] = ['large', 'xlarge', '2xlarge', '4xlarge', '8xlarge'].map((size, index) => ({
  instanceType: `r7g.${size}`,
  memoryGibibytes: 16 * 2 ** index,
  dollarsAnHour: 0.1071 * 2 ** index,
}));

/** Servers whose price is known in a region. */
export const serverPrices = (region: string) => (region === pricesSource.region ? servers : []);

/** Dollars an hour of EKS' control plane. */
export const controlPlanePrice = (region: string) => (region === pricesSource.region ? 0.1 : undefined);

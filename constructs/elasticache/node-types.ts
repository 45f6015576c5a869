/**
 * Nodes of ElastiCache and what they hold. Source: "Supported node types" and "Redis and Valkey configuration:
 * node-type-specific parameters" of the ElastiCache guide, where memory is what `maxmemory` says.
 */

export interface NodeSize {
  readonly vcpus: number;
  /** Gibibytes of memory before the reserve. */
  readonly memoryGibibytes: number;
}

const burstableSizes = {
  'cache.t4g.micro': { vcpus: 2, memoryGibibytes: 0.5 },
  'cache.t4g.small': { vcpus: 2, memoryGibibytes: 1.37 },
  'cache.t4g.medium': { vcpus: 2, memoryGibibytes: 3.09 },
} as const satisfies Readonly<Record<string, NodeSize>>;

const memoryOptimizedSizes = {
  'cache.r7g.large': { vcpus: 2, memoryGibibytes: 13.07 },
  'cache.r7g.xlarge': { vcpus: 4, memoryGibibytes: 26.32 },
  'cache.r7g.2xlarge': { vcpus: 8, memoryGibibytes: 52.82 },
  'cache.r7g.4xlarge': { vcpus: 16, memoryGibibytes: 105.81 },
  'cache.r7g.8xlarge': { vcpus: 32, memoryGibibytes: 209.55 },
  'cache.r7g.12xlarge': { vcpus: 48, memoryGibibytes: 317.77 },
  'cache.r7g.16xlarge': { vcpus: 64, memoryGibibytes: 419.1 },
} as const satisfies Readonly<Record<string, NodeSize>>;

const generalPurposeSizes = {
  'cache.m7g.large': { vcpus: 2, memoryGibibytes: 6.38 },
  'cache.m7g.xlarge': { vcpus: 4, memoryGibibytes: 12.94 },
  'cache.m7g.2xlarge': { vcpus: 8, memoryGibibytes: 26.05 },
  'cache.m7g.4xlarge': { vcpus: 16, memoryGibibytes: 52.26 },
  'cache.m7g.8xlarge': { vcpus: 32, memoryGibibytes: 103.68 },
  'cache.m7g.12xlarge': { vcpus: 48, memoryGibibytes: 157.13 },
  'cache.m7g.16xlarge': { vcpus: 64, memoryGibibytes: 209.55 },
} as const satisfies Readonly<Record<string, NodeSize>>;

/** With a solid-state disk, where values that are seldom read go. */
const tieredSizes = {
  'cache.r6gd.xlarge': { vcpus: 4, memoryGibibytes: 26.32, diskGibibytes: 99.33 },
  'cache.r6gd.2xlarge': { vcpus: 8, memoryGibibytes: 52.82, diskGibibytes: 199.07 },
  'cache.r6gd.4xlarge': { vcpus: 16, memoryGibibytes: 105.81, diskGibibytes: 398.14 },
  'cache.r6gd.8xlarge': { vcpus: 32, memoryGibibytes: 209.55, diskGibibytes: 796.28 },
  'cache.r6gd.12xlarge': { vcpus: 48, memoryGibibytes: 317.77, diskGibibytes: 1194.42 },
  'cache.r6gd.16xlarge': { vcpus: 64, memoryGibibytes: 419.1, diskGibibytes: 1592.56 },
} as const satisfies Readonly<Record<string, NodeSize & { readonly diskGibibytes: number }>>;

/** Nodes that hold all data in memory. */
export const memoryNodes = { ...burstableSizes, ...memoryOptimizedSizes, ...generalPurposeSizes } as const;

export type MemoryNodeType = keyof typeof memoryNodes;

/** Nodes for data tiering. */
export const tieredNodes = tieredSizes;

export type TieredNodeType = keyof typeof tieredNodes;

export type NodeType = MemoryNodeType | TieredNodeType;

export const memoryNodeTypes = Object.keys(memoryNodes) as [MemoryNodeType, ...MemoryNodeType[]];
export const tieredNodeTypes = Object.keys(tieredNodes) as [TieredNodeType, ...TieredNodeType[]];

/** What a node of a type has. */
export function nodeSize(nodeType: NodeType): NodeSize {
  const sizes: Readonly<Record<NodeType, NodeSize>> = { ...memoryNodes, ...tieredNodes };
  return sizes[nodeType];
}

/**
 * Connections that a node takes. Source: `maxclients` in "Valkey and Redis OSS parameters" of the ElastiCache guide, which
 * nobody can change.
 */
export function maxConnections(nodeType: NodeType): number {
  return nodeType === 'cache.t4g.micro' ? 20_000 : 65_000;
}

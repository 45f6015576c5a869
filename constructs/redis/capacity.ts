/** How much data a Redis platform can hold. */

/**
 * Share of a node's memory that data may not use: the copy-on-write of a fork, replication and client buffers,
 * fragmentation. 25 % is what ElastiCache reserves by default (`reserved-memory-percent`).
 */
export const reservedFraction = 0.25;

/** Share of the usable memory that a dataset may fill when it is planned, so that it can grow and evictions stay rare. */
export const plannedFraction = 0.8;

/** Memory of the nodes of a platform, in mebibytes. */
export interface NodeMemory {
  readonly nodeMemoryMebibytes: number;
  readonly shards: number;
}

/** `maxmemory` of a node in bytes: its memory less the reserve. */
export function maxmemoryBytes(nodeMemoryMebibytes: number): number {
  return Math.floor(nodeMemoryMebibytes * 1024 * 1024 * (1 - reservedFraction));
}

/** Mebibytes of data all shards hold together: node × (1 − reserved) × shards. Replicas add copies, not room. */
export function usableMebibytes({ nodeMemoryMebibytes, shards }: NodeMemory): number {
  return nodeMemoryMebibytes * (1 - reservedFraction) * shards;
}

/** Mebibytes of data that may be planned for. */
export function plannableMebibytes(memory: NodeMemory): number {
  return Math.floor(usableMebibytes(memory) * plannedFraction);
}

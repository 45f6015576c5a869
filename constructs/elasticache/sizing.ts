/** What a cluster of ElastiCache holds. */
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { plannedFraction } from '../redis/capacity';
import { nodeSize, tieredNodes, type NodeType } from './node-types';

/**
 * Percent of a node's memory that data may not use: for the copy-on-write of a snapshot, buffers of replicas and clients.
 * Source: "Managing reserved memory for Valkey and Redis OSS" of the ElastiCache guide; small nodes need more of it.
 */
export function reservedMemoryPercent(nodeType: NodeType): number {
  if (nodeType.endsWith('.micro')) return 50;
  return nodeType.endsWith('.small') ? 30 : 25;
}

/** Gibibytes of data that a node of a type holds: its memory less the reserve, and its disk if it has one. */
export function usableGibibytesOfNode(nodeType: NodeType): number {
  const memory = nodeSize(nodeType).memoryGibibytes * (1 - reservedMemoryPercent(nodeType) / 100);
  return memory + (isTiered(nodeType) ? tieredNodes[nodeType].diskGibibytes : 0);
}

const isTiered = (nodeType: NodeType): nodeType is keyof typeof tieredNodes => nodeType in tieredNodes;

/** Shards and replicas at least and at most. */
export interface NodeCounts {
  readonly shards: { readonly minimum: number; readonly maximum: number };
  readonly replicasPerShard: { readonly minimum: number; readonly maximum: number };
}

/** How many shards and replicas the settings ask for. Placed shards may have different numbers of replicas. */
export function nodeCounts({
  size,
  globalDatastore,
}: Pick<ElasticacheSettings, 'size' | 'globalDatastore'>): NodeCounts {
  const exactly = (count: number) => ({ minimum: count, maximum: count });
  const counts = countsOf(size);
  return globalDatastore.kind === 'secondary'
    ? { ...counts, replicasPerShard: exactly(globalDatastore.replicasPerShard) }
    : counts;
}

function countsOf(size: ElasticacheSettings['size']): NodeCounts {
  const range = (...counts: number[]) => ({ minimum: Math.min(...counts), maximum: Math.max(...counts) });
  switch (size.kind) {
    case 'fixed':
      return { shards: range(size.shards), replicasPerShard: range(size.replicasPerShard) };
    case 'placed':
      return {
        shards: range(size.shards.length),
        replicasPerShard: range(...size.shards.map(({ replicaZones }) => replicaZones.length)),
      };
    case 'automatic':
      return { shards: size.shards, replicasPerShard: size.replicasPerShard };
  }
}

/** What a cluster holds; all in gibibytes, without replicas, which add copies and no room. */
export interface Sizing {
  readonly perNode: number;
  /** Of all shards, when there are most of them. */
  readonly usable: number;
  /** Of which may be planned for: the rest is for growth, and keeps evictions rare. */
  readonly plannable: number;
}

/**
 * The loss of a zone takes nothing from it: each shard has a member in another zone, which holds all of the shard's data
 * in the same memory, and whose reserve is there for the copies that replace the lost ones.
 */
export function sizingOf(nodeType: NodeType, shards: number): Sizing {
  const perNode = usableGibibytesOfNode(nodeType);
  return { perNode, usable: perNode * shards, plannable: perNode * shards * plannedFraction };
}

/** The least number of shards whose plannable room is enough. */
export function shardsFor(nodeType: NodeType, datasetGibibytes: number): number {
  return Math.max(1, Math.ceil(datasetGibibytes / sizingOf(nodeType, 1).plannable));
}

/** Shards and nodes of a cluster, with the names that ElastiCache gives them: known before anything is deployed. */
import type { AwsAccount } from '../aws/account';
import type { ElasticacheSettings } from '../../environments/elasticache-settings';
import { platformName } from '../redis/names';

/** Id of the replication group of an environment; of its users and of all that belongs to it, too. */
export const replicationGroupId = (account: Pick<AwsAccount, 'environment'>) => platformName(account);

/** A shard as the settings describe it. */
interface Shard {
  /** Four digits, from `0001` up. */
  readonly id: string;
  /** Replicas at least and at most. */
  readonly replicas: Range;
}

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

/** A node; a master or a replica, for that changes. */
export interface RedisNode {
  /** `production-redis-0001-001`: of its cache cluster, which is what metrics of a node are about. */
  readonly id: string;
  /** Whether it is always there, or only if autoscaling has added it. */
  readonly presence: 'always' | 'at-times';
}

/** Shards that are there at least. */
export function shardCount({ size }: Pick<ElasticacheSettings, 'size'>): number {
  switch (size.kind) {
    case 'fixed':
      return size.shards;
    case 'placed':
      return size.shards.length;
    case 'automatic':
      return size.shards.minimum;
  }
}

/** All nodes that there can be. Shards have four digits and nodes three, from 1 up. */
export function redisNodes(groupId: string, settings: ElasticacheSettings): RedisNode[] {
  const always = shardCount(settings);
  return shardsOf(settings).flatMap(({ id, replicas }, shard) =>
    Array.from({ length: 1 + replicas.maximum }, (_, node) => ({
      id: `${groupId}-${id}-${String(node + 1).padStart(3, '0')}`,
      presence: shard < always && node <= replicas.minimum ? ('always' as const) : ('at-times' as const),
    })),
  );
}

function shardsOf({ size, globalDatastore }: ElasticacheSettings): Shard[] {
  const replicasHere = globalDatastore.kind === 'secondary' ? exactly(globalDatastore.replicasPerShard) : undefined;
  switch (size.kind) {
    case 'fixed':
      return numbered(size.shards, replicasHere ?? exactly(size.replicasPerShard));
    case 'placed':
      return size.shards.map(({ id, replicaZones }) => ({
        id,
        replicas: replicasHere ?? exactly(replicaZones.length),
      }));
    case 'automatic':
      return numbered(size.shards.maximum, replicasHere ?? size.replicasPerShard);
  }
}

const exactly = (count: number): Range => ({ minimum: count, maximum: count });

const numbered = (count: number, replicas: Range): Shard[] =>
  Array.from({ length: count }, (_, index) => ({ id: shardId(index), replicas }));

/** Id of a shard by its place, from 0 up. */
export const shardId = (index: number) => String(index + 1).padStart(4, '0');

/** Slots of Redis Cluster. */
const slots = 16_384;

/** The slots of a shard when all have equally many, as ElastiCache divides them: the first ones have one more. */
export function evenSlots(index: number, shards: number): string {
  const first = (place: number) => place * Math.floor(slots / shards) + Math.min(place, slots % shards);
  return `${first(index)}-${first(index + 1) - 1}`;
}

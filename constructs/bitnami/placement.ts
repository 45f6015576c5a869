/**
 * Where pods are, so that the loss of a zone takes no majority of masters and no two members of a shard.
 *
 * A pod's ordinal says its zone, by a claim that was made before the pod: ordinal mod zones. With as many masters in each
 * zone, a multiple of the zones in all, this holds for every number of replicas below the number of zones:
 *
 * - Shards come in groups of one in each zone. The first pods of a group are masters, in one zone each; behind them come
 *   replicas, `zones` pods for each replica of a shard.
 * - Replica k of a shard is k zones further on than its master. In a group of three: 0→4, 1→5, 2→3.
 *
 * Further shards are further groups, behind those there are. Further replicas of each shard are possible as long as there is
 * one group: with more, ordinals would no longer be what they were, and `arrange` refuses that.
 */

/** Members of a shard: ordinals of pods, the master of the beginning first. */
export type ShardMembers = readonly number[];

export interface ClusterShape {
  readonly shards: number;
  readonly replicasPerShard: number;
}

/** What repeats itself along the ordinals: one shard for each zone, its masters first. */
export interface PodGroup {
  readonly pods: number;
  readonly masters: number;
}

export const podGroup = ({ replicasPerShard }: Pick<ClusterShape, 'replicasPerShard'>, zones: number): PodGroup => ({
  pods: zones * (1 + replicasPerShard),
  masters: zones,
});

/** Pods in all. */
export const clusterPods = ({ shards, replicasPerShard }: ClusterShape) => shards * (1 + replicasPerShard);

/** The zone of each pod, by ordinal. */
export function zonesOfPods(pods: number, zones: readonly string[]): readonly string[] {
  return Array.from({ length: pods }, (_, ordinal) => zones[ordinal % zones.length] ?? '');
}

/** Ordinals of each shard's members at first; `shards` is a multiple of `zones`, and replicas are fewer than zones. */
export function shardsOf(shape: ClusterShape, zones: number): readonly ShardMembers[] {
  const { shards, replicasPerShard } = shape;
  const group = podGroup(shape, zones);
  return Array.from({ length: shards }, (_, shard) => {
    const first = Math.floor(shard / zones) * group.pods;
    const place = shard % zones;
    return Array.from(
      { length: 1 + replicasPerShard },
      (_replica, member) => first + member * zones + ((place + member) % zones),
    );
  });
}

import { clusterPods, podGroup, shardsOf, zonesOfPods } from '../../../constructs/bitnami/placement';

const zones = ['a', 'b', 'c'];

test('of three shards with a replica each, pods 0 to 2 are masters, and 0→4, 1→5, 2→3', () => {
  expect(shardsOf({ shards: 3, replicasPerShard: 1 }, 3)).toEqual([
    [0, 4],
    [1, 5],
    [2, 3],
  ]);
});

describe.each([
  [3, 1],
  [3, 2],
  [6, 1],
  [6, 2],
  [9, 1],
])('%d shards with %d replicas', (shards, replicasPerShard) => {
  const members = shardsOf({ shards, replicasPerShard }, zones.length);
  const zoneOf = zonesOfPods(clusterPods({ shards, replicasPerShard }), zones);

  test('have every pod once', () => {
    expect(members.flat().sort((a, b) => a - b)).toEqual(zoneOf.map((_, ordinal) => ordinal));
  });

  test('have as many masters in each zone, and no two members of a shard in one', () => {
    const masters = zones.map((zone) => members.filter(([master = -1]) => zoneOf[master] === zone).length);
    expect(masters).toEqual(zones.map(() => shards / zones.length));
    for (const shard of members) expect(new Set(shard.map((ordinal) => zoneOf[ordinal])).size).toBe(shard.length);
  });

  test('have their masters first in each group of pods, as the program `keep` has it', () => {
    const group = podGroup({ replicasPerShard }, zones.length);
    const homes = zoneOf.map((_, ordinal) => ordinal).filter((ordinal) => ordinal % group.pods < group.masters);
    expect(homes).toEqual(members.map(([master]) => master));
  });

  test('stay where they are when shards are added', () => {
    const grown = shardsOf({ shards: shards + 3, replicasPerShard }, zones.length);
    expect(grown.slice(0, shards)).toEqual(members);
  });
});

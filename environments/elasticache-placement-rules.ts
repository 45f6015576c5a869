/** Rules for shards with slots and zones of their own choice. */
import { didYouMean } from '../constructs/validation/did-you-mean';
import type { Violation } from '../constructs/validation/violations';
import type { ElasticacheSettings } from './elasticache-settings';

type PlacedShard = Extract<ElasticacheSettings['size'], { kind: 'placed' }>['shards'][number];

/** Slots of Redis Cluster. */
const slotCount = 16_384;

/** What is wrong with shards that each are right. */
export function placementViolations(shards: readonly PlacedShard[], zones: readonly string[]): Violation[] {
  return [
    ...idViolations(shards),
    ...slotViolations(shards),
    ...shards.flatMap((shard, index) => zoneViolations(shard, index, zones)),
    ...masterViolations(shards),
  ];
}

/** ElastiCache itself counts shards so. */
function idViolations(shards: readonly PlacedShard[]): Violation[] {
  return shards.flatMap(({ id }, index) => {
    const expected = String(index + 1).padStart(4, '0');
    return id === expected
      ? []
      : [
          {
            setting: `platform.size.shards.${index}.id`,
            value: id,
            expected: `'${expected}': shards are counted from 0001 up`,
            remedy: 'Number the shards in their order',
          },
        ];
  });
}

/** Every slot belongs to one shard: with a slot less Redis takes no command, and AWS no order for such a cluster. */
function slotViolations(shards: readonly PlacedShard[]): Violation[] {
  const ranges = shards.map(({ slots }, index) => {
    const [first = 0, last = 0] = slots.split('-').map(Number);
    return { index, slots, first, last };
  });
  const violation = (index: number, value: string, expected: string): Violation => ({
    setting: `platform.size.shards.${index}.slots`,
    value,
    expected,
    remedy: `Divide the slots 0-${slotCount - 1} among the shards, each to one`,
  });
  const impossible = ranges.filter(({ first, last }) => first > last || last >= slotCount);
  if (impossible.length > 0) {
    return impossible.map(({ index, slots }) =>
      violation(index, slots, `two slots up to ${slotCount - 1}, the lower one first`),
    );
  }
  let next = 0;
  const violations: Violation[] = [];
  for (const { index, slots, first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    if (first !== next) violations.push(violation(index, slots, `slots from ${next} on`));
    next = Math.max(next, last + 1);
  }
  if (next < slotCount) {
    const { index = 0, slots = '' } = [...ranges].sort((a, b) => a.last - b.last).at(-1) ?? {};
    violations.push(violation(index, slots, `slots up to ${slotCount - 1}`));
  }
  return violations;
}

/** A shard survives the loss of a zone only if another zone has a member of it. */
function zoneViolations(shard: PlacedShard, index: number, zones: readonly string[]): Violation[] {
  const path = `platform.size.shards.${index}`;
  const { masterZone, replicaZones } = shard;
  const unknown = [
    ...(zones.includes(masterZone) ? [] : [{ setting: `${path}.masterZone`, value: masterZone }]),
    ...replicaZones
      .filter((zone) => !zones.includes(zone))
      .map((value) => ({ setting: `${path}.replicaZones`, value })),
  ].map((violation) => ({
    ...violation,
    expected: 'one of network.zones',
    remedy: didYouMean(violation.value, zones),
  }));
  if (replicaZones.some((zone) => zone !== masterZone)) return unknown;
  return [
    ...unknown,
    {
      setting: `${path}.replicaZones`,
      value: replicaZones,
      expected: `a zone other than that of the master (${masterZone})`,
      remedy: 'Put a replica into another zone: with this one the shard is lost',
    },
  ];
}

/** With most of the masters lost at a time, those that are left are too few to agree on others. */
function masterViolations(shards: readonly PlacedShard[]): Violation[] {
  if (shards.length < 3) return [];
  const zones = shards.map(({ masterZone }) => masterZone);
  return [...new Set(zones)]
    .filter((zone) => 2 * zones.filter((other) => other === zone).length > zones.length)
    .map((value) => ({
      setting: 'platform.size.shards',
      value,
      expected: 'at most half of the masters in a zone',
      remedy: 'Put masters into other zones',
    }));
}

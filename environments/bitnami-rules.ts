/** What settings of Redis on Kubernetes must not be together, though each is right. */
import { clusterPods } from '../constructs/bitnami/placement';
import { leastMemoryMebibytes, leastVolumeGibibytes, podsPlannableMebibytes } from '../constructs/bitnami/room';
import { testedCharts } from '../constructs/bitnami/sources';
import { leastGraceSeconds } from '../constructs/bitnami/timing';
import type { Violation } from '../constructs/validation/violations';
import type { BitnamiClusterSettings, BitnamiSentinelSettings, BitnamiSettings } from './bitnami-settings';

/** Nodes that pods of Redis may run on, as far as rules read it. */
export type RedisNodes = { readonly kind: 'none' } | { readonly kind: 'dedicated' | 'any'; readonly perZone: number };

/** What Redis depends on that other settings say. */
export interface BitnamiContext {
  /** Name of the environment. */
  readonly environment: string;
  /** Names of the availability zones. */
  readonly zones: readonly string[];
  /** Setting that lists the zones. @default 'network.zones' */
  readonly zonesSetting?: string;
  /** Mebibytes of data expected at most, without replicas. */
  readonly datasetMebibytes: number;
  /** The cluster's nodes for Redis. */
  readonly redisNodes: RedisNodes;
}

/** A rule over several settings, or one that the schema can't say. */
type Rule = (settings: BitnamiSettings, context: BitnamiContext) => readonly Violation[];

const rules: readonly Rule[] = [
  chartIsKnown,
  legacyIsForDevelopment,
  imagesAreRecent,
  memoryHasRoom,
  datasetFits,
  volumeHasRoom,
  zonesMayBeLost,
  podsHaveNodes,
  failoverFits,
  graceIsLongEnough,
];

/** What is wrong with settings that each are of the right form. */
export function bitnamiViolations(settings: BitnamiSettings, context: BitnamiContext): Violation[] {
  return rules.flatMap((rule) => rule(settings, context));
}

/** Pods of Redis in all. */
export const redisPods = (settings: BitnamiSettings) =>
  settings.kind === 'bitnami-cluster' ? clusterPods(settings) : settings.nodes;

const twoParts = (version: string) => version.split('.').slice(0, 2).join('.');

/** Charts take keys that they don't know in silence. */
function chartIsKnown({ kind, chart: { version } }: BitnamiSettings): Violation[] {
  const { name, version: tested } = testedCharts[kind];
  return twoParts(version) === twoParts(tested)
    ? []
    : [
        {
          setting: 'platform.chart.version',
          value: version,
          expected: `${twoParts(tested)}.x of ${name}, whose keys are known here`,
          remedy: `Use ${tested}, or check the other version's keys and raise testedCharts`,
        },
      ];
}

function legacyIsForDevelopment({ images }: BitnamiSettings, { environment }: BitnamiContext): Violation[] {
  if (environment === 'development') return [];
  if (images.redis.kind !== 'bitnamilegacy') return [];
  return [
    {
      setting: 'platform.images.redis.kind',
      value: 'bitnamilegacy',
      expected: 'mirror: these images are frozen and get no patches; they are for the environment development only',
      remedy: 'Mirror an image that is kept up to date; docs/guides/self-hosted.md tells how',
    },
  ];
}

/**
 * First versions in which all is there that is relied upon. Redis: names in a cluster, and connections that outlive ACL LOAD.
 * The exporter: `--disable-scrape-endpoint`, `--config-command=-`, and `redis_max_clients`.
 */
const leastVersions = { redis: [7, 2], exporter: [1, 83] } as const;

function imagesAreRecent({ images }: BitnamiSettings): Violation[] {
  return (['redis', 'exporter'] as const)
    .filter((name) => !isAtLeast(images[name].tag, leastVersions[name]))
    .map((name) => ({
      setting: `platform.images.${name}.tag`,
      value: images[name].tag,
      expected: `${leastVersions[name].join('.')} or later`,
      remedy: 'Use a later image',
    }));
}

function isAtLeast(tag: string, [leastMajor, leastMinor]: readonly [number, number]): boolean {
  const [major = 0, minor = 0] = tag.replace('v', '').split('.').map(Number.parseFloat);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function memoryHasRoom({ memoryMebibytes }: BitnamiSettings): Violation[] {
  return memoryMebibytes >= leastMemoryMebibytes
    ? []
    : [
        {
          setting: 'platform.memoryMebibytes',
          value: memoryMebibytes,
          expected: `at least ${leastMemoryMebibytes}, a quarter of which holds buffers and what a fork copies`,
          remedy: 'Raise it',
        },
      ];
}

function datasetFits(settings: BitnamiSettings, { datasetMebibytes }: BitnamiContext): Violation[] {
  const shards = settings.kind === 'bitnami-cluster' ? settings.shards : 1;
  const plannable = podsPlannableMebibytes(settings.memoryMebibytes, shards);
  return datasetMebibytes <= plannable
    ? []
    : [
        {
          setting: 'capacity.datasetMebibytes',
          value: datasetMebibytes,
          expected: `at most ${plannable}: 80 % of three quarters of ${shards} × platform.memoryMebibytes (${settings.memoryMebibytes})`,
          remedy:
            settings.kind === 'bitnami-cluster'
              ? 'Raise platform.memoryMebibytes or platform.shards, or expect less data'
              : 'Raise platform.memoryMebibytes, or expect less data',
        },
      ];
}

function volumeHasRoom({ memoryMebibytes, volumeGibibytes }: BitnamiSettings): Violation[] {
  const least = leastVolumeGibibytes(memoryMebibytes);
  return volumeGibibytes >= least
    ? []
    : [
        {
          setting: 'platform.volumeGibibytes',
          value: volumeGibibytes,
          expected: `at least ${least}: the append-only file, its rewrite and two snapshots of ${memoryMebibytes} MiB`,
          remedy: 'Raise it; a volume can grow later, and never shrink',
        },
      ];
}

/** Whoever decides over failover must still be a majority when any zone is lost. */
function zonesMayBeLost(
  settings: BitnamiSettings,
  { zones, zonesSetting = 'network.zones' }: BitnamiContext,
): Violation[] {
  if (zones.length < 3) {
    return [
      {
        setting: zonesSetting,
        value: zones.length,
        expected: 'three or more for Redis on Kubernetes: of two, one has half of the votes',
        remedy: 'Add a zone',
      },
    ];
  }
  return settings.kind === 'bitnami-cluster'
    ? clusterPlacementViolations(settings, zones.length)
    : sentinelPlacementViolations(settings, zones.length);
}

function clusterPlacementViolations({ shards, replicasPerShard }: BitnamiClusterSettings, zones: number): Violation[] {
  const below = Math.max(zones, shards - (shards % zones));
  return [
    ...(shards % zones === 0
      ? []
      : [
          {
            setting: 'platform.shards',
            value: shards,
            expected: `a multiple of the ${zones} zones, for as many masters in each`,
            remedy: `Use ${below === shards ? shards : [...new Set([below, shards - (shards % zones) + zones])].join(' or ')}`,
          },
        ]),
    ...(replicasPerShard < zones
      ? []
      : [
          {
            setting: 'platform.replicasPerShard',
            value: replicasPerShard,
            expected: `at most ${zones - 1}: each member of a shard is in a zone of its own, of ${zones}`,
            remedy: `Use ${zones - 1} or less`,
          },
        ]),
  ];
}

function sentinelPlacementViolations({ nodes }: BitnamiSentinelSettings, zones: number): Violation[] {
  const majority = Math.floor(nodes / 2) + 1;
  const left = nodes - Math.ceil(nodes / zones);
  return [
    ...(nodes % 2 === 1
      ? []
      : [
          {
            setting: 'platform.nodes',
            value: nodes,
            expected: 'an odd number: an even one tolerates no more losses than the one below it',
            remedy: `Use ${nodes - 1} or ${nodes + 1}`,
          },
        ]),
    ...(left >= majority
      ? []
      : [
          {
            setting: 'platform.nodes',
            value: nodes,
            expected: `${majority} or more Sentinels left when one of ${zones} zones is lost; ${left} are`,
            remedy: 'Use another number, or more zones',
          },
        ]),
  ];
}

/** No two pods are on one node, so each zone needs as many nodes as it has pods. */
function podsHaveNodes(settings: BitnamiSettings, { zones, redisNodes }: BitnamiContext): Violation[] {
  if (redisNodes.kind === 'none') {
    return [
      {
        setting: 'kubernetes.redisNodes.kind',
        value: 'none',
        expected: 'dedicated: pods of Redis run on nodes of their own',
        remedy: 'Describe nodes for Redis in kubernetes.redisNodes',
      },
    ];
  }
  const needed = Math.ceil(redisPods(settings) / Math.max(1, zones.length));
  return redisNodes.perZone >= needed
    ? []
    : [
        {
          setting: 'kubernetes.redisNodes.perZone',
          value: redisNodes.perZone,
          expected: `at least ${needed}: ${redisPods(settings)} pods in ${zones.length} zones, and no two on one node`,
          remedy: `Raise it to ${needed}`,
        },
      ];
}

function failoverFits(settings: BitnamiSettings): Violation[] {
  if (settings.kind !== 'bitnami-sentinel') return [];
  const { nodes, failover } = settings;
  const majority = Math.floor(nodes / 2) + 1;
  return [
    ...(failover.quorum >= majority && failover.quorum < nodes
      ? []
      : [
          {
            setting: 'platform.failover.quorum',
            value: failover.quorum,
            expected: `from ${majority} to ${nodes - 1}: more than half of ${nodes} Sentinels, and not all`,
            remedy: `Use ${majority}`,
          },
        ]),
    ...(failover.failoverTimeoutMilliseconds >= 2 * failover.downAfterMilliseconds
      ? []
      : [
          {
            setting: 'platform.failover.failoverTimeoutMilliseconds',
            value: failover.failoverTimeoutMilliseconds,
            expected: `at least twice downAfterMilliseconds (${failover.downAfterMilliseconds})`,
            remedy: 'Raise it, or lower downAfterMilliseconds',
          },
        ]),
  ];
}

function graceIsLongEnough(settings: BitnamiSettings): Violation[] {
  const least = leastGraceSeconds(settings);
  return settings.terminationGracePeriodSeconds >= least
    ? []
    : [
        {
          setting: 'platform.terminationGracePeriodSeconds',
          value: settings.terminationGracePeriodSeconds,
          expected: `at least ${least}: as long as a failover may take, and the stop`,
          remedy: 'Raise it, or let a failover take less time',
        },
      ];
}

/** What an environment's Redis holds and costs, on ElastiCache and on servers of one's own, as plain data. */
import { memoryNodeTypes, nodeSize, type NodeType } from '../constructs/elasticache/node-types';
import { controlPlanePrice, hoursAMonth, nodePrice, serverPrices } from '../constructs/elasticache/prices';
import { nodeCounts, reservedMemoryPercent, shardsFor, sizingOf } from '../constructs/elasticache/sizing';
import { plannedFraction, reservedFraction } from '../constructs/redis/capacity';
import type { CloudEnvironment } from '../environments/cloud-environment';
import type { ElasticacheSettings } from '../environments/elasticache-settings';

/** Dollars a month; undefined if a price isn't known. */
export type DollarsAMonth = number | undefined;

/** Nodes of one type that hold a dataset, and what they cost. */
export interface Alternative {
  readonly nodeType: NodeType;
  readonly shards: number;
  readonly nodes: number;
  readonly plannableGibibytes: number;
  readonly dollarsAMonth: DollarsAMonth;
  readonly chosen: boolean;
}

/** Redis on servers of one's own, in Kubernetes. */
export interface SelfHosted {
  readonly instanceType: string;
  readonly shards: number;
  readonly nodes: number;
  readonly serversDollarsAMonth: number;
  readonly controlPlaneDollarsAMonth: DollarsAMonth;
}

export interface CapacityReport {
  readonly environment: string;
  readonly region: string;
  readonly datasetGibibytes: number;
  readonly engine: string;
  readonly nodeType: NodeType;
  /** With autoscaling the bounds differ. */
  readonly shards: { readonly minimum: number; readonly maximum: number };
  readonly replicasPerShard: { readonly minimum: number; readonly maximum: number };
  readonly memoryGibibytesOfNode: number;
  readonly reservedPercent: number;
  /** Of all shards, when there are most of them. */
  readonly usableGibibytes: number;
  readonly plannableGibibytes: number;
  /** Share of the usable room that the dataset fills. */
  readonly filledPercent: number;
  /** Least number of members of a shard that are left when the zone with most of them is lost. */
  readonly membersAfterZoneLoss: number;
  readonly dollarsAMonth: { readonly minimum: DollarsAMonth; readonly maximum: DollarsAMonth };
  /** Cheapest first; those of unknown price last. */
  readonly alternatives: readonly Alternative[];
  /** The cheapest; undefined if no price is known. */
  readonly selfHosted: SelfHosted | undefined;
}

const gibibytesOf = (mebibytes: number) => mebibytes / 1024;

/** The report of an environment on nodes of ElastiCache. */
export function capacityReport(environment: CloudEnvironment, settings: ElasticacheSettings): CapacityReport {
  const { name, region, capacity, network } = environment;
  const { nodeType } = settings.nodes;
  const { shards, replicasPerShard } = nodeCounts(settings);
  const datasetGibibytes = gibibytesOf(capacity.datasetMebibytes);
  const { usable, plannable } = sizingOf(nodeType, shards.maximum);
  const price = nodePrice(nodeType, settings.engine.kind, region);
  const monthly = (count: number): DollarsAMonth => (price === undefined ? undefined : price * count * hoursAMonth);
  return {
    environment: name,
    region,
    datasetGibibytes,
    engine: `${settings.engine.kind} ${settings.engine.version}`,
    nodeType,
    shards,
    replicasPerShard,
    memoryGibibytesOfNode: nodeSize(nodeType).memoryGibibytes,
    reservedPercent: reservedMemoryPercent(nodeType),
    usableGibibytes: usable,
    plannableGibibytes: plannable,
    filledPercent: (100 * datasetGibibytes) / usable,
    membersAfterZoneLoss: membersAfterZoneLoss(settings, network.zones.length),
    dollarsAMonth: {
      minimum: monthly(shards.minimum * (1 + replicasPerShard.minimum)),
      maximum: monthly(shards.maximum * (1 + replicasPerShard.maximum)),
    },
    alternatives: alternatives(settings, region, datasetGibibytes),
    selfHosted: selfHosted(region, datasetGibibytes, replicasPerShard.minimum),
  };
}

/** ElastiCache spreads the members of a shard over the zones as evenly as it can; placed ones are where they are put. */
function membersAfterZoneLoss(settings: ElasticacheSettings, zones: number): number {
  const { size } = settings;
  if (size.kind === 'placed' && settings.globalDatastore.kind !== 'secondary') {
    return Math.min(...size.shards.map(({ masterZone, replicaZones }) => afterWorst([masterZone, ...replicaZones])));
  }
  const members = 1 + nodeCounts(settings).replicasPerShard.minimum;
  return members - Math.ceil(members / zones);
}

function afterWorst(zones: readonly string[]): number {
  const most = Math.max(...zones.map((zone) => zones.filter((other) => other === zone).length));
  return zones.length - most;
}

/** Nodes of each type with as few shards as hold the dataset, and as many replicas as now. */
function alternatives(settings: ElasticacheSettings, region: string, datasetGibibytes: number): Alternative[] {
  const { shards, replicasPerShard } = nodeCounts(settings);
  const chosen = settings.nodes.nodeType;
  const rows = memoryNodeTypes.map((nodeType) => {
    const count = nodeType === chosen ? shards.minimum : shardsFor(nodeType, datasetGibibytes);
    const nodes = count * (1 + replicasPerShard.minimum);
    const price = nodePrice(nodeType, settings.engine.kind, region);
    return {
      nodeType,
      shards: count,
      nodes,
      plannableGibibytes: sizingOf(nodeType, count).plannable,
      dollarsAMonth: price === undefined ? undefined : price * nodes * hoursAMonth,
      chosen: nodeType === chosen,
    };
  });
  return rows
    .filter(({ nodes }) => nodes <= 90)
    .sort((a, b) => (a.dollarsAMonth ?? Infinity) - (b.dollarsAMonth ?? Infinity) || a.nodes - b.nodes);
}

/** Gibibytes of a server that its system, the agents on it and the exporter take. An assumption, on the safe side. */
export const serverOverheadGibibytes = 2;

/** A cluster of one's own needs three masters for a majority. */
const leastShards = 3;

/** One pod on a server; of its memory the share that the shared configuration leaves for data. */
function selfHosted(region: string, datasetGibibytes: number, replicas: number): SelfHosted | undefined {
  const controlPlane = controlPlanePrice(region);
  const offers = serverPrices(region).map(({ instanceType, memoryGibibytes, dollarsAnHour }) => {
    const usable = (memoryGibibytes - serverOverheadGibibytes) * (1 - reservedFraction);
    const shards = Math.max(leastShards, Math.ceil(datasetGibibytes / (usable * plannedFraction)));
    const nodes = shards * (1 + replicas);
    return {
      instanceType,
      shards,
      nodes,
      serversDollarsAMonth: nodes * dollarsAnHour * hoursAMonth,
      controlPlaneDollarsAMonth: controlPlane === undefined ? undefined : controlPlane * hoursAMonth,
    };
  });
  return offers.sort((a, b) => a.serversDollarsAMonth - b.serversDollarsAMonth || a.nodes - b.nodes)[0];
}

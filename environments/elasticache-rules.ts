/** What settings of ElastiCache on nodes must not be together, though each is right: what AWS refuses, or what loses data. */
import { partitionOf, type AwsAccount } from '../constructs/aws/account';
import { dailyWindows, lengthOf, overlap, weeklyWindow } from '../constructs/aws/maintenance-windows';
import { nodeCounts, sizingOf } from '../constructs/elasticache/sizing';
import type { Violation } from '../constructs/validation/violations';
import type { BackupSettings } from './backup-settings';
import { placementViolations } from './elasticache-placement-rules';
import type { ElasticacheServerlessSettings, ElasticacheSettings } from './elasticache-settings';

/** What Redis depends on that other settings say. */
export interface ElasticacheContext {
  readonly account: Pick<AwsAccount, 'environment' | 'region'>;
  /** Names of the availability zones with a database subnet. */
  readonly zones: readonly string[];
  /** Mebibytes of data expected at most, without replicas. */
  readonly datasetMebibytes: number;
  readonly backup: BackupSettings['kind'];
  /** Kinds of addresses that the network has. @default - unknown, and not checked */
  readonly addresses?: readonly ('ipv4' | 'ipv6')[];
}

/** A rule over several settings, or one that the schema can't say. */
type Rule = (settings: ElasticacheSettings, context: ElasticacheContext) => readonly Violation[];

const rules: readonly Rule[] = [
  nameIsAnId,
  datasetFits,
  boundsAreOrdered,
  nodesAreFewEnough,
  windowsAreLongEnough,
  windowsDoNotOverlap,
  scalingIsPossible,
  globalDatastoreIsPossible,
  seedIsPossible,
  addressesAreThere,
  backupIsPossible,
  ({ size }, { zones }) => (size.kind === 'placed' ? placementViolations(size.shards, zones) : []),
];

/** What is wrong with settings of a cluster that each are right. */
export function elasticacheViolations(settings: ElasticacheSettings, context: ElasticacheContext): Violation[] {
  return rules.flatMap((rule) => rule(settings, context));
}

/** What is wrong with settings of a serverless cache that each are right. */
export function elasticacheServerlessViolations(
  settings: ElasticacheServerlessSettings,
  context: ElasticacheContext,
): Violation[] {
  const gibibytes = context.datasetMebibytes / 1024;
  const { dataGibibytes } = settings.limits;
  return [
    ...nameIsAnId(settings, context),
    ...(gibibytes <= dataGibibytes
      ? []
      : [
          {
            setting: 'platform.limits.dataGibibytes',
            value: dataGibibytes,
            expected: `at least ${Math.ceil(gibibytes)}: capacity.datasetMebibytes is ${context.datasetMebibytes}`,
            remedy: 'Raise platform.limits.dataGibibytes, or expect less data',
          },
        ]),
    ...arnViolations(settings.seed.kind === 'snapshot' ? [settings.seed.arn] : [], 'platform.seed.arn', context),
    ...(context.backup === 'none' ? [] : [noExportOf('a serverless cache')]),
  ];
}

/** Ids of ElastiCache have no two hyphens in a row. Source: `ReplicationGroupId` of its API reference. */
function nameIsAnId(_: unknown, { account: { environment } }: ElasticacheContext): Violation[] {
  if (!environment.includes('--')) return [];
  return [
    {
      setting: 'name',
      value: environment,
      expected: 'no two hyphens in a row: it is part of ids of ElastiCache',
      remedy: 'Rename the environment',
    },
  ];
}

function datasetFits(
  { nodes, ...settings }: ElasticacheSettings,
  { datasetMebibytes }: ElasticacheContext,
): Violation[] {
  const { shards } = nodeCounts(settings);
  const plannable = Math.floor(sizingOf(nodes.nodeType, shards.maximum).plannable * 1024);
  if (datasetMebibytes <= plannable) return [];
  return [
    {
      setting: 'capacity.datasetMebibytes',
      value: datasetMebibytes,
      expected: `at most ${plannable}: 80 % of what ${shards.maximum} × ${nodes.nodeType} hold beside their reserve`,
      remedy: 'Choose larger nodes or more shards, or expect less data; npm run plan:capacity compares them',
    },
  ];
}

function boundsAreOrdered({ size }: ElasticacheSettings): Violation[] {
  if (size.kind !== 'automatic') return [];
  return (['shards', 'replicasPerShard'] as const)
    .filter((what) => size[what].maximum < size[what].minimum)
    .map((what) => ({
      setting: `platform.size.${what}.maximum`,
      value: size[what].maximum,
      expected: `at least platform.size.${what}.minimum (${size[what].minimum})`,
      remedy: `Raise platform.size.${what}.maximum`,
    }));
}

/** Source: "Quotas for ElastiCache": 500 nodes a cluster, of which more than 90 have to be asked for. */
const mostNodes = 500;

function nodesAreFewEnough(settings: ElasticacheSettings): Violation[] {
  const { shards, replicasPerShard } = nodeCounts(settings);
  const nodes = shards.maximum * (1 + replicasPerShard.maximum);
  if (nodes <= mostNodes) return [];
  return [
    {
      setting: 'platform.size',
      value: nodes,
      expected: `at most ${mostNodes} nodes: shards × (1 + replicas)`,
      remedy: 'Choose larger nodes and fewer shards',
    },
  ];
}

const shortestWindowMinutes = 60;

function windowsAreLongEnough({ snapshotWindow, maintenanceWindow }: ElasticacheSettings): Violation[] {
  const [daily] = dailyWindows(snapshotWindow);
  const windows = [
    ['snapshotWindow', snapshotWindow, daily ? lengthOf(daily) : 0],
    ['maintenanceWindow', maintenanceWindow, lengthOf(weeklyWindow(maintenanceWindow))],
  ] as const;
  return windows
    .filter(([, , minutes]) => minutes < shortestWindowMinutes)
    .map(([name, value]) => ({
      setting: `platform.${name}`,
      value,
      expected: `${shortestWindowMinutes} minutes or more`,
      remedy: 'End it later',
    }));
}

function windowsDoNotOverlap({ snapshotWindow, maintenanceWindow }: ElasticacheSettings): Violation[] {
  const maintenance = weeklyWindow(maintenanceWindow);
  if (!dailyWindows(snapshotWindow).some((daily) => overlap(daily, maintenance))) return [];
  return [
    {
      setting: 'platform.maintenanceWindow',
      value: maintenanceWindow,
      expected: `no minute in common with platform.snapshotWindow (${snapshotWindow} of every day)`,
      remedy: 'Move one of them',
    },
  ];
}

/** Source: "Auto Scaling Valkey and Redis OSS clusters" of the ElastiCache guide. */
function scalingIsPossible({ size, nodes: { nodeType }, globalDatastore }: ElasticacheSettings): Violation[] {
  if (size.kind !== 'automatic') return [];
  const violations: Violation[] = [];
  if (/\.t\d/.test(nodeType) || !/\.(?:large|xlarge|2xlarge)$/.test(nodeType)) {
    violations.push({
      setting: 'platform.nodes.nodeType',
      value: nodeType,
      expected: "large, xlarge or 2xlarge, and not of the family t, for a platform.size of the kind 'automatic'",
      remedy: "Choose such a node, or a size of the kind 'fixed'",
    });
  }
  if (globalDatastore.kind !== 'none') {
    violations.push({
      setting: 'platform.size.kind',
      value: size.kind,
      expected: "'fixed' or 'placed' in a global datastore",
      remedy: "Choose a size of the kind 'fixed'",
    });
  }
  return violations;
}

/** Source: "Prerequisites and limitations" of global datastores in the ElastiCache guide. */
function globalDatastoreIsPossible({ globalDatastore, nodes: { nodeType } }: ElasticacheSettings): Violation[] {
  if (globalDatastore.kind === 'none' || !/\.t\d/.test(nodeType)) return [];
  return [
    {
      setting: 'platform.nodes.nodeType',
      value: nodeType,
      expected: 'a node of the families m or r in a global datastore',
      remedy: 'Choose a larger node',
    },
  ];
}

function seedIsPossible({ seed, globalDatastore }: ElasticacheSettings, context: ElasticacheContext): Violation[] {
  const arns = seed.kind === 'objects' ? seed.arns : [];
  const twice = arns.filter((arn, index) => arns.indexOf(arn) !== index);
  return [
    ...(globalDatastore.kind === 'secondary' && seed.kind !== 'empty'
      ? [
          {
            setting: 'platform.seed.kind',
            value: seed.kind,
            expected: "'empty': a secondary gets its data from the primary",
            remedy: "Set it to 'empty'",
          },
        ]
      : []),
    ...arnViolations(arns, 'platform.seed.arns', context),
    ...twice.map((value) => ({
      setting: 'platform.seed.arns',
      value,
      expected: 'each object once',
      remedy: 'Remove it',
    })),
  ];
}

function arnViolations(arns: readonly string[], setting: string, { account }: ElasticacheContext): Violation[] {
  const prefix = `arn:${partitionOf(account.region)}:`;
  return arns
    .filter((arn) => !arn.startsWith(prefix))
    .map((value) => ({
      setting,
      value,
      expected: `an ARN that begins with ${prefix}, as all of ${account.region} do`,
      remedy: 'Copy the data into the partition of the environment first',
    }));
}

function addressesAreThere({ addresses }: ElasticacheSettings, { addresses: known }: ElasticacheContext): Violation[] {
  if (addresses === 'ipv4' || known === undefined || known.includes('ipv6')) return [];
  return [
    {
      setting: 'platform.addresses',
      value: addresses,
      expected: "'ipv4': the network has no IPv6 addresses",
      remedy: "Set it to 'ipv4'",
    },
  ];
}

/** Source: "Data tiering in ElastiCache", limitations. */
function backupIsPossible({ nodes }: ElasticacheSettings, { backup }: ElasticacheContext): Violation[] {
  return nodes.kind === 'memory' || backup === 'none' ? [] : [noExportOf('a cluster with data tiering')];
}

function noExportOf(what: string): Violation {
  return {
    setting: 'backup.kind',
    value: 'snapshot-export',
    expected: `'none', with a reason: snapshots of ${what} can't be exported in the way that the stack backup does`,
    remedy: "Set backup to { kind: 'none', reason }, and rely on platform.snapshotRetentionDays; or choose other nodes",
  };
}

/** The Postgres that is the source of truth, on a platform in AWS. */
import { z } from 'zod';
import {
  gibibytesOfCapacityUnit,
  instanceClasses,
  instanceClassNames,
  isForAurora,
  plannableConnections,
} from '../constructs/database/instance-classes';
import {
  dailyWindowPattern,
  dailyWindows,
  lengthOf,
  overlap,
  weeklyWindow,
  weeklyWindowPattern,
} from '../constructs/aws/maintenance-windows';
import { didYouMean } from '../constructs/validation/did-you-mean';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { destruction, reason } from './setting-forms';

const instanceClass = z.enum(instanceClassNames);

/** RDS for PostgreSQL: one server, with a standby in another zone that takes over within one to two minutes. */
const rds = z.strictObject({
  kind: z.literal('rds'),
  /** First part of the version. AWS chooses the rest, and changes it by itself if `minorUpgrades` is automatic. */
  majorVersion: z.literal([15, 16, 17, 18]),
  instanceClass,
  /** Gibibytes of gp3 storage at first; it grows by itself and never shrinks. */
  storageGibibytes: z.int().min(20).max(65_536),
  /** Gibibytes it may grow to. */
  maximumStorageGibibytes: z.int().min(22).max(65_536),
  availability: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('multi-zone') }),
    /** Without a standby: the loss of the zone is an outage until it is back, or a restore is done. */
    z.strictObject({ kind: z.literal('single-zone'), reason }),
  ]),
});

/** Halves of an Aurora capacity unit. */
const capacityUnits = z.number().min(0.5).max(256).multipleOf(0.5);

/** Aurora PostgreSQL: storage over three zones; any of the servers takes over within half a minute. */
const aurora = z.strictObject({
  kind: z.literal('aurora'),
  majorVersion: z.literal([15, 16, 17]),
  /** Zones with a server each, such as `eu-central-1a`: all alike, one writes, the others take over and read. */
  zones: z
    .array(z.string().regex(/^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/))
    .min(2)
    .max(6),
  capacity: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('provisioned'), instanceClass }),
    /** Each server grows and shrinks between two numbers of capacity units, of 2 GiB of memory each. */
    z.strictObject({ kind: z.literal('serverless'), minimumUnits: capacityUnits, maximumUnits: capacityUnits }),
  ]),
  /** `io-optimized`: a higher price for storage and none for I/O; pays from a quarter of the bill for I/O on. */
  storage: z.enum(['standard', 'io-optimized']),
});

export const databaseSettings = z.strictObject({
  engine: z.discriminatedUnion('kind', [rds, aurora]),
  /** Name of the database, none of RDS' own; a change replaces the server, which is prevented. */
  database: z.string().regex(/^(?!rdsadmin$|template[01]$)[a-z][a-z0-9_]{0,62}$/),
  /** Days back that any moment can be restored. */
  backupRetentionDays: z.int().min(1).max(35),
  /** When the day's backup is made, such as `02:00-03:00` (UTC); 30 minutes at least. */
  backupWindow: z.string().regex(dailyWindowPattern),
  /** When AWS changes what needs a restart, such as `sun:04:00-sun:05:00` (UTC); 30 minutes at least. */
  maintenanceWindow: z.string().regex(weeklyWindowPattern),
  /** Fixes of Postgres, made in the maintenance window with a failover. */
  minorUpgrades: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('automatic') }),
    z.strictObject({ kind: z.literal('manual'), reason }),
  ]),
  /** Whether a change of `majorVersion` is carried out: an outage of minutes, with no way back but a restore. */
  majorUpgrade: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('refused') }),
    z.strictObject({ kind: z.literal('allowed'), reason }),
  ]),
  /** When changes that restart the server are made: by the deployment itself, or silently later. */
  changes: z.enum(['immediately', 'in-maintenance-window']),
  /** `standard` keeps 7 days of load by statement, free of charge; `advanced` 15 months, with plans and locks. */
  insights: z.enum(['standard', 'advanced']),
  /** Seconds from one measurement of the server's operating system to the next. */
  monitoringSeconds: z.literal([1, 5, 10, 15, 30, 60]),
  /** Statements that take longer are logged. */
  slowStatementMilliseconds: z.int().min(10).max(600_000),
  /** Days that logs are kept: what CloudWatch Logs offers from a month on. */
  logRetentionDays: z.literal([
    30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]),
  /** A higher number makes a new password for the application's role. */
  applicationPasswordGeneration: z.int().min(1),
  /** Whether Terraform, and AWS, may destroy the database. A last snapshot is taken in any case. */
  destruction,
});

export type DatabaseSettings = DeepReadonly<z.output<typeof databaseSettings>>;

/** Settings of the engine `rds`. */
export type RdsEngine = Extract<DatabaseSettings['engine'], { kind: 'rds' }>;

/** Settings of the engine `aurora`. */
export type AuroraEngine = Extract<DatabaseSettings['engine'], { kind: 'aurora' }>;

/** What the database depends on that other settings say. */
export interface DatabaseContext {
  /** Names of the availability zones with a database subnet. */
  readonly zones: readonly string[];
  /** Connections of all pools together. @default - unknown, and not checked */
  readonly connections?: number;
}

/** Gibibytes of memory of a server; with serverless capacity, when it is largest. */
export function serverMemoryGibibytes({ engine }: Pick<DatabaseSettings, 'engine'>): number {
  if (engine.kind === 'rds') return instanceClasses[engine.instanceClass].memoryGibibytes;
  const { capacity } = engine;
  return capacity.kind === 'provisioned'
    ? instanceClasses[capacity.instanceClass].memoryGibibytes
    : capacity.maximumUnits * gibibytesOfCapacityUnit;
}

/**
 * Connections of a server that can be counted on. A serverless one with less than a whole unit has 2,000 at most.
 * Source: "Maximum connections for Aurora Serverless v2" of the Aurora guide.
 */
export function serverConnections(settings: Pick<DatabaseSettings, 'engine'>): number {
  const connections = plannableConnections(serverMemoryGibibytes(settings));
  const { engine } = settings;
  const small = engine.kind === 'aurora' && engine.capacity.kind === 'serverless' && engine.capacity.minimumUnits < 1;
  return small ? Math.min(connections, 2_000) : connections;
}

/** A rule over several settings; the schema covers single ones. */
type Rule = (settings: DatabaseSettings, context: DatabaseContext) => readonly Violation[];

const rules: readonly Rule[] = [
  windowsAreLongEnough,
  windowsDoNotOverlap,
  storageCanGrow,
  classIsForAurora,
  unitsAreOrdered,
  zonesAreThere,
  connectionsFit,
];

/** What is wrong with settings that each are right. */
export function databaseViolations(settings: DatabaseSettings, context: DatabaseContext): Violation[] {
  return rules.flatMap((rule) => rule(settings, context));
}

const shortestWindowMinutes = 30;

function windowsAreLongEnough({ backupWindow, maintenanceWindow }: DatabaseSettings): Violation[] {
  return Object.entries({ backupWindow, maintenanceWindow })
    .filter(([name, text]) => {
      const [window] = name === 'backupWindow' ? dailyWindows(text) : [weeklyWindow(text)];
      return window === undefined || lengthOf(window) < shortestWindowMinutes;
    })
    .map(([name, value]) => ({
      setting: `database.${name}`,
      value,
      expected: `${shortestWindowMinutes} minutes or more`,
      remedy: 'End it later',
    }));
}

/** RDS refuses it, only when it is applied. */
function windowsDoNotOverlap({ backupWindow, maintenanceWindow }: DatabaseSettings): Violation[] {
  const maintenance = weeklyWindow(maintenanceWindow);
  if (!dailyWindows(backupWindow).some((backup) => overlap(backup, maintenance))) return [];
  return [
    {
      setting: 'database.maintenanceWindow',
      value: maintenanceWindow,
      expected: `no minute in common with database.backupWindow (${backupWindow} of every day)`,
      remedy: 'Move one of them',
    },
  ];
}

/** RDS takes no maximum less than 10 % above the storage. */
function storageCanGrow({ engine }: DatabaseSettings): Violation[] {
  if (engine.kind !== 'rds') return [];
  const least = engine.storageGibibytes + Math.ceil(engine.storageGibibytes / 10);
  if (engine.maximumStorageGibibytes >= least) return [];
  return [
    {
      setting: 'database.engine.maximumStorageGibibytes',
      value: engine.maximumStorageGibibytes,
      expected: `at least ${least}: 110 % of database.engine.storageGibibytes (${engine.storageGibibytes})`,
      remedy: 'Raise database.engine.maximumStorageGibibytes',
    },
  ];
}

function classIsForAurora({ engine }: DatabaseSettings): Violation[] {
  if (engine.kind !== 'aurora' || engine.capacity.kind !== 'provisioned') return [];
  const { instanceClass: value } = engine.capacity;
  if (isForAurora(value)) return [];
  return [
    {
      setting: 'database.engine.capacity.instanceClass',
      value,
      expected: `one of: ${instanceClassNames.filter(isForAurora).join(', ')}`,
      remedy: 'Use a class of the families t4g, r7g or r8g, or the engine rds',
    },
  ];
}

function unitsAreOrdered({ engine }: DatabaseSettings): Violation[] {
  if (engine.kind !== 'aurora' || engine.capacity.kind !== 'serverless') return [];
  const { minimumUnits, maximumUnits } = engine.capacity;
  // Aurora takes no maximum below 1.
  const least = Math.max(minimumUnits, 1);
  if (maximumUnits >= least) return [];
  return [
    {
      setting: 'database.engine.capacity.maximumUnits',
      value: maximumUnits,
      expected: `at least ${least}: 1, and database.engine.capacity.minimumUnits (${minimumUnits})`,
      remedy: 'Raise database.engine.capacity.maximumUnits',
    },
  ];
}

/** A subnet group covers two zones at least; each server of Aurora has one of them to itself. */
function zonesAreThere({ engine }: DatabaseSettings, { zones }: DatabaseContext): Violation[] {
  const violations: Violation[] = [];
  if (zones.length < 2) {
    violations.push({
      setting: 'network.zones',
      value: zones,
      expected: '2 zones or more: RDS takes no subnet group with fewer',
      remedy: 'Add zones to the network',
    });
  }
  if (engine.kind === 'rds') return violations;
  const unknown = engine.zones.filter((zone, index) => !zones.includes(zone) || engine.zones.indexOf(zone) !== index);
  return [
    ...violations,
    ...unknown.map((zone) => ({
      setting: 'database.engine.zones',
      value: zone,
      expected: 'zones of the network, each once',
      remedy: didYouMean(zone, zones),
    })),
  ];
}

function connectionsFit(settings: DatabaseSettings, { connections }: DatabaseContext): Violation[] {
  const most = serverConnections(settings);
  if (connections === undefined || connections <= most) return [];
  const { setting, value } = sizeOf(settings.engine);
  return [
    {
      setting: `database.engine.${setting}`,
      value,
      expected: `a server for ${connections} connections, the pools of all processes; this one has ${most}`,
      remedy: 'Use a larger server, or lower application.databasePoolSize',
    },
  ];
}

/** The setting that says how large a server is. */
function sizeOf(engine: DatabaseSettings['engine']): Pick<Violation, 'setting' | 'value'> {
  if (engine.kind === 'rds') return { setting: 'instanceClass', value: engine.instanceClass };
  const { capacity } = engine;
  return capacity.kind === 'provisioned'
    ? { setting: 'capacity.instanceClass', value: capacity.instanceClass }
    : { setting: 'capacity.maximumUnits', value: capacity.maximumUnits };
}

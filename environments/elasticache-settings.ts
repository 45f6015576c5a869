/** Redis as AWS runs it: ElastiCache in cluster mode on nodes of a chosen type, or serverless. */
import { z } from 'zod';
import { dailyWindowPattern, weeklyWindowPattern } from '../constructs/aws/maintenance-windows';
import { memoryNodeTypes, tieredNodeTypes } from '../constructs/elasticache/node-types';
import type { DeepReadonly } from './environment';
import { destruction } from './setting-forms';

/** A version can be raised, and a Redis can become a Valkey. The other way replaces everything, with its data. */
const engine = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('valkey'), version: z.enum(['7.2', '8.0', '8.1', '8.2']) }),
  z.strictObject({ kind: z.literal('redis'), version: z.literal('7.1') }),
]);

/** What a node is. It can be changed, with a failover in each shard; from memory to tiering and back it can't. */
const nodes = z.discriminatedUnion('kind', [
  /** All data in memory. */
  z.strictObject({ kind: z.literal('memory'), nodeType: z.enum(memoryNodeTypes) }),
  /** Values that are seldom read go to a disk; keys stay in memory. No copy to S3, and only such nodes restore it. */
  z.strictObject({ kind: z.literal('data-tiering'), nodeType: z.enum(tieredNodeTypes) }),
]);

const shards = z.int().min(1).max(500);
/** Without one, a lost master loses its shard: there is no failover. */
const replicas = z.int().min(1).max(5);

/** Slots of a shard, as `0-5461`. */
const slots = z.string().regex(/^\d{1,5}-\d{1,5}$/);

/** How many nodes there are, and where. */
const size = z.discriminatedUnion('kind', [
  /** So many, over all zones of the network as ElastiCache finds best: no replica in the zone of its master. */
  z.strictObject({ kind: z.literal('fixed'), shards, replicasPerShard: replicas }),
  /** Each shard with slots and zones of its own choice. A change of any of them replaces everything, with its data. */
  z.strictObject({
    kind: z.literal('placed'),
    shards: z
      .array(
        z.strictObject({
          /** Four digits, from `0001` up. */
          id: z.string().regex(/^\d{4}$/),
          slots,
          masterZone: z.string(),
          replicaZones: z.array(z.string()).min(1).max(5),
        }),
      )
      .min(1)
      .max(500),
  }),
  /** ElastiCache adds and removes shards and replicas by itself, between two bounds each. */
  z.strictObject({
    kind: z.literal('automatic'),
    shards: z.strictObject({
      minimum: shards,
      maximum: shards,
      /** Percent of memory in use that it steers for. */
      memoryPercent: z.int().min(35).max(70),
    }),
    replicasPerShard: z.strictObject({
      minimum: replicas,
      maximum: replicas,
      /** Percent of the engine's CPU on replicas that it steers for. */
      cpuPercent: z.int().min(35).max(70),
    }),
  }),
]);

/** What it starts with. Only its first deployment looks at it: a change later on changes nothing. */
const seed = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('empty') }),
  /** A snapshot in ElastiCache, by name. */
  z.strictObject({ kind: z.literal('snapshot'), name: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,254}$/) }),
  /** Snapshots in S3, one object a shard: `arn:aws:s3:::<bucket>/<key>.rdb`. */
  z.strictObject({
    kind: z.literal('objects'),
    arns: z
      .array(z.string().regex(/^arn:aws[a-z-]*:s3:::[^/,]+\/[^,]+\.rdb$/))
      .min(1)
      .max(500),
  }),
]);

/** Copies of everything in other regions, up to a second behind. */
const globalDatastore = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** This one is written to. */
  z.strictObject({
    kind: z.literal('primary'),
    /** Last part of the datastore's name, after a prefix by AWS. */
    suffix: z.string().regex(/^[A-Za-z][A-Za-z0-9-]{0,39}$/),
  }),
  /**
   * This one follows another environment's, which decides over engine, node type and shards. The settings of these say
   * here what it has decided, for the alarms on nodes and for what it holds and costs.
   */
  z.strictObject({
    kind: z.literal('secondary'),
    /** Full name of the datastore, with AWS' prefix. */
    globalReplicationGroupId: z.string().regex(/^[a-z0-9]{5}-[A-Za-z][A-Za-z0-9-]{0,39}$/),
    replicasPerShard: replicas,
  }),
]);

/** How a user proves who it is. */
const authentication = z.discriminatedUnion('kind', [
  /** By a password in Secrets Manager, made there and changed every so many days; the one before still works. */
  z.strictObject({ kind: z.literal('password'), rotationDays: z.int().min(1).max(365) }),
  /** By a token of 15 minutes that IAM signs: `elasticache:Connect`. */
  z.strictObject({ kind: z.literal('iam') }),
]);

const users = z.strictObject({
  app: authentication,
  worker: authentication,
  gateway: authentication,
  exporter: authentication,
  operator: authentication,
});

/** A name of one's own for the platform, which stays when the platform behind it is replaced. */
const privateName = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** A private zone, made here and known in the network alone: `redis.<zone>`. */
  z.strictObject({
    kind: z.literal('private-zone'),
    /** `production.example.internal`, say. */
    zone: z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}$/),
  }),
]);

/** Days that logs are kept: what CloudWatch Logs offers from a month on. */
const logRetentionDays = z.literal([
  30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

/** What both kinds have. */
const shared = {
  users,
  /** Days that ElastiCache keeps the snapshots it makes itself, every day. They vanish with the cluster. */
  snapshotRetentionDays: z.int().min(1).max(35),
  privateName,
  /**
   * Whether Terraform may destroy or replace Redis with its data. Of nodes a last snapshot is taken in any case. Serverless,
   * none is, and those that AWS made every day vanish as well: take one by hand first.
   */
  destruction,
};

/** A cluster of nodes. */
export const elasticacheSettings = z.strictObject({
  kind: z.literal('elasticache'),
  engine,
  nodes,
  size,
  seed,
  globalDatastore,
  ...shared,
  /** Addresses of the nodes. A change replaces everything, with its data. */
  addresses: z.enum(['ipv4', 'dual-stack']),
  /** Daily window (UTC) of the snapshot: `02:00-03:00`, an hour or more. */
  snapshotWindow: z.string().regex(dailyWindowPattern),
  /** Weekly window (UTC) of changes by AWS: `sun:04:00-sun:05:00`, an hour or more. */
  maintenanceWindow: z.string().regex(weeklyWindowPattern),
  /** Whether AWS raises the last part of the version by itself, in the maintenance window. */
  minorUpgrades: z.enum(['automatic', 'manual']),
  /**
   * When a change of node type or engine, which fails over each shard, takes place: during the deployment, or in the
   * next maintenance window, until when the deployment shows nothing of it. Shards, replicas and users change at once.
   */
  disruptiveChanges: z.enum(['at-deployment', 'in-maintenance-window']),
  logRetentionDays,
});

export type ElasticacheSettings = DeepReadonly<z.output<typeof elasticacheSettings>>;

/** Redis without nodes to choose: it grows and shrinks by itself, and is paid by what is stored and asked. */
export const elasticacheServerlessSettings = z.strictObject({
  kind: z.literal('elasticache-serverless'),
  engine: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('valkey'), version: z.enum(['7', '8']) }),
    z.strictObject({ kind: z.literal('redis'), version: z.literal('7') }),
  ]),
  /** What it starts with. Only its first deployment looks at it. */
  seed: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('empty') }),
    /** A snapshot in ElastiCache, by ARN. */
    z.strictObject({
      kind: z.literal('snapshot'),
      arn: z.string().regex(/^arn:aws[a-z-]*:elasticache:[a-z0-9-]+:\d{12}:serverlesscachesnapshot:[A-Za-z0-9-]+$/),
    }),
  ]),
  /** Bounds of what it may hold, and cost. */
  limits: z.strictObject({
    /** Gibibytes of data; 1 to 5,000. */
    dataGibibytes: z.int().min(1).max(5_000),
    /** ElastiCache processing units (eCPU) a second; one is a simple command of up to a kilobyte. */
    processingUnitsPerSecond: z.int().min(1_000).max(15_000_000),
  }),
  /** Time (UTC) of the daily snapshot: `03:00`. */
  snapshotTime: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/),
  ...shared,
});

export type ElasticacheServerlessSettings = DeepReadonly<z.output<typeof elasticacheServerlessSettings>>;

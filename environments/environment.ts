/**
 * What an environment is: its one typed description, from which every stack is made.
 *
 * The schema is strict: an unknown key is an error that names the nearest known one. `parseEnvironment` reports
 * everything that is wrong at once.
 */
import { z } from 'zod';
import { plannableMebibytes } from '../constructs/redis/capacity';
import { throwViolations, type Violation } from '../constructs/validation/violations';
import { violationsOf } from '../constructs/validation/schema-violations';

/** Redis, Postgres and the application as processes on this machine; needs no cloud. */
const localProcesses = z.strictObject({
  kind: z.literal('local-processes'),
  /** First of a block of 50 TCP ports on loopback, all of which must be free: Redis, its bus, Postgres, api, worker. */
  firstPort: z.int().min(1024).max(65_486),
  /** Milliseconds without an answer after which a Redis node counts as failing; see `ClusterMode`. */
  nodeTimeoutMilliseconds: z.int().min(500).max(60_000),
  /** Connections Postgres accepts; the api and the worker each take their pool's size a process. */
  databaseMaxConnections: z.int().min(10).max(500),
});

/** Which Redis platform the environment runs on. Each member has its own settings and no other's. */
const platform = z.discriminatedUnion('kind', [localProcesses]);

/** How much Redis has to hold and with what. */
const capacity = z.strictObject({
  /** Mebibytes of data expected at most, all keys together, without replicas. */
  datasetMebibytes: z.int().positive(),
  /** Mebibytes of memory a node may use in all; 75 % of it are for data. */
  nodeMemoryMebibytes: z.int().min(16),
  /** Masters the slots are divided over. A cluster needs three for a majority. */
  shards: z.int().min(3).max(500),
  /** Copies of each shard. Without one, a lost master loses its shard. */
  replicasPerShard: z.int().min(1).max(5),
});

/** No backups, and why that is right here. */
const noBackup = z.strictObject({ kind: z.literal('none'), reason: z.string().trim().min(10) });
const backup = z.discriminatedUnion('kind', [noBackup]);

/** No alerts, and why that is right here. */
const noAlerting = z.strictObject({ kind: z.literal('none'), reason: z.string().trim().min(10) });
const alerting = z.discriminatedUnion('kind', [noAlerting]);

/** Requests that one subject may make. */
const rateLimit = z.strictObject({
  /** Requests a window. */
  quota: z.int().min(1).max(1_000_000),
  windowSeconds: z.int().min(1).max(86_400),
});

/** The api and worker pair. */
const application = z.strictObject({
  /** Processes of the api. */
  apiProcesses: z.int().min(1).max(5),
  /** Processes of the worker. */
  workerProcesses: z.int().min(1).max(5),
  /** Most orders a worker effects in one statement. */
  workerBatchSize: z.int().min(1).max(1_000),
  /** Longest time the handling of one order may take, in milliseconds; redelivery waits longer than that. */
  handlerTimeoutMilliseconds: z.int().min(100).max(600_000),
  /** Tries an order gets before it becomes a dead letter. */
  maxAttempts: z.int().min(1).max(100),
  /** Longest time a request waits for Redis before it goes on without it, in milliseconds. */
  redisDeadlineMilliseconds: z.int().min(10).max(60_000),
  /** Connections of one process to Postgres. */
  databasePoolSize: z.int().min(2).max(100),
  session: z.strictObject({
    /** A session ends after this time without a request. */
    idleSeconds: z.int().min(60),
    /** A session ends after this time in any case. */
    absoluteSeconds: z.int().min(60),
  }),
  rateLimits: z.strictObject({
    /** Logins for each client address and user name. */
    login: rateLimit,
    /** Requests of each client to resources and orders. */
    default: rateLimit,
  }),
});

const tagName = z.string().regex(/^[A-Za-z][\w.:/=+@-]{0,127}$/);

export const environmentSchema = z.strictObject({
  /** Lower-case letters, digits and hyphens, at most 20; the first part of every stack's name. */
  name: z.string().regex(/^[a-z](?:[a-z0-9-]{0,18}[a-z0-9])?$/),
  /** AWS region, or `local` for this machine. */
  region: z.string().regex(/^(?:local|[a-z]{2}(?:-[a-z]+)+-\d)$/),
  /** AWS account the environment lives in; absent for `local`. */
  accountId: z
    .string()
    .regex(/^\d{12}$/)
    .optional(),
  platform,
  capacity,
  backup,
  alerting,
  application,
  /** Tags of every resource that takes tags. */
  tags: z.record(tagName, z.string().max(256)),
});

/** A validated environment. */
export type Environment = DeepReadonly<z.output<typeof environmentSchema>>;

/** What an environment's file states. */
export type EnvironmentInput = DeepReadonly<z.input<typeof environmentSchema>>;

/** Settings of the platform `local-processes`. */
export type LocalProcesses = Extract<Environment['platform'], { kind: 'local-processes' }>;

/** The same value, unchangeable at every level. */
export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/**
 * Validates an environment.
 *
 * @throws ViolationsError listing every violation with setting, value, what is allowed and the remedy
 */
export function parseEnvironment(input: unknown): Environment {
  const name = typeof input === 'object' && input !== null && 'name' in input ? String(input.name) : '(no name)';
  const parsed = environmentSchema.safeParse(input);
  if (!parsed.success) {
    throwViolations(`environment '${name}'`, violationsOf(parsed.error, environmentSchema, input));
  }
  const environment = parsed.data as Environment;
  throwViolations(
    `environment '${name}'`,
    rules.flatMap((rule) => rule(environment)),
  );
  return environment;
}

/** A rule over several settings; the schema covers single ones. */
type Rule = (environment: Environment) => readonly Violation[];

const rules: readonly Rule[] = [
  datasetFits,
  localPlatformIsLocal,
  localNodesHavePorts,
  poolsFit,
  sessionTimesAreOrdered,
];

function datasetFits({ capacity: { datasetMebibytes, nodeMemoryMebibytes, shards } }: Environment): Violation[] {
  const plannable = plannableMebibytes({ nodeMemoryMebibytes, shards });
  return datasetMebibytes <= plannable
    ? []
    : [
        {
          setting: 'capacity.datasetMebibytes',
          value: datasetMebibytes,
          expected: `at most ${plannable}: 80 % of ${shards} shards × ${nodeMemoryMebibytes} MiB × 75 %`,
          remedy: 'Raise capacity.nodeMemoryMebibytes or capacity.shards, or expect less data',
        },
      ];
}

function localPlatformIsLocal({ region, accountId, platform: { kind } }: Environment): Violation[] {
  const violations: Violation[] = [];
  if (region !== 'local') {
    violations.push({
      setting: 'region',
      value: region,
      expected: `'local', where the platform ${kind} runs`,
      remedy: "Set region to 'local'",
    });
  }
  if (accountId !== undefined) {
    violations.push({
      setting: 'accountId',
      value: accountId,
      expected: `none: the platform ${kind} uses no AWS account`,
      remedy: 'Remove accountId',
    });
  }
  return violations;
}

function localNodesHavePorts({ capacity: { shards, replicasPerShard } }: Environment): Violation[] {
  const nodes = shards * (1 + replicasPerShard);
  return nodes <= 9
    ? []
    : [
        {
          setting: 'capacity.shards',
          value: shards,
          expected: `at most 9 nodes on one machine; ${shards} shards with ${replicasPerShard} replicas are ${nodes}`,
          remedy: 'Lower capacity.shards or capacity.replicasPerShard',
        },
      ];
}

function poolsFit({ platform: { databaseMaxConnections }, application: app }: Environment): Violation[] {
  const needed = (app.apiProcesses + app.workerProcesses) * app.databasePoolSize + 5;
  return needed <= databaseMaxConnections
    ? []
    : [
        {
          setting: 'platform.databaseMaxConnections',
          value: databaseMaxConnections,
          expected: `at least ${needed}: the pools of all processes and 5 for administration`,
          remedy: 'Raise platform.databaseMaxConnections or lower application.databasePoolSize',
        },
      ];
}

function sessionTimesAreOrdered({ application: { session } }: Environment): Violation[] {
  return session.idleSeconds <= session.absoluteSeconds
    ? []
    : [
        {
          setting: 'application.session.idleSeconds',
          value: session.idleSeconds,
          expected: `at most application.session.absoluteSeconds (${session.absoluteSeconds})`,
          remedy: 'Lower the idle time or raise the absolute one',
        },
      ];
}

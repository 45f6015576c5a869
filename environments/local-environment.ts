/** An environment on this machine: Redis, Postgres and the application as processes on loopback; needs no cloud. */
import { z } from 'zod';
import { plannableMebibytes } from '../constructs/redis/capacity';
import type { Violation } from '../constructs/validation/violations';
import { applicationSettings } from './application-settings';
import { commonSettings, datasetMebibytes } from './common-settings';
import type { DeepReadonly } from './environment';
import { none } from './setting-forms';

const localProcesses = z.strictObject({
  kind: z.literal('local-processes'),
  /** First of a block of 50 TCP ports on loopback, all of which must be free. */
  firstPort: z.int().min(1024).max(65_486),
  /** Milliseconds without an answer after which a Redis node counts as failing; see `ClusterMode`. */
  nodeTimeoutMilliseconds: z.int().min(500).max(60_000),
  /** Mebibytes of memory a node may use in all; 75 % of it are for data. */
  nodeMemoryMebibytes: z.int().min(16),
  /** Masters the slots are divided over. A cluster needs three for a majority. */
  shards: z.int().min(3).max(500),
  /** Copies of each shard. Without one, a lost master loses its shard. */
  replicasPerShard: z.int().min(1).max(5),
  /** Connections Postgres accepts; the api and the worker each take their pool's size a process. */
  databaseMaxConnections: z.int().min(10).max(500),
});

export const localEnvironmentSchema = z.strictObject({
  ...commonSettings,
  region: z.literal('local'),
  platform: localProcesses,
  capacity: z.strictObject({ datasetMebibytes }),
  backup: z.discriminatedUnion('kind', [none]),
  alerting: z.discriminatedUnion('kind', [
    /** Alerts go to a process on this machine, which keeps and shows them. */
    z.strictObject({ kind: z.literal('local-receiver') }),
  ]),
  observability: z.strictObject({
    /** Seconds between two scrapes. */
    scrapeSeconds: z.int().min(1).max(60),
    /** By how much windows and waits of alerts are shorter than on a platform that people depend on. */
    speed: z.number().min(1).max(60),
  }),
  application: applicationSettings,
  console: z.strictObject({
    /** Names of the users who may act on the console; everybody may look. */
    operators: z.array(z.string().regex(/^[^,]+$/)),
  }),
});

export type LocalEnvironment = DeepReadonly<z.output<typeof localEnvironmentSchema>>;

/** A rule over several settings; the schema covers single ones. */
type Rule = (environment: LocalEnvironment) => readonly Violation[];

const rules: readonly Rule[] = [datasetFits, localNodesHavePorts, poolsFit, sessionTimesAreOrdered];

/** What is wrong with settings that each are right. */
export function localViolations(environment: LocalEnvironment): Violation[] {
  return rules.flatMap((rule) => rule(environment));
}

function datasetFits({
  capacity: { datasetMebibytes: expectedMebibytes },
  platform: { nodeMemoryMebibytes, shards },
}: LocalEnvironment): Violation[] {
  const plannable = plannableMebibytes({ nodeMemoryMebibytes, shards });
  return expectedMebibytes <= plannable
    ? []
    : [
        {
          setting: 'capacity.datasetMebibytes',
          value: expectedMebibytes,
          expected: `at most ${plannable}: 80 % of ${shards} shards × ${nodeMemoryMebibytes} MiB × 75 %`,
          remedy: 'Raise platform.nodeMemoryMebibytes or platform.shards, or expect less data',
        },
      ];
}

function localNodesHavePorts({ platform: { shards, replicasPerShard } }: LocalEnvironment): Violation[] {
  const nodes = shards * (1 + replicasPerShard);
  return nodes <= 9
    ? []
    : [
        {
          setting: 'platform.shards',
          value: shards,
          expected: `at most 9 nodes on one machine; ${shards} shards with ${replicasPerShard} replicas are ${nodes}`,
          remedy: 'Lower platform.shards or platform.replicasPerShard',
        },
      ];
}

function poolsFit({ platform: { databaseMaxConnections }, application: app }: LocalEnvironment): Violation[] {
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

function sessionTimesAreOrdered({ application: { session } }: LocalEnvironment): Violation[] {
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

/** This machine: the whole platform as processes on loopback, for a first look, development and tests. */
import { throwViolations } from '../constructs/validation/violations';
import type { LocalEnvironment } from './local-environment';

const defaultFirstPort = 7100;

/**
 * The environment `local`.
 *
 * @param variables `LOCAL_FIRST_PORT` moves its block of 50 ports, so that two checkouts can run side by side. @default 7100
 * @throws ViolationsError if `LOCAL_FIRST_PORT` is no number
 */
export function localEnvironment(variables: Readonly<Record<string, string | undefined>>): LocalEnvironment {
  return {
    name: 'local',
    region: 'local',
    platform: {
      kind: 'local-processes',
      firstPort: firstPort(variables.LOCAL_FIRST_PORT),
      // Short, so that a failover on a quiet machine is over in seconds; real platforms keep 15 s.
      nodeTimeoutMilliseconds: 3_000,
      nodeMemoryMebibytes: 128,
      shards: 3,
      replicasPerShard: 1,
      databaseMaxConnections: 60,
    },
    capacity: { datasetMebibytes: 128 },
    backup: { kind: 'none', reason: 'The data is made up and goes with the environment' },
    alerting: { kind: 'local-receiver' },
    // Five minutes are a quarter of one, so that an alert and its end come while somebody looks.
    observability: { scrapeSeconds: 2, speed: 20 },
    application: {
      apiProcesses: 2,
      workerProcesses: 2,
      workerBatchSize: 100,
      handlerTimeoutMilliseconds: 5_000,
      maxAttempts: 3,
      redisDeadlineMilliseconds: 1_000,
      databasePoolSize: 8,
      session: { idleSeconds: 1_800, absoluteSeconds: 43_200 },
      rateLimits: { login: { quota: 20, windowSeconds: 60 }, default: { quota: 20_000, windowSeconds: 10 } },
    },
    console: { operators: ['user-1'] },
    tags: { project: 'redis-platform', environment: 'local' },
  };
}

function firstPort(text: string | undefined): number {
  if (text === undefined || text === '') return defaultFirstPort;
  const isNumber = /^\d{1,5}$/.test(text);
  throwViolations(
    "environment 'local'",
    isNumber
      ? []
      : [
          {
            setting: 'LOCAL_FIRST_PORT',
            value: text,
            expected: 'a port number from 1024 to 65486',
            remedy: `Set it to the first of 50 free ports, or unset it for ${defaultFirstPort}`,
          },
        ],
  );
  return Number(text);
}

/** Settings of the worker. */
import type { z } from 'zod';
import { cacheTtlMilliseconds, commonVariables, integer } from '../service/settings';

/** What the worker is told beside what every program is. */
export const workerVariables = commonVariables.extend({
  /** Orders in one call of the handler, which effects them in one statement. */
  WORKER_BATCH_SIZE: integer(1, 1_000).default(100),
  /** Calls of the handler at the same time; each takes a connection to Postgres. */
  WORKER_CONCURRENCY: integer(1, 100).default(2),
  /** Longest time one call may take. */
  HANDLER_TIMEOUT_MILLISECONDS: integer(100, 600_000).default(30_000),
  /** Attempts after which an order becomes a dead letter. */
  MAX_ATTEMPTS: integer(1, 100).default(5),
  /** Pause before the second attempt; doubled for each further one. */
  RETRY_DELAY_MILLISECONDS: integer(10, 600_000).default(1_000),
  /** Age from which an order that has no effect yet is put on the queue again. */
  OUTBOX_REPLAY_AFTER_MILLISECONDS: integer(1_000, 86_400_000).default(10_000),
  /** That of the api. */
  CACHE_TTL_MILLISECONDS: cacheTtlMilliseconds,
  /** How long the lead outlives a leader that died. */
  LEADER_TTL_MILLISECONDS: integer(1_000, 300_000).default(10_000),
});

export type WorkerSettings = z.output<typeof workerVariables>;

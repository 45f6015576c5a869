/** The api and worker pair, on whichever platform. */
import { z } from 'zod';
import type { DeepReadonly } from './environment';

/** Requests that one subject may make. */
const rateLimit = z.strictObject({
  /** Requests a window. */
  quota: z.int().min(1).max(1_000_000),
  windowSeconds: z.int().min(1).max(86_400),
});

/** What both programs are told, however many of them run. */
export const programSettings = z.strictObject({
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

export type ProgramSettings = DeepReadonly<z.output<typeof programSettings>>;

/** The pair as processes of one machine. */
export const applicationSettings = z.strictObject({
  /** Processes of the api. */
  apiProcesses: z.int().min(1).max(5),
  /** Processes of the worker. */
  workerProcesses: z.int().min(1).max(5),
  ...programSettings.shape,
});

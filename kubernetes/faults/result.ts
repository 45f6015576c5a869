/** What was measured of a fault, and where it is kept. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { Fault } from './fault';

const count = z.int().min(0);

const measured = {
  accepted: count,
  unanswered: count,
  lost: count,
  twice: count,
  lostSessions: count,
  /** How often what clients repeated was answered by which code, or by which error. */
  repeated: z.record(z.string(), count),
  /** Load of the machine in its last minute, for each processor: above 1, what is measured waits for processors. */
  machineLoad: z.number(),
  /** Longest time without any acceptance. */
  pauseMilliseconds: count,
  /** Longest time that a client waited for an answer, with its repetitions. */
  waitMilliseconds: count,
  /** Longest time from acceptance to effect. */
  fulfilmentMilliseconds: count,
  /** From the end of what is done; absent if the platform did not become steady. */
  steadySeconds: count.optional(),
  /** From the steady platform until all masters were back in their pods; absent if none was away. */
  returnedSeconds: count.optional(),
  /** Whether the pod of Postgres was replaced. @default false */
  databaseMoved: z.boolean().optional(),
  restarts: z.strictObject({ containers: count, pods: count }),
  /** What is wrong. */
  findings: z.array(z.string()),
};

const resultSchema = z.strictObject({
  fault: z.string(),
  environment: z.string(),
  platform: z.enum(['bitnami-cluster', 'bitnami-sentinel']),
  date: z.iso.datetime(),
  versions: z.strictObject({ redis: z.string(), kubernetes: z.string() }),
  verdict: z.enum(['passed', 'failed']),
  ...measured,
});

export type Result = Readonly<z.output<typeof resultSchema>>;

type Whole = Omit<Result, 'findings' | 'fault' | 'environment' | 'platform' | 'date' | 'versions' | 'verdict'>;

export type Measured = Whole & { readonly findings: readonly string[] };

/** What is wrong with what was measured, beside what was found already: bounds that a fault's promises set. */
export function brokenPromises({ promises }: Pick<Fault, 'promises'>, row: Measured): readonly string[] {
  const { steadySeconds, pauseSeconds: usual, pauseSecondsWithDatabase = usual } = promises;
  const pauseSeconds = row.databaseMoved === true ? pauseSecondsWithDatabase : usual;
  return [
    ...(row.accepted > 0 ? [] : ['no order was accepted']),
    ...(row.lost > 0 ? [`${row.lost} orders are lost`] : []),
    ...(row.twice > 0 ? [`${row.twice} too many`] : []),
    ...(row.pauseMilliseconds > pauseSeconds * 1_000
      ? [`no order was accepted for ${row.pauseMilliseconds} ms; promised are ${pauseSeconds} s at most`]
      : []),
    ...(row.steadySeconds === undefined ? ['the platform did not become steady'] : []),
    ...((row.steadySeconds ?? 0) > steadySeconds
      ? [`steady after ${row.steadySeconds ?? 0} s; promised are ${steadySeconds} s at most`]
      : []),
  ];
}

export const resultsFolder = path.join(__dirname, 'results');

const fileOf = (folder: string, environment: string, fault: string) =>
  path.join(folder, `${environment}-${fault}.json`);

/** Keeps a result in the place of the one before. */
export function writeResult(folder: string, result: Result): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(folder, result.environment, result.fault), `${JSON.stringify(result, undefined, 2)}\n`);
}

/** All results that are kept. @throws Error for a file of another form */
export function readResults(folder: string): readonly Result[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => resultSchema.parse(JSON.parse(readFileSync(path.join(folder, name), 'utf8'))));
}

/** One run of the exercise: from options to rows. */
import { randomBytes } from 'node:crypto';
import { Api } from './api';
import type { ExerciseOptions } from './arguments';
import type { Check } from './check';
import { formatNumber } from './findings';
import { HttpClient } from './http-client';
import { Logins } from './logins';
import { runChecks, type Row } from './runner';
import { Unexpected } from './unexpected';

export interface Outcome {
  readonly rows: readonly Row[];
  /** Checks that a failed gate kept from running. */
  readonly notRun: number;
  readonly milliseconds: number;
  /** Random part of every id that the run made up. */
  readonly runId: string;
  /** What it left in the platform, such as `1,000 orders`. */
  readonly left: readonly string[];
  /** 0 if it proved everything, else 1. */
  readonly exitCode: 0 | 1;
}

export interface ExerciseInput {
  readonly options: ExerciseOptions;
  readonly checks: readonly Check[];
  /** Hears a line about each step. */
  readonly progress: (text: string) => void;
  /** Ends the run before its time. */
  readonly interrupted?: AbortSignal;
}

/** Rows are all there is to know: it never throws because of what it finds. */
export async function exercise({ options, checks, progress, interrupted }: ExerciseInput): Promise<Outcome> {
  const startedAt = performance.now();
  const end = new AbortController();
  const client = new HttpClient({
    ...(options.ca === undefined ? {} : { ca: options.ca }),
    // All reads of the stampede are in flight at once.
    maxSocketsPerOrigin: Math.ceil(Math.max(options.stampede, 200) / options.urls.length),
  });
  const cutOff = (expected: string, seen: string) => {
    const reason = new Unexpected(expected, seen);
    end.abort(reason);
    client.close(reason);
  };
  const timer = setTimeout(
    () => cutOff(`the whole run within ${options.timeoutSeconds} s`, 'not finished by then; see --timeout-seconds'),
    options.timeoutSeconds * 1_000,
  );
  const onInterruption = () => cutOff('to be run to its end', 'interrupted');
  interrupted?.addEventListener('abort', onInterruption, { once: true });

  const api = new Api(client, options.urls);
  const { username, password, orders, stampede } = options;
  const logins = new Logins({ api, username, password, signal: end.signal, progress });
  const left = new Map<string, number>();
  const leaves = (what: string, count: number) => void left.set(what, (left.get(what) ?? 0) + count);
  const runId = randomBytes(4).toString('hex');
  const context = { api, logins, runId, orders, stampede, signal: end.signal, progress, leaves };
  try {
    const rows = await runChecks({ checks, only: options.only, context, onRow: (row) => progress(describe(row)) });
    await logins.close();
    const chosen = checks.filter(({ gate, capability }) => gate === true || options.only.includes(capability));
    return {
      rows,
      notRun: chosen.length - rows.length,
      milliseconds: Math.round(performance.now() - startedAt),
      runId,
      left: [...left].map(([what, count]) => `${formatNumber(count)} ${what}${count === 1 ? '' : 's'}`),
      exitCode: rows.every(({ result }) => result === 'passed' || (result === 'skipped' && options.allowSkips)) ? 0 : 1,
    };
  } finally {
    clearTimeout(timer);
    interrupted?.removeEventListener('abort', onInterruption);
    client.close(new Error('the run is over'));
  }
}

function describe({ capability, proves, result, milliseconds }: Row): string {
  return `${result.padEnd(7)} ${capability}: ${proves} (${formatNumber(milliseconds)} ms)`;
}

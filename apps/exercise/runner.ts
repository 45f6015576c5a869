/** Runs checks one after the other, those that mostly wait beside them, and makes a row of each. */
import { capabilities, type Capability, type Check, type CheckContext } from './check';
import { CannotTell, Unexpected } from './unexpected';

export type Result = 'passed' | 'failed' | 'skipped';

/** What the table tells of a check. */
export interface Row {
  readonly id: string;
  readonly capability: Capability;
  readonly proves: string;
  readonly expected: string;
  /** What was seen; why, if it was skipped. */
  readonly seen: string;
  readonly milliseconds: number;
  readonly result: Result;
}

export interface RunnerOptions {
  readonly checks: readonly Check[];
  readonly only: readonly Capability[];
  readonly context: CheckContext;
  /** Hears of every row as soon as it is there. */
  readonly onRow: (row: Row) => void;
}

type Verdict = Pick<Row, 'result' | 'expected' | 'seen'>;

/**
 * One row for each chosen check, by capability; the rows end with a gate that fails. Never throws because of what a check
 * finds.
 */
export async function runChecks({ checks, only, context, onRow }: RunnerOptions): Promise<Row[]> {
  const rows: Promise<Row>[] = [];
  for (const check of checks) {
    if (check.gate !== true && !only.includes(check.capability)) continue;
    const startedAt = performance.now();
    const row = judge(check, context).then((found) => {
      const { id, capability, proves } = check;
      const milliseconds = Math.round(performance.now() - startedAt);
      const made: Row = { id, capability, proves, milliseconds, ...found };
      onRow(made);
      return made;
    });
    rows.push(row);
    if (check.background === true) context.progress(`${check.capability}: ${check.proves} (beside the others)`);
    else if ((await row).result === 'failed' && check.gate === true) break;
  }
  const made = await Promise.all(rows);
  const order = checks.toSorted((a, b) => Number(a.background === true) - Number(b.background === true));
  return capabilities.flatMap((capability) =>
    order.flatMap(({ id }) => made.filter((row) => row.id === id && row.capability === capability)),
  );
}

async function judge(check: Check, context: CheckContext): Promise<Verdict> {
  const { api, signal } = context;
  try {
    const { passed, expected, seen } = await endedBy(signal, () => check.run(context));
    if (passed && check.crossProcess === true && api.instances.length < 2) {
      return { result: 'skipped', expected, seen: `${api.oneInstance}: ${seen}` };
    }
    return { result: passed ? 'passed' : 'failed', expected, seen };
  } catch (error) {
    if (error instanceof CannotTell) return { result: 'skipped', expected: '', seen: error.message };
    if (error instanceof Unexpected) return { result: 'failed', expected: error.expected, seen: error.seen };
    const seen = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { result: 'failed', expected: 'a verdict', seen };
  }
}

/** Time for a check to say what it was waiting for when the run is cut off. */
const lastWordsMilliseconds = 1_000;

/** The task's result, or the signal's reason soon after it aborts, also if the task does not notice. */
async function endedBy<Value>(signal: AbortSignal, task: () => Promise<Value>): Promise<Value> {
  signal.throwIfAborted();
  let onAbort: () => void = () => undefined;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => setTimeout(() => reject(signal.reason as Error), lastWordsMilliseconds);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([task(), aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** The command line of the exercise; `--help` tells its options. */
import { readArguments, usage, UsageError } from './arguments';
import { allChecks } from './checks/all';
import { exercise, type Outcome } from './exercise';
import { renderSummary, renderTable } from './table';

const interruptedExitCode = 130;

async function main(): Promise<void> {
  const options = readArguments(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(usage);
    return;
  }
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt);
  process.once('SIGTERM', interrupt);
  const progress = (text: string) => process.stderr.write(`exercise: ${text}\n`);
  const outcome = await exercise({ options, checks: allChecks(), progress, interrupted: interruption.signal });
  process.stdout.write(`${options.json ? renderJson(outcome) : render(outcome)}\n`);
  process.exitCode = interruption.signal.aborted ? interruptedExitCode : outcome.exitCode;
}

function render({ rows, notRun, milliseconds, runId, left }: Outcome): string {
  const { isTTY, columns } = process.stdout;
  const color = isTTY && (process.env.NO_COLOR ?? '') === '';
  const width = isTTY ? Math.min(Math.max(columns, 80), 140) : 100;
  return [
    renderTable(rows, { width, color }),
    renderSummary(rows, milliseconds, color),
    ...(notRun === 0 ? [] : [`Not run, because the api has to answer first: ${notRun} checks.`]),
    left.length === 0 ? 'Left nothing behind.' : `Left behind (exercise-${runId}): ${left.join(', ')}.`,
  ].join('\n');
}

function renderJson({ exitCode, ...outcome }: Outcome): string {
  return JSON.stringify({ passed: exitCode === 0, ...outcome }, null, 2);
}

main().catch((error: unknown) => {
  if (error instanceof UsageError) {
    for (const line of error.message.split('\n')) console.error(`exercise: ${line}`);
    console.error('exercise: --help tells all options');
    process.exitCode = 2;
    return;
  }
  console.error(`exercise: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exitCode = 1;
});

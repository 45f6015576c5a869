/**
 * Checks a synthesis by Checkov: `npm run checkov [folder]`. Exit code 1 if a check fails that `checkov-skips.ts`
 * doesn't name, if an entry of it isn't needed, or if a file can't be read.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { assessCheckov, checkedResources, renderAssessment, type CheckovOutput } from './checkov-assessment';
import { checkovSkips } from './checkov-skips';

const program = path.resolve(__dirname, '../scripts/checkov.sh');
const mostOutputBytes = 256 * 1024 * 1024;

function main(folder = 'cdktf.out', ...others: readonly string[]): void {
  if (others.length > 0) throw new Error(`npm run checkov takes one folder; '${others.join(' ')}' is too much`);
  const stacksFolder = path.join(folder, 'stacks');
  if (!existsSync(stacksFolder)) {
    throw new Error(`${folder} holds no synthesis: run npx cdktf synth, or name the folder that does`);
  }
  const output = check(folder);
  if (output.summary.parsing_errors > 0) throw new Error(`Checkov could not read a file of ${folder}`);
  const assessment = assessCheckov(
    output,
    checkovSkips,
    readdirSync(stacksFolder).flatMap((stack) => resourcesOf(stacksFolder, stack)),
  );
  console.log(`${output.summary.passed} passed, ${renderAssessment(assessment)}`);
  if (assessment.failed.length + assessment.unused.length > 0) process.exitCode = 1;
}

function resourcesOf(folder: string, stack: string): string[] {
  const text = readFileSync(path.join(folder, stack, 'cdk.tf.json'), 'utf8');
  return checkedResources(stack, JSON.parse(text) as { readonly resource?: object });
}

/** Local files only: `--skip-download` keeps Checkov from asking its vendor's service. */
function check(folder: string): CheckovOutput {
  const text = execFileSync(
    program,
    [
      '-d',
      folder,
      '--framework',
      'terraform_json',
      '--skip-download',
      '--compact',
      '--quiet',
      '--soft-fail',
      '-o',
      'json',
    ],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: mostOutputBytes },
  );
  return JSON.parse(text) as CheckovOutput;
}

try {
  main(...process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

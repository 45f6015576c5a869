/**
 * Terraform with its providers played from their schemas, where the folder that `TERRAFORM_REHEARSAL` names has it. Tests
 * that need it are skipped elsewhere, and say so.
 */
import { spawnSync } from 'node:child_process';
import { homedir } from 'node:os';
import path from 'node:path';

const { TERRAFORM_REHEARSAL: folder = '', JEST_WORKER_ID: worker = '1' } = process.env;

// What the rehearsal builds at its first use, and the file that Terraform reads it by, are written without a lock.
if (worker !== '1') process.env.REHEARSAL_HOME ??= path.join(homedir(), `.cache/terraform-rehearsal-${worker}`);

/** `test`, or what skips it with a warning where there is no rehearsal. */
export const rehearsalTest: jest.It = folder === '' ? skipLoudly() : test;

function skipLoudly(): jest.It {
  console.warn('TERRAFORM_REHEARSAL is not set: the tests that deploy to a rehearsed cloud are SKIPPED.');
  return test.skip;
}

type Program = 'rehearse' | 'rehearse-stacks' | 'check-values';

/** Path of a program of the rehearsal. */
export const rehearsalProgram = (program: Program) => path.join(folder, program);

/** How a program ended, and all it printed. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Runs a program of the rehearsal. */
export function rehearse(program: Program, ...options: readonly string[]): Outcome {
  const { status, stdout, stderr, error } = spawnSync(rehearsalProgram(program), options, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

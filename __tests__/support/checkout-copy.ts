/**
 * A copy of this checkout in a temporary folder, for tests that deploy: they must not touch a platform that someone
 * deployed from here. `node_modules` is linked, everything else is copied.
 */
import { execFile, execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isFree } from '../../apps/local-platform/ports';

const root = path.resolve(__dirname, '../..');

export interface CommandResult {
  readonly exitCode: number;
  /** What it printed, to either stream, without colours. */
  readonly output: string;
}

export interface CheckoutCopy {
  readonly directory: string;
  /** First of the 50 ports its platform uses. */
  readonly firstPort: number;
  /** Runs the CDKTF CLI in the copy, for the environment `local`. */
  cdktf(...args: string[]): Promise<CommandResult>;
  /** Runs a program in the copy. */
  run(program: string, ...args: string[]): Promise<CommandResult>;
  remove(): void;
}

/** Copies every file that git knows or would add. */
export async function copyCheckout(): Promise<CheckoutCopy> {
  // As on a machine where the checkout is nobody else's business: mkdtemp makes the folder 0700.
  const directory = mkdtempSync(path.join(tmpdir(), 'checkout-'));
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: root });
  for (const file of listed.toString().split('\0').filter(Boolean)) {
    if (!existsSync(path.join(root, file))) continue;
    mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
    copyFileSync(path.join(root, file), path.join(directory, file));
  }
  symlinkSync(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  const firstPort = await freePortBlock();
  const environment = {
    ...process.env,
    ENVIRONMENT: 'local',
    LOCAL_FIRST_PORT: String(firstPort),
    CI: '1',
    CHECKPOINT_DISABLE: '1',
    FORCE_COLOR: '0',
  };
  const run = (program: string, ...args: string[]) => runIn(directory, environment, program, args);
  return {
    directory,
    firstPort,
    run,
    cdktf: (...args) => run(path.join(directory, 'node_modules/.bin/cdktf'), ...args),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

function runIn(cwd: string, env: NodeJS.ProcessEnv, program: string, args: readonly string[]): Promise<CommandResult> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env, maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      // eslint-disable-next-line no-control-regex -- colours and cursor movements are control sequences
      const output = `${stdout}${stderr}`.replace(/\x1b\[[0-9;]*[A-Za-z]/g, '');
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output });
    });
  });
}

/** Start of 50 ports in a row that nothing listens on, below the range from which the system picks ports by itself. */
async function freePortBlock(): Promise<number> {
  for (let first = 20_000 + 50 * Math.floor(Math.random() * 150); first < 32_000; first += 50) {
    const free = await Promise.all(Array.from({ length: 50 }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
  throw new Error('there are no 50 free ports in a row between 20000 and 32000');
}

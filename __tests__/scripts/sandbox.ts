/** A temporary machine for testing the shell scripts: a checkout, and a PATH that holds only the commands a test names. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const repository = path.resolve(__dirname, '../..');

/** Commands of the real machine that the scripts may use: they change nothing but files of the sandbox. */
const realCommands =
  'basename bash cat chmod cksum cp dirname env find grep head kill mkdir mktemp ps paste renice rm rmdir sed sh sleep sort touch tr true wc'.split(
    ' ',
  );

const folders = (process.env.PATH ?? '').split(path.delimiter);

/** What a finished script left. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A script that runs: `wrote` waits for a text in its stderr, `outcome` for its end. */
export interface RunningScript {
  readonly processId: number;
  wrote(text: string): Promise<void>;
  readonly outcome: Promise<Outcome>;
}

/** See the module's description. Paths are absolute. */
export interface Sandbox {
  readonly folder: string;
  readonly checkout: string;
  /** Makes a command: a shell script with `body`, which may use $SANDBOX and `log`, or none if the body is undefined. */
  command(name: string, body: string | undefined): void;
  /** Links a command of the real machine. */
  realCommand(name: string): void;
  /** Writes a file of the checkout, with its folders. */
  write(file: string, content: string): void;
  /** Copies a file of the repository into the checkout. */
  copy(file: string): void;
  has(file: string): boolean;
  read(file: string): string;
  /** What the commands logged, one line a call. */
  calls(): string[];
  run(script: string, args?: readonly string[], environment?: Readonly<Record<string, string>>): Outcome;
  start(script: string, args?: readonly string[]): RunningScript;
  remove(): void;
}

function findCommand(name: string): string | undefined {
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

function startScript(file: string, args: readonly string[], environment: NodeJS.ProcessEnv): RunningScript {
  const child = spawn(file, args, { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return {
    processId: child.pid ?? fail(`${file} did not start`),
    outcome: new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr }))),
    wrote: (text) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (stderr.includes(text)) resolve();
        };
        child.stderr.on('data', look);
        child.on('close', () => reject(new Error(`ended without writing "${text}": ${stderr}`)));
        look();
      }),
  };
}

function fail(message: string): never {
  throw new Error(message);
}

/** Makes a sandbox; remove it after the test. */
export function createSandbox(): Sandbox {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'redis-platform-scripts-')));
  const checkout = path.join(folder, 'checkout');
  const bin = path.join(folder, 'bin');
  const log = path.join(folder, 'calls');
  mkdirSync(checkout);
  mkdirSync(bin);

  const inCheckout = (file: string) => path.join(checkout, file);
  const write = (file: string, content: string) => {
    mkdirSync(path.dirname(inCheckout(file)), { recursive: true });
    writeFileSync(inCheckout(file), content);
  };
  const environment = {
    PATH: bin,
    HOME: folder,
    TMPDIR: folder,
    SANDBOX: folder,
    SETUP_POLICY_FILE: path.join(folder, 'policy'),
  };
  const sandbox: Sandbox = {
    folder,
    checkout,
    write,
    command: (name, body) => {
      const file = name.includes('/') ? inCheckout(name) : path.join(bin, name);
      rmSync(file, { force: true });
      if (body === undefined) return;
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, `#!/bin/sh\nlog() { echo "$@" >>"$SANDBOX/calls"; }\n${body}\n`);
      chmodSync(file, 0o755);
    },
    realCommand: (name) => {
      const target = findCommand(name) ?? fail(`the tests need the command ${name}`);
      symlinkSync(target, path.join(bin, name));
    },
    copy: (file) => {
      mkdirSync(path.dirname(inCheckout(file)), { recursive: true });
      copyFileSync(path.join(repository, file), inCheckout(file));
    },
    has: (file) => existsSync(inCheckout(file)),
    read: (file) => readFileSync(inCheckout(file), 'utf8'),
    calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trimEnd().split('\n') : []),
    run: (script, args = [], extra = {}) =>
      spawnSync(inCheckout(script), args, {
        env: { ...environment, ...extra },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    start: (script, args = []) => startScript(inCheckout(script), args, environment),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  for (const name of realCommands) sandbox.realCommand(name);
  return sandbox;
}

/** Waits until `condition` holds. Jest's own time limit ends a wait in vain. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}

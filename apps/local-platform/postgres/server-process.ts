import { execFileSync } from 'node:child_process';
import { readFileSync, realpathSync, rmSync } from 'node:fs';
import path from 'node:path';
import { isAlive, waitUntil } from '../daemon';
import type { PostgresPaths } from './settings';

export interface ServerProcess {
  readonly pid: number;
  /** Accepts connections: recovery is over. */
  readonly ready: boolean;
}

/**
 * How long each way of stopping may take. Fast: roll back and leave. Immediate: recover at the next start; longer than the
 * 5 s after which the postmaster kills a child that does not leave, as an orphan would keep the next server from starting.
 */
const stopSteps: readonly { readonly signal: NodeJS.Signals; readonly milliseconds: number }[] = [
  { signal: 'SIGINT', milliseconds: 10_000 },
  { signal: 'SIGQUIT', milliseconds: 8_000 },
  { signal: 'SIGKILL', milliseconds: 5_000 },
];

/** Longest time a process takes to be gone once it has let its memory go, in milliseconds. */
const lastMomentsMilliseconds = 2_000;

/**
 * The running server of this data directory, or undefined.
 *
 * postmaster.pid alone does not tell: after a crash or a reboot it names a process that is gone, or worse, one that is
 * somebody else's by now. What identifies ours is its command line, `postgres -D <data>`: unlike a process's working
 * directory it can be read without CAP_SYS_PTRACE, which containers lack.
 */
export function findServer({ data, pidFile }: PostgresPaths): ServerProcess | undefined {
  const lines = readLines(pidFile);
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 1 || !serves(pid, realpathSync(data))) return undefined;
  return { pid, ready: lines[7]?.trim() === 'ready' };
}

/**
 * Removes a postmaster.pid whose process is no Postgres (any more): Postgres would take it for a running server and
 * refuse to start. One that names no process at all is left to Postgres, which looks for orphaned backends with it.
 */
export function removeForeignPidFile({ pidFile }: PostgresPaths): void {
  const pid = Number(readLines(pidFile)[0]);
  if (!Number.isInteger(pid) || pid <= 1) return;
  const command = commandLine(pid);
  if (command !== undefined && path.basename(command[0] ?? '') !== 'postgres') rmSync(pidFile, { force: true });
}

/** Stops the server of this data directory, if one runs: fast, then immediately, then by force. */
export async function stopServer(paths: PostgresPaths): Promise<void> {
  const server = findServer(paths);
  if (server === undefined) return;
  const data = realpathSync(paths.data);
  for (const { signal, milliseconds } of stopSteps) {
    // A frozen (SIGSTOP) process handles a signal only when it goes on.
    if (!send(server.pid, signal) || !send(server.pid, 'SIGCONT')) return;
    if (!(await waitUntil(() => !serves(server.pid, data), milliseconds))) continue;
    // A process that ends has no command line any more some time before it is gone.
    await waitUntil(() => !isAlive(server.pid), lastMomentsMilliseconds);
    return;
  }
  throw new Error(`Postgres (pid ${server.pid}) of ${paths.data} is still there after SIGKILL.`);
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n');
  } catch {
    return [];
  }
}

/** @param data the data directory without symbolic links, as the server was started with */
function serves(pid: number, data: string): boolean {
  const [program, option, directory] = commandLine(pid) ?? [];
  if (program === undefined || path.basename(program) !== 'postgres') return false;
  return option === '-D' && directory === data;
}

/** Program and arguments, empty for a zombie, undefined when there is no such process. */
function commandLine(pid: number): string[] | undefined {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    // ps joins the arguments: the data directory, the last one, may contain spaces.
    const line = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trimEnd();
    const server = /^(.*postgres) -D (.*)$/.exec(line);
    return server === null ? line.split(' ') : [server[1] ?? '', '-D', server[2] ?? ''];
  } catch {
    return undefined;
  }
}

/** @returns false when the process is gone */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

/** Node's code of a system error, such as `EADDRINUSE`. */
export function errorCode(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}

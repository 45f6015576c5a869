/**
 * Processes that outlive the program that starts them: started in a session of their own, recorded in a file, found
 * again and stopped by that record alone.
 */
import { spawn, execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of the platform. Its folder holds its log and the record it is found by. */
export interface Daemon {
  /** Name for messages, such as `redis-1`. */
  readonly name: string;
  /** Working directory of the process; made if missing (mode 0700). */
  readonly directory: string;
}

/** How to start a daemon. Nothing secret belongs in here: other users can read a process's arguments. */
export interface DaemonCommand {
  readonly program: string;
  readonly arguments: readonly string[];
  /** Added to a small environment (PATH, HOME, LANG, TZ); the caller's own variables are not handed on. @default {} */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the process runs with; see `runningRevision`. */
  readonly revision: string;
}

/** What is written about a running process. */
interface DaemonRecord {
  readonly pid: number;
  /** When the kernel says it started: a process id alone may belong to a stranger by now. */
  readonly startedAt: string;
  readonly revision: string;
}

const recordFile = ({ directory }: Daemon) => path.join(directory, 'process.json');

/** File of mode 0600 that takes what the process prints. */
export const logFile = ({ name, directory }: Daemon) => path.join(directory, `${name}.log`);

/** Process id of a daemon that is running, or undefined. */
export function runningPid(daemon: Daemon): number | undefined {
  const record = readRecord(daemon);
  return record && processStart(record.pid) === record.startedAt ? record.pid : undefined;
}

/** What a running daemon was started with, or undefined if it isn't running. */
export function runningRevision(daemon: Daemon): string | undefined {
  return runningPid(daemon) === undefined ? undefined : readRecord(daemon)?.revision;
}

/**
 * Starts a daemon that isn't running.
 *
 * @returns its process id
 * @throws Error if the program can't be started
 */
export async function startDaemon(daemon: Daemon, command: DaemonCommand): Promise<number> {
  mkdirSync(daemon.directory, { recursive: true, mode: 0o700 });
  const log = openSync(logFile(daemon), 'a', 0o600);
  const child = spawn(command.program, command.arguments, {
    cwd: daemon.directory,
    detached: true,
    env: { ...inheritedEnvironment(), ...command.environment },
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) =>
      reject(new Error(`${daemon.name}: can't start ${command.program}: ${error.message}`)),
    );
    child.once('spawn', () => resolve(child.pid ?? 0));
  });
  child.unref();
  const startedAt = processStart(pid) ?? '';
  const record: DaemonRecord = { pid, startedAt, revision: command.revision };
  writeFileSync(`${recordFile(daemon)}.new`, JSON.stringify(record), { mode: 0o600 });
  renameSync(`${recordFile(daemon)}.new`, recordFile(daemon));
  return pid;
}

/**
 * Asks a daemon to end with SIGTERM and waits; after `graceMilliseconds` it is killed. Does nothing if it isn't running.
 *
 * @returns whether it ended by itself in time (or wasn't running)
 */
export async function stopDaemon(daemon: Daemon, graceMilliseconds: number): Promise<boolean> {
  const pid = runningPid(daemon);
  let graceful = true;
  if (pid !== undefined) {
    signal(pid, 'SIGTERM');
    // A stopped (SIGSTOP) process can't handle the signal until it goes on.
    signal(pid, 'SIGCONT');
    graceful = await waitUntil(() => runningPid(daemon) === undefined, graceMilliseconds);
    if (!graceful) {
      signal(pid, 'SIGKILL');
      await waitUntil(() => runningPid(daemon) === undefined, 5_000);
    }
    // Ended, but listed until init collects it: wait a moment, so that nobody finds a leftover.
    await waitUntil(() => !signal(pid, 0), 3_000);
  }
  rmSync(recordFile(daemon), { force: true });
  return graceful;
}

/** Waits for a condition, looking every 20 ms. @returns whether it came true in time */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMilliseconds: number,
): Promise<boolean> {
  const end = performance.now() + timeoutMilliseconds;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() > end) return false;
    await sleep(20);
  }
}

/** The last lines of a daemon's log, for an error message. */
export function logTail(daemon: Daemon, lines = 5): string {
  return existsSync(logFile(daemon))
    ? readFileSync(logFile(daemon), 'utf8').trimEnd().split('\n').slice(-lines).join('\n')
    : '(no log)';
}

function readRecord(daemon: Daemon): DaemonRecord | undefined {
  try {
    return JSON.parse(readFileSync(recordFile(daemon), 'utf8')) as DaemonRecord;
  } catch {
    return undefined;
  }
}

/** Whether there is such a process. One that ended counts as gone, also while init hasn't collected it yet. */
export function isAlive(pid: number): boolean {
  return processStart(pid) !== undefined;
}

/** When a process started, in the kernel's words; undefined if there is none or it is a zombie. */
function processStart(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') {
      // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? undefined : fields[19];
    }
    const [state, ...started] = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/);
    return state === undefined || state.startsWith('Z') ? undefined : started.join(' ');
  } catch {
    return undefined;
  }
}

/** Sends a signal; 0 only looks. @returns whether there is such a process */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}

function inheritedEnvironment(): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

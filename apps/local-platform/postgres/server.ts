import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { findBinaries, type PostgresBinaries } from './binaries';
import { assertPortFree, createDirectory, initialiseData, startServer, waitUntilReady, writeDataFile } from './cluster';
import { fingerprint, renderClientAuthentication, renderPostgresConfiguration } from './configuration';
import { ensureRoles, type PostgresPasswords } from './roles';
import { findServer, stopServer } from './server-process';
import {
  assertReadable,
  postgresPaths,
  readPassword,
  validateSettings,
  type PostgresPaths,
  type PostgresSettings,
} from './settings';
import { findUnprivilegedUser } from './unprivileged';

export interface EnsuredPostgres {
  readonly pid: number;
  readonly action: 'started' | 'restarted' | 'unchanged';
}

/** What a server was started with, so that the next deployment can tell whether it is still what is wanted. */
interface StartRecord {
  readonly pid: number;
  readonly fingerprint: string;
}

interface DesiredServer {
  readonly configuration: string;
  readonly clientAuthentication: string;
  readonly fingerprint: string;
}

/**
 * Brings up one Postgres server with its roles and database, as a daemon that outlives the caller.
 *
 * Idempotent: initialises what is not there, starts what does not run, restarts (fast mode) only a server whose
 * configuration, certificate, key or version changed, and touches nothing otherwise. Existing data is never removed.
 * Everything is checked before anything is changed. One caller at a time per directory.
 *
 * @throws Error naming the setting and the remedy: bad setting, unreadable file, port in use, programs missing, no right
 *   to traverse a folder, a superuser password that does not fit the data
 */
export async function ensurePostgres(settings: PostgresSettings): Promise<EnsuredPostgres> {
  validateSettings(settings);
  const passwords = readPasswords(settings);
  const binaries = findBinaries();
  const desired = desiredServer(settings, binaries);
  const user = findUnprivilegedUser();
  const paths = postgresPaths(settings.directory);

  const running = findServer(paths);
  const record = readRecord(paths);
  const current = running !== undefined && record?.pid === running.pid && record.fingerprint === desired.fingerprint;
  if (current) {
    if (!running.ready) await waitUntilReady(paths);
    await ensureRoles(settings, passwords);
    return { pid: running.pid, action: 'unchanged' };
  }

  if (running === undefined || portOf(paths) !== settings.port) await assertPortFree(settings.port);
  createDirectory(settings.directory);
  initialiseData(settings, paths, binaries, user);
  await stopServer(paths);
  writeDataFile(paths, 'postgresql.conf', desired.configuration, user);
  writeDataFile(paths, 'pg_hba.conf', desired.clientAuthentication, user);
  const pid = await startServer(paths, binaries, user, (started) =>
    writeRecord(paths, { pid: started, fingerprint: desired.fingerprint }),
  );
  await ensureRoles(settings, passwords);
  return { pid, action: running === undefined ? 'started' : 'restarted' };
}

/**
 * Stops the server of `settings.directory` and waits until it is gone; does nothing when none runs.
 *
 * Open transactions are rolled back (fast mode). A server that does not leave is made to, by its pid; what it had
 * committed is recovered at its next start. The data stays.
 */
export async function stopPostgres(settings: Pick<PostgresSettings, 'directory'>): Promise<void> {
  await stopServer(postgresPaths(settings.directory));
}

function readPasswords({ passwordFiles }: PostgresSettings): PostgresPasswords {
  return {
    superuser: readPassword('passwordFiles.superuser', passwordFiles.superuser),
    owner: readPassword('passwordFiles.owner', passwordFiles.owner),
    application: readPassword('passwordFiles.application', passwordFiles.application),
  };
}

function desiredServer(settings: PostgresSettings, binaries: PostgresBinaries): DesiredServer {
  const { certificate, key } = readCertificate(settings);
  const configuration = renderPostgresConfiguration(settings);
  const clientAuthentication = renderClientAuthentication();
  return {
    configuration,
    clientAuthentication,
    fingerprint: fingerprint([binaries.version, configuration, clientAuthentication, certificate, key]),
  };
}

/** Checks what Postgres would refuse to start with: a key that others can read, or that is not the certificate's. */
function readCertificate(settings: PostgresSettings): { readonly certificate: Buffer; readonly key: Buffer } {
  for (const setting of ['certificateFile', 'keyFile', 'caFile'] as const) assertReadable(setting, settings[setting]);
  const { mode, uid } = statSync(settings.keyFile);
  if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0) {
    throw new Error(`keyFile: ${settings.keyFile} is open to other users; run: chmod 600 '${settings.keyFile}'`);
  }
  const certificate = readFileSync(settings.certificateFile);
  const key = readFileSync(settings.keyFile);
  try {
    createSecureContext({ cert: certificate, key, ca: readFileSync(settings.caFile) });
  } catch (error) {
    throw new Error(
      `certificateFile, keyFile: ${settings.certificateFile} and ${settings.keyFile} are no pair of PEM files ` +
        `(${String(error)}); issue them again`,
      { cause: error },
    );
  }
  return { certificate, key };
}

/** Port of the server that wrote postmaster.pid: its fourth line. */
function portOf(paths: PostgresPaths): number {
  return Number(readFileSync(paths.pidFile, 'utf8').split('\n')[3]);
}

function readRecord(paths: PostgresPaths): StartRecord | undefined {
  try {
    return JSON.parse(readFileSync(paths.record, 'utf8')) as StartRecord;
  } catch {
    return undefined; // Missing or torn: the server counts as one of unknown configuration.
  }
}

function writeRecord(paths: PostgresPaths, record: StartRecord): void {
  writeFileSync(paths.record, `${JSON.stringify(record)}\n`, { mode: 0o600 });
}

import { constants, accessSync, statSync } from 'node:fs';
import path from 'node:path';
import { readPasswordFile } from '../../database/password-file';

/** Files with one password each, on their first line: mode 0600, absolute path, printable ASCII. */
export interface PostgresPasswordFiles {
  /** Administers the server; used by the deployment alone. Read once by initdb: it cannot be changed later. */
  readonly superuser: string;
  /** Owns the database and runs its migrations. A changed password is applied by the next deployment. */
  readonly owner: string;
  /** What the programs log in with. A changed password is applied by the next deployment. */
  readonly application: string;
}

/** One Postgres server on 127.0.0.1, TLS only, with one database. All paths are absolute. */
export interface PostgresSettings {
  /** Folder of this server alone: data, log and the record of what it runs with. Created (0700) if missing. */
  readonly directory: string;
  /** TCP port on 127.0.0.1, 1–65535. */
  readonly port: number;
  /** `max_connections`, at least 10; three of them are kept for the superuser. */
  readonly maxConnections: number;
  /** Name of the application's database. */
  readonly database: string;
  /** PEM certificate of the server, valid for 127.0.0.1. */
  readonly certificateFile: string;
  /** PEM private key, 0600 (or 0640 when root owns it): Postgres refuses anything wider. */
  readonly keyFile: string;
  /** PEM certificate of the authority that signed `certificateFile`. */
  readonly caFile: string;
  readonly passwordFiles: PostgresPasswordFiles;
}

/** Login roles of the server. `application` is named by the grants in apps/database/migrations. */
export const postgresRoles = { superuser: 'postgres', owner: 'owner', application: 'application' } as const;

export interface PostgresPaths {
  readonly data: string;
  /** Where initdb works: renamed to `data` when complete, so that `data` is either absent or whole. */
  readonly unfinishedData: string;
  readonly log: string;
  /** What the running server was started with: see configuration.ts. */
  readonly record: string;
  readonly pidFile: string;
}

export function postgresPaths(directory: string): PostgresPaths {
  const data = path.join(directory, 'data');
  return {
    data,
    unfinishedData: path.join(directory, 'data.unfinished'),
    log: path.join(directory, 'postgres.log'),
    record: path.join(directory, 'started-with.json'),
    pidFile: path.join(data, 'postmaster.pid'),
  };
}

/**
 * Reads a password from the first line of its file.
 *
 * @param setting name used in errors
 * @throws Error when the file is missing, readable by others, empty, or not printable ASCII (the range in which
 *   SCRAM's normalisation, SASLprep, changes nothing)
 */
export function readPassword(setting: string, file: string): string {
  const password = readPasswordFile(setting, file);
  if ((statSync(file).mode & 0o077) !== 0) {
    throw new Error(`${setting}: ${file} is open to other users; run: chmod 600 '${file}'`);
  }
  if (!/^[\x21-\x7e]+$/.test(password)) {
    throw new Error(`${setting}: the first line of ${file} has to be a password of printable ASCII without spaces`);
  }
  return password;
}

/** @throws Error with every violation, one a line */
export function validateSettings(settings: PostgresSettings): void {
  const violations: string[] = [];
  const rule = (holds: boolean, violation: string): void => {
    if (!holds) violations.push(violation);
  };
  const { port, maxConnections, database } = settings;
  rule(Number.isInteger(port) && port >= 1 && port <= 65_535, `port: ${port} is not a TCP port; use 1–65535`);
  rule(
    Number.isInteger(maxConnections) && maxConnections >= 10,
    `maxConnections: ${maxConnections} is too small; use a whole number of 10 or more`,
  );
  rule(
    /^[a-z_][a-z0-9_]{0,62}$/.test(database),
    `database: '${database}' is not a plain name; use lower-case letters, digits and '_', up to 63`,
  );
  for (const setting of ['directory', 'certificateFile', 'keyFile', 'caFile'] as const) {
    rule(path.isAbsolute(settings[setting]), `${setting}: '${settings[setting]}' has to be an absolute path`);
  }
  for (const setting of ['superuser', 'owner', 'application'] as const) {
    const file = settings.passwordFiles[setting];
    rule(path.isAbsolute(file), `passwordFiles.${setting}: '${file}' has to be an absolute path`);
  }
  if (violations.length > 0) throw new Error(`Postgres settings:\n${violations.join('\n')}`);
}

/** @throws Error naming the setting when the file cannot be read */
export function assertReadable(setting: string, file: string): void {
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new Error(`${setting}: cannot read ${file}; create it or correct the setting`, { cause: error });
  }
}

import { readFileSync } from 'node:fs';
import { Pool, TypeOverrides, types, type PoolClient } from 'pg';
import { readPasswordFile } from './password-file';

/** How to reach the database. Every connection is TLS with the server's identity checked (verify-full). */
export interface DatabaseSettings {
  /** Name or address; the server's certificate has to be valid for it. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  /** File with the password on its first line; read at every connection, so that a new password needs no restart. */
  readonly passwordFile: string;
  /** PEM certificate of the authority that signed the server's. */
  readonly caFile: string;
  /** Seen in pg_stat_activity and in the server's log. */
  readonly applicationName: string;
  /** Connections at most. @default 10 */
  readonly poolSize?: number;
  /** Wait for a connection, be it a free one or a new one, at most. @default 3000 */
  readonly connectTimeoutMilliseconds?: number;
  /**
   * The server cancels a statement after this time, also while it waits for a lock, and ends a transaction that idles as
   * long. The client gives up one second later: by then the server is frozen or gone. 0 = no limit. @default 5000
   */
  readonly statementTimeoutMilliseconds?: number;
}

/** A pool or a client within a transaction: what repositories take. */
export type Queryable = Pick<Pool, 'query'> | Pick<PoolClient, 'query'>;

const rowTypes = new TypeOverrides();
rowTypes.setTypeParser(types.builtins.INT8, parseSafeInteger);

/**
 * A pool of connections. The caller ends it: `await pool.end()`.
 *
 * `bigint` columns arrive as numbers: counts and versions grow by one and stay below 2^53 for longer than any deployment
 * lives; a larger one is an error, never a rounded number. (Fencing tokens are read as `bigint`: see fences.ts.)
 *
 * @param onIdleClientError told about a connection that broke while idle. The pool replaces it; without a listener the
 *   process would end.
 */
export function createPool(settings: DatabaseSettings, onIdleClientError: (error: Error) => void): Pool {
  const statementTimeoutMilliseconds = settings.statementTimeoutMilliseconds ?? 5_000;
  const pool = new Pool({
    host: settings.host,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    password: () => readPasswordFile('passwordFile', settings.passwordFile),
    ssl: { ca: readCertificateAuthority(settings.caFile), rejectUnauthorized: true },
    application_name: settings.applicationName,
    max: settings.poolSize ?? 10,
    connectionTimeoutMillis: settings.connectTimeoutMilliseconds ?? 3_000,
    keepAlive: true,
    ...(statementTimeoutMilliseconds > 0 && {
      statement_timeout: statementTimeoutMilliseconds,
      idle_in_transaction_session_timeout: statementTimeoutMilliseconds,
      query_timeout: statementTimeoutMilliseconds + 1_000,
    }),
    types: rowTypes,
  });
  pool.on('error', onIdleClientError);
  // A checked-out client that breaks between two statements emits 'error' too; its next statement rejects.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/**
 * Runs `action` in one transaction: committed when it resolves, rolled back when it rejects.
 *
 * If the connection is lost during COMMIT this rejects although the transaction may have been committed.
 */
export async function withTransaction<T>(pool: Pool, action: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await action(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((rollbackError: unknown) => {
      broken = rollbackError instanceof Error ? rollbackError : new Error(String(rollbackError));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function readCertificateAuthority(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`caFile: cannot read ${file}; create it or correct the setting`, { cause: error });
  }
}

function parseSafeInteger(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`bigint ${text} exceeds 2^53: select it as text`);
  return value;
}

import { readFileSync } from 'node:fs';
import { Client, DatabaseError } from 'pg';
import { postgresRoles, type PostgresSettings } from './settings';
import { matchesVerifier, scramVerifier } from './scram-verifier';

export interface PostgresPasswords {
  readonly superuser: string;
  readonly owner: string;
  readonly application: string;
}

/** Postgres' code for a failed password (`invalid_password`). */
const invalidPassword = '28P01';

/**
 * Brings roles and database to the desired state; changes nothing when they are in it.
 *
 * `owner` may create objects in the database, `application` may connect to it, nobody else may. What `application` may do
 * with which table is granted by the migrations.
 */
export async function ensureRoles(settings: PostgresSettings, passwords: PostgresPasswords): Promise<void> {
  const client = await connectAsSuperuser(settings, passwords.superuser);
  try {
    await ensureRole(client, postgresRoles.owner, passwords.owner);
    await ensureRole(client, postgresRoles.application, passwords.application);
    await ensureDatabase(client, settings.database);
  } finally {
    await client.end();
  }
}

async function connectAsSuperuser(settings: PostgresSettings, password: string): Promise<Client> {
  const client = new Client({
    host: '127.0.0.1',
    port: settings.port,
    database: 'postgres',
    user: postgresRoles.superuser,
    password,
    ssl: { ca: readFileSync(settings.caFile, 'utf8'), rejectUnauthorized: true },
    connectionTimeoutMillis: 10_000,
    application_name: 'deployment',
    // Statements of this session carry password verifiers: none of them is logged, slow or failing.
    options: '-c log_min_duration_statement=-1 -c log_min_error_statement=panic',
  });
  try {
    await client.connect();
  } catch (error) {
    if (error instanceof DatabaseError && error.code === invalidPassword) {
      throw new Error(
        `passwordFiles.superuser: ${settings.passwordFiles.superuser} is not the password that ${settings.directory} ` +
          `was initialised with; restore that file, or remove the folder to start with an empty database.`,
        { cause: error },
      );
    }
    throw error;
  }
  return client;
}

async function ensureRole(client: Client, name: string, password: string): Promise<void> {
  const { rows } = await client.query<{ verifier: string | null; plain: boolean }>(
    `select rolpassword as verifier,
            rolcanlogin and rolinherit and not (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls) as plain
     from pg_authid where rolname = $1`,
    [name],
  );
  const role = rows[0];
  const identifier = client.escapeIdentifier(name);
  if (role === undefined) await client.query(`create role ${identifier}`);
  if (role?.plain !== true) {
    await client.query(
      `alter role ${identifier} login inherit nosuperuser nocreatedb nocreaterole noreplication nobypassrls`,
    );
  }
  if (!matchesVerifier(password, role?.verifier ?? null)) {
    await client.query(`alter role ${identifier} password ${client.escapeLiteral(scramVerifier(password))}`);
  }
}

async function ensureDatabase(client: Client, name: string): Promise<void> {
  const database = client.escapeIdentifier(name);
  const owner = client.escapeIdentifier(postgresRoles.owner);
  const application = client.escapeIdentifier(postgresRoles.application);
  const { rows } = await client.query<{ owner: string }>(
    'select pg_get_userbyid(datdba) as owner from pg_database where datname = $1',
    [name],
  );
  if (rows[0] === undefined) {
    await client.query(`create database ${database} owner ${owner} template template0 encoding 'UTF8' locale 'C'`);
  } else if (rows[0].owner !== postgresRoles.owner) {
    await client.query(`alter database ${database} owner to ${owner}`);
  }
  await client.query(`revoke all on database ${database}, postgres, template1 from public`);
  await client.query(`grant connect on database ${database} to ${application}`);
}

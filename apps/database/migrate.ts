import { createHash } from 'node:crypto';
import type { PoolClient } from 'pg';
import { createPool, type DatabaseSettings } from './pool';

export interface Migration {
  /** 1, 2, 3 … without gaps. */
  readonly version: number;
  readonly name: string;
  /** One or more statements; no transaction control: each migration runs in its own transaction. */
  readonly sql: string;
}

export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
}

/** Key of the advisory lock that lets one migration run at a time: "migrate" in ASCII. */
const advisoryLock = '30796665482998885';
const lockTimeout = '60s';

const createTable = `create table if not exists schema_migrations (
  version integer primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Brings the schema to the newest version; parallel runs wait for each other.
 *
 * @param settings of the role `owner`; statements are not limited in time: a migration may take longer than a request
 * @returns the migrations applied now, oldest first: empty when the schema was current
 * @throws Error when the database and the list disagree (see `planMigrations`), before anything is changed; the server's
 *   error when a migration fails, which is rolled back while those before it stay
 */
export async function migrate(
  settings: DatabaseSettings,
  migrations: readonly Migration[],
): Promise<readonly AppliedMigration[]> {
  const pool = createPool({ ...settings, poolSize: 1, statementTimeoutMilliseconds: 0 }, () => undefined);
  try {
    const client = await pool.connect();
    // Ends with the connection: an open transaction is rolled back, the advisory lock freed.
    return await applyPending(client, migrations).finally(() => client.release(true));
  } finally {
    await pool.end();
  }
}

/**
 * What is left to apply.
 *
 * @throws Error with every disagreement, one a line: versions with gaps or twice, an applied migration that was changed
 *   or renamed since, a database newer than this list
 */
export function planMigrations(
  migrations: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const violations = migrations.flatMap(({ version, name }, index) =>
    version === index + 1
      ? []
      : [`${name}: version ${version} at position ${index + 1}; number them 1, 2, 3 … in order`],
  );
  for (const { version, name, checksum: appliedChecksum } of applied) {
    const migration = migrations.find((candidate) => candidate.version === version);
    if (migration === undefined) {
      violations.push(`${version} ${name}: applied to this database but unknown here; deploy the newer program`);
    } else if (checksum(migration) !== appliedChecksum) {
      violations.push(`${version} ${migration.name}: changed since it was applied; restore it and add a new migration`);
    }
  }
  if (violations.length > 0) throw new Error(`Migrations:\n${violations.join('\n')}`);
  const appliedVersions = new Set(applied.map(({ version }) => version));
  return migrations.filter(({ version }) => !appliedVersions.has(version));
}

/** SHA-256 of name and statements, hexadecimal; the same whichever way the checkout ends its lines. */
export function checksum({ name, sql }: Migration): string {
  return createHash('sha256')
    .update(`${name}\n${sql.replaceAll('\r\n', '\n')}`)
    .digest('hex');
}

async function applyPending(client: PoolClient, migrations: readonly Migration[]): Promise<AppliedMigration[]> {
  await client.query(`set lock_timeout = '${lockTimeout}'`);
  await client.query(`select pg_advisory_lock(${advisoryLock})`);
  await client.query(createTable);
  const { rows } = await client.query<AppliedMigration>(
    'select version, name, checksum from schema_migrations order by version',
  );
  const applied: AppliedMigration[] = [];
  for (const migration of planMigrations(migrations, rows)) applied.push(await apply(client, migration));
  return applied;
}

async function apply(client: PoolClient, migration: Migration): Promise<AppliedMigration> {
  const { version, name } = migration;
  const applied = { version, name, checksum: checksum(migration) };
  try {
    await client.query('begin');
    await client.query(migration.sql);
    await client.query('insert into schema_migrations (version, name, checksum) values ($1, $2, $3)', [
      version,
      name,
      applied.checksum,
    ]);
    await client.query('commit');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Migration ${version} ${name} failed and was rolled back: ${reason}`, { cause: error });
  }
  return applied;
}

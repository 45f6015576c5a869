/** Brings a database to what the programs of this version expect of it. */
import type { Pool } from 'pg';
import { migrate, type AppliedMigration } from '../database/migrate';
import { migrations } from '../database/migrations';
import { readPasswordFile } from '../database/password-file';
import { createPool, withTransaction } from '../database/pool';
import { seed } from '../database/seed';
import { scramVerifier } from '../local-platform/postgres/scram-verifier';
import { administratorSettings, type MigrationSettings } from './settings';

/** The role that the programs log in as; the migrations say what it may do. */
const applicationRole = 'application';

/** Key of the advisory lock that lets one run at a time change the role: "role" in ASCII. */
const advisoryLock = '1919904869';

/**
 * Makes the role of the programs if there is none and gives it the password of the file, applies what is left of the
 * migrations, and adds the user of the exercise. Each part may run again at any time, and beside another run.
 *
 * @throws Error when the database refuses a part; those before it stay
 */
export async function prepareDatabase(settings: MigrationSettings): Promise<readonly AppliedMigration[]> {
  const administrator = administratorSettings(settings);
  const pool = createPool(administrator, () => undefined);
  try {
    await ensureApplicationRole(pool, settings);
    const applied = await migrate(administrator, migrations);
    const { EXERCISE_PASSWORD_FILE: passwordFile } = settings;
    if (passwordFile !== undefined) await seed(pool, { passwordFile, resourceCount: 0, userCount: 1 });
    return applied;
  } finally {
    await pool.end();
  }
}

/**
 * No attribute is named that only a superuser may set, or take away: the administrator of RDS is none. The server is
 * told a verifier, so that no log can tell the password.
 */
async function ensureApplicationRole(pool: Pool, settings: MigrationSettings): Promise<void> {
  const verifier = scramVerifier(readPasswordFile('APPLICATION_PASSWORD_FILE', settings.APPLICATION_PASSWORD_FILE));
  const database = `"${settings.DATABASE_NAME.replaceAll('"', '""')}"`;
  await withTransaction(pool, async (client) => {
    // Postgres refuses changes of one role, or of one database, at the same time.
    await client.query(`select pg_advisory_xact_lock(${advisoryLock})`);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [applicationRole]);
    if (rowCount === 0) await client.query(`create role ${applicationRole}`);
    await client.query(`alter role ${applicationRole} login password '${verifier}'`);
    await client.query(`revoke all on database ${database} from public`);
    await client.query(`grant connect on database ${database} to ${applicationRole}`);
  });
}

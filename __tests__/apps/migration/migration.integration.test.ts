import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createPool, type DatabaseSettings } from '../../../apps/database/pool';
import { migrations } from '../../../apps/database/migrations';
import { verifyCredentials } from '../../../apps/database/users';
import { prepareDatabase } from '../../../apps/migration/migration';
import { migrationVariables, type MigrationSettings } from '../../../apps/migration/settings';
import { postgresRoles } from '../../../apps/local-platform/postgres/settings';
import { readSettings } from '../../../apps/service/settings';
import { startPostgres, type TestPostgres } from '../../support/postgres';

let postgres: TestPostgres;
let superuser: DatabaseSettings;

/** As RDS has it: no superuser, but one that may make roles and owns the database. */
const administrator = 'administrator';

beforeAll(async () => {
  postgres = await startPostgres();
  superuser = {
    ...postgres.databaseSettings('owner'),
    user: postgresRoles.superuser,
    passwordFile: postgres.settings.passwordFiles.superuser,
  };
  writePassword('administrator', 'an-administrators-password');
  await query(superuser, `create role ${administrator} login createrole password 'an-administrators-password'`);
  await query(superuser, `create database prepared owner ${administrator}`);
});
afterAll(() => postgres.stop());

const folder = () => path.dirname(postgres.settings.directory);
const passwordFile = (name: string) => path.join(folder(), `${name}.password`);
const writePassword = (name: string, password: string) =>
  writeFileSync(passwordFile(name), `${password}\n`, { mode: 0o600 });

async function query(settings: DatabaseSettings, sql: string): Promise<unknown[]> {
  const pool = createPool({ ...settings, statementTimeoutMilliseconds: 0 }, () => undefined);
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await pool.end();
  }
}

function settingsWith(variables: Readonly<Record<string, string>> = {}): MigrationSettings {
  return readSettings('the migration', migrationVariables, {
    DATABASE_HOST: '127.0.0.1',
    DATABASE_PORT: String(postgres.port),
    DATABASE_NAME: 'prepared',
    DATABASE_CA_FILE: postgres.settings.caFile,
    ADMINISTRATOR_USERNAME: administrator,
    ADMINISTRATOR_PASSWORD_FILE: passwordFile('administrator'),
    APPLICATION_PASSWORD_FILE: passwordFile('application'),
    ...variables,
  });
}

const asApplication = (): DatabaseSettings => ({
  ...postgres.databaseSettings('application'),
  database: 'prepared',
  passwordFile: passwordFile('application'),
});

/** The server of these tests made the role itself, which no other may change then. */
test('the role of the programs has to be one that the administrator may change', async () => {
  writePassword('application', 'first-password');
  await expect(prepareDatabase(settingsWith())).rejects.toThrow('permission denied to alter role');
});

describe('without a role of the programs', () => {
  beforeAll(async () => {
    const owner = { ...superuser, database: postgres.settings.database };
    for (const settings of [owner, { ...superuser, database: 'postgres' }]) {
      await query(settings, 'drop owned by application');
    }
    await query(superuser, 'drop role application');
  });

  test('an administrator that is no superuser makes it, and applies all migrations', async () => {
    const applied = await prepareDatabase(settingsWith());
    expect(applied.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name));
    await expect(query(asApplication(), 'select count(*)::int as users from users')).resolves.toEqual([{ users: 0 }]);
    await expect(query(asApplication(), 'drop table users')).rejects.toThrow('must be owner of table users');
  });

  test('again it applies none, and several runs at once do not disturb each other', async () => {
    await expect(Promise.all([1, 2, 3].map(() => prepareDatabase(settingsWith())))).resolves.toEqual([[], [], []]);
  });

  test('it gives the role a new password', async () => {
    writePassword('application', 'second-password');
    await expect(query(asApplication(), 'select 1')).rejects.toThrow('password authentication failed');
    await prepareDatabase(settingsWith());
    await expect(query(asApplication(), 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
  });

  test('it adds the user of the exercise', async () => {
    writePassword('exercise', 'password-of-the-exercise');
    await prepareDatabase(settingsWith({ EXERCISE_PASSWORD_FILE: passwordFile('exercise') }));
    const pool = createPool(asApplication(), () => undefined);
    try {
      await expect(verifyCredentials(pool, 'user-1', 'password-of-the-exercise')).resolves.toMatchObject({
        name: 'user-1',
      });
      await expect(pool.query('select count(*)::int as n from resources')).resolves.toMatchObject({ rows: [{ n: 0 }] });
    } finally {
      await pool.end();
    }
  });
});

test('bad settings are told all at once, without a password', () => {
  const read = () =>
    readSettings('the migration', migrationVariables, { DATABASE_HOST: 'localhost', DATABASE_PORT: 'x' });
  expect(read).toThrow(/DATABASE_PORT: "x"[\s\S]*DATABASE_NAME: missing[\s\S]*ADMINISTRATOR_PASSWORD_FILE: missing/);
});

import { migrate, type Migration } from '../../../apps/database/migrate';
import { migrations } from '../../../apps/database/migrations';
import { createPool, type DatabaseSettings } from '../../../apps/database/pool';
import { startPostgres, type TestPostgres } from '../../support/postgres';

let postgres: TestPostgres;
let settings: DatabaseSettings;

beforeAll(async () => {
  postgres = await startPostgres();
  settings = postgres.databaseSettings('owner');
});
afterAll(() => postgres.stop());

async function query(sql: string): Promise<unknown[]> {
  const pool = createPool(settings, () => undefined);
  try {
    return (await pool.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await pool.end();
  }
}

const broken: Migration = {
  version: migrations.length + 1,
  name: 'broken',
  sql: 'create table half_done (n int); select 1 / 0',
};

test('parallel runs apply each migration once, later runs none', async () => {
  const runs = await Promise.all(Array.from({ length: 5 }, () => migrate(settings, migrations)));
  const appliedVersions = runs.flat().map(({ version }) => version);
  expect(appliedVersions).toEqual(migrations.map(({ version }) => version));
  await expect(migrate(settings, migrations)).resolves.toEqual([]);
  await expect(query('select version, name from schema_migrations order by version')).resolves.toEqual(
    migrations.map(({ version, name }) => ({ version, name })),
  );
});

test('a failing migration leaves nothing of itself, and those before it', async () => {
  const before: Migration = { ...broken, name: 'before', sql: 'create table whole (n int)' };
  const failing: Migration = { ...broken, version: broken.version + 1 };
  await expect(migrate(settings, [...migrations, before, failing])).rejects.toThrow(
    `Migration ${failing.version} broken failed and was rolled back: division by zero`,
  );
  await expect(query(`select to_regclass('half_done') as half, to_regclass('whole')::text as whole`)).resolves.toEqual([
    { half: null, whole: 'whole' },
  ]);
});

test('a database ahead of the program is refused', async () => {
  await expect(migrate(settings, migrations)).rejects.toThrow(/before: applied to this database but unknown here/);
});

test('a migration may take longer than a statement of a request', async () => {
  const list = [...migrations, { ...broken, name: 'before', sql: 'create table whole (n int)' }];
  const slow: Migration = { version: broken.version + 1, name: 'slow', sql: 'select pg_sleep(1.3)' };
  await expect(migrate({ ...settings, statementTimeoutMilliseconds: 100 }, [...list, slow])).resolves.toMatchObject([
    { name: 'slow' },
  ]);
});

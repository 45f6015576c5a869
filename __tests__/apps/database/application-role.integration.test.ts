import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { PoolClient } from 'pg';
import { assertFence, mintFencingToken, StaleFencingTokenError } from '../../../apps/database/fences';
import { withTransaction, type Queryable } from '../../../apps/database/pool';
import { findResource, saveResource, type ResourceInput, type SavedResource } from '../../../apps/database/resources';
import { seed } from '../../../apps/database/seed';
import { createUser, findUserByName, verifyCredentials } from '../../../apps/database/users';
import { startDatabase, type TestDatabase } from '../../support/postgres';

let database: TestDatabase;
let passwordFile: string;

beforeAll(async () => {
  database = await startDatabase();
  passwordFile = path.join(path.dirname(database.settings.directory), 'demo.password');
  writeFileSync(passwordFile, 'demo-password-1\n', { mode: 0o600 });
  await seed(database.owner, { passwordFile, resourceCount: 20, userCount: 2 });
});
afterAll(() => database.stop());

describe('the application role', () => {
  test.each([
    'create table intruder (n int)',
    'create temporary table intruder (n int)',
    'create schema intruder',
    'create function intruder() returns int language sql as $$ select 1 $$',
    'alter table resources add column intruder int',
    'drop table orders',
    'truncate orders',
    'create index intruder on orders (status)',
    'create role intruder',
    `alter role owner password 'x'`,
    'delete from orders',
    'delete from order_effects',
    'delete from resources',
    `update resources set id = 'x'`,
    `update orders set quantity = 0`,
    `update order_effects set worker = 'x'`,
    `update users set password_hash = 'x'`,
    `insert into users (id, name, password_hash) values ('x', 'x', 'x')`,
    'delete from lock_fences',
    'delete from schema_migrations',
    `insert into schema_migrations (version, name, checksum) values (99, 'x', 'x')`,
    'select rolpassword from pg_authid',
    `copy resources to program 'cat'`,
    `select pg_read_file('postgresql.conf')`,
  ])('may not: %s', async (statement) => {
    await expect(database.application.query(statement)).rejects.toThrow(/permission denied|must be owner/);
  });

  test('may not enter another database', async () => {
    const { rows } = await database.application.query<{ name: string }>(
      `select datname as name from pg_database where datallowconn and has_database_privilege(datname, 'connect')`,
    );
    expect(rows).toEqual([{ name: database.settings.database }]);
  });
});

/** Saves a resource with something changed. */
const save = (db: Queryable, id: string, changes: Partial<ResourceInput>): Promise<SavedResource> =>
  saveResource(db, { id, name: id, priceCents: 100, available: true, ...changes });

describe('resources', () => {
  test('a change raises the version by one and returns the result', async () => {
    const before = await findResource(database.application, 'resource-1');
    expect(before).toMatchObject({ id: 'resource-1', name: 'Resource 1', version: 1, unitsSold: 0, available: true });

    const { resource, created } = await save(database.application, 'resource-1', { name: 'Renamed', priceCents: 0 });
    expect(created).toBe(false);
    expect(resource).toEqual({
      ...before,
      name: 'Renamed',
      priceCents: 0,
      version: 2,
      updatedAt: expect.any(Date) as Date,
    });
    await expect(findResource(database.application, 'resource-1')).resolves.toMatchObject({ version: 2 });
  });

  test('one that does not exist is made', async () => {
    await expect(findResource(database.application, 'new-resource')).resolves.toBeUndefined();
    const first = await save(database.application, 'new-resource', { available: false });
    expect(first).toMatchObject({ created: true, resource: { version: 1, available: false } });
  });

  test('concurrent changes each get a version of their own', async () => {
    const saved = await Promise.all(
      Array.from({ length: 20 }, (_, n) => save(database.application, 'resource-2', { priceCents: n })),
    );
    const versions = saved.map(({ resource: { version } }) => version).sort((x, y) => x - y);
    expect(versions).toEqual(Array.from({ length: 20 }, (_, n) => n + 2));
  });
});

describe('users', () => {
  test('log in with their password alone', async () => {
    await expect(verifyCredentials(database.application, 'user-1', 'demo-password-1')).resolves.toEqual({
      id: expect.any(String) as string,
      name: 'user-1',
    });
    await expect(verifyCredentials(database.application, 'user-1', 'demo-password-2')).resolves.toBeUndefined();
    await expect(verifyCredentials(database.application, 'nobody', 'demo-password-1')).resolves.toBeUndefined();
    await expect(findUserByName(database.application, 'nobody')).resolves.toBeUndefined();
  });

  test('an unknown name costs as much as a wrong password', async () => {
    const measure = async (name: string): Promise<number> => {
      const start = process.cpuUsage();
      await verifyCredentials(database.application, name, 'wrong');
      const { user, system } = process.cpuUsage(start);
      return user + system;
    };
    await measure('nobody');
    const [known, unknown] = [await measure('user-1'), await measure('nobody')];
    expect(unknown).toBeGreaterThan(known / 3);
    expect(unknown).toBeLessThan(known * 3);
  });

  test('a taken name is not given twice', async () => {
    const created = await Promise.all(['a', 'b'].map((password) => createUser(database.owner, 'carol', password)));
    expect(created.filter((user) => user !== undefined)).toHaveLength(1);
  });
});

test('seeding again adds nothing, keeps what changed, and gives users the password of the file', async () => {
  const settings = { passwordFile, resourceCount: 20, userCount: 2 };
  await save(database.application, 'resource-3', { name: 'Kept' });
  await expect(seed(database.owner, settings)).resolves.toEqual({
    resourcesAdded: 0,
    usersAdded: 0,
    passwordsChanged: 0,
  });
  await expect(findResource(database.application, 'resource-3')).resolves.toMatchObject({ name: 'Kept', version: 2 });

  writeFileSync(passwordFile, 'demo-password-2\n');
  await expect(seed(database.owner, { ...settings, userCount: 3 })).resolves.toEqual({
    resourcesAdded: 0,
    usersAdded: 1,
    passwordsChanged: 2,
  });
  await expect(verifyCredentials(database.application, 'user-1', 'demo-password-2')).resolves.toBeDefined();
});

describe('fencing tokens', () => {
  const admit = (name: string, token: bigint, write?: (client: PoolClient) => Promise<unknown>): Promise<void> =>
    withTransaction(database.application, async (client) => {
      await assertFence(client, name, token);
      await write?.(client);
    });

  test('are unique and grow, however many are minted at once, each lock for itself', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => mintFencingToken(database.application, 'a')));
    const sorted = [...tokens].sort((a, b) => Number(a - b));
    expect(sorted).toEqual(Array.from({ length: 50 }, (_, n) => BigInt(n + 1)));
    await expect(mintFencingToken(database.application, 'a')).resolves.toBe(51n);
    await expect(mintFencingToken(database.application, 'b')).resolves.toBe(1n);
  });

  test('keep the writes of a former holder out', async () => {
    const former = await mintFencingToken(database.application, 'leader');
    await admit('leader', former);
    const present = await mintFencingToken(database.application, 'leader');
    // The former holder is admitted until the present one has written.
    await admit('leader', former);
    await admit('leader', present);
    await admit('leader', present);

    const late = admit('leader', former, (client) => save(client, 'resource-4', { name: 'late' }));

    await expect(late).rejects.toThrow(StaleFencingTokenError);
    await expect(findResource(database.application, 'resource-4')).resolves.toMatchObject({ version: 1 });
  });

  test.each([
    ['never minted', 'minted', 99n],
    ['of an unknown lock', 'no-such-lock', 1n],
    ['zero', 'minted', 0n],
  ])('that were %s are refused', async (_case, name, token) => {
    const present = await mintFencingToken(database.application, 'minted');
    await admit('minted', present);
    await expect(admit(name, token)).rejects.toThrow(StaleFencingTokenError);
  });

  test('are shown in growing order by concurrent writers', async () => {
    await database.owner.query(
      'create table shown (position serial, token bigint); grant insert on shown to application',
    );
    await database.owner.query('grant usage on sequence shown_position_seq to application');
    const tokens = await Promise.all(Array.from({ length: 20 }, () => mintFencingToken(database.application, 'race')));
    await Promise.allSettled(
      tokens.map((token) =>
        admit('race', token, (client) => client.query('insert into shown (token) values ($1)', [token.toString()])),
      ),
    );
    const { rows } = await database.owner.query<{ token: number }>('select token from shown order by position');
    const shown = rows.map(({ token }) => token);
    expect(shown).toEqual([...shown].sort((a, b) => a - b));
    expect(shown).toContain(20);
  });

  test('beyond 2^53 stay exact', async () => {
    await database.owner.query(`insert into lock_fences (name, last_token) values ('huge', 9007199254740992)`);
    const token = await mintFencingToken(database.application, 'huge');
    expect(token).toBe(9_007_199_254_740_993n);
    await admit('huge', token);
    await expect(admit('huge', token - 1n)).rejects.toThrow(StaleFencingTokenError);
  });
});

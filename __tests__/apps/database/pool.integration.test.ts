import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Pool } from 'pg';
import { createPool, withTransaction, type DatabaseSettings } from '../../../apps/database/pool';
import { caFile, ensureCertificates } from '../../../apps/local-platform/certificates';
import { startPostgres, type TestPostgres } from '../../support/postgres';

let postgres: TestPostgres;
const pools: Pool[] = [];
const idleErrors: Error[] = [];

function open(changes: Partial<DatabaseSettings> = {}): Pool {
  const pool = createPool({ ...postgres.databaseSettings('owner'), ...changes }, (error) => idleErrors.push(error));
  pools.push(pool);
  return pool;
}

beforeAll(async () => {
  postgres = await startPostgres();
  await open().query('create table numbers (n bigint)');
});
afterEach(async () => {
  await open().query('truncate numbers');
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
  idleErrors.length = 0;
});
afterAll(() => postgres.stop());

test.each(['127.0.0.1', 'localhost'])('the server is known by its certificate at %s', async (host) => {
  const { rows } = await open({ host }).query('select ssl from pg_stat_ssl where pid = pg_backend_pid() and ssl');
  expect(rows).toHaveLength(1);
});

test('a server whose certificate is for another name is refused', async () => {
  // Reaches loopback, and is not in the certificate.
  await expect(open({ host: '0.0.0.0' }).query('select 1')).rejects.toThrow(/IP: 0\.0\.0\.0 is not in the cert's list/);
});

test('a server signed by another authority is refused', async () => {
  const folder = path.join(path.dirname(postgres.settings.directory), 'other');
  await ensureCertificates(folder, ['postgres']);
  await expect(open({ caFile: caFile(folder) }).query('select 1')).rejects.toThrow(/certificate|signature/);
  rmSync(folder, { recursive: true });
});

test.each([
  ['caFile', () => open({ caFile: '/nowhere/ca.crt' }).query('select 1')],
  ['passwordFile', () => open({ passwordFile: '/nowhere/password' }).query('select 1')],
])('a missing %s names itself', async (setting, connect) => {
  await expect((async () => connect())()).rejects.toThrow(new RegExp(`^${setting}: cannot read /nowhere/`));
});

test('bigint columns arrive as numbers, and never rounded', async () => {
  const pool = open();
  await expect(pool.query('select 9007199254740991::bigint as n')).resolves.toMatchObject({
    rows: [{ n: Number.MAX_SAFE_INTEGER }],
  });
  await expect(pool.query('select 9007199254740992::bigint as n')).rejects.toThrow('exceeds 2^53');
});

test('a statement over its time is cancelled', async () => {
  await expect(open({ statementTimeoutMilliseconds: 50 }).query('select pg_sleep(10)')).rejects.toThrow(
    'canceling statement due to statement timeout',
  );
});

test('a frozen server costs a statement its time and a second, not for ever', async () => {
  const pool = open({ statementTimeoutMilliseconds: 50, poolSize: 1 });
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = rows[0]?.pid ?? 0;
  process.kill(backend, 'SIGSTOP');
  try {
    await expect(pool.query('select 1')).rejects.toThrow('Query read timeout');
    await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  } finally {
    process.kill(backend, 'SIGCONT');
  }
});

test('a connection that breaks while idle is reported and replaced', async () => {
  const pool = open({ poolSize: 1 });
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid');
  const reported = new Promise<Error>((resolve) => pool.once('error', resolve));
  await open().query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await expect(reported).resolves.toThrow('terminating connection');
  await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  expect(idleErrors).toHaveLength(1);
});

describe('a transaction', () => {
  test('commits and gives its result', async () => {
    const pool = open();
    await expect(
      withTransaction(pool, async (client) => {
        await client.query('insert into numbers values (1)');
        return 'done';
      }),
    ).resolves.toBe('done');
    await expect(pool.query('select n from numbers')).resolves.toMatchObject({ rows: [{ n: 1 }] });
  });

  test('rolls back when its action rejects, and gives the connection back', async () => {
    const pool = open({ poolSize: 1 });
    await expect(
      withTransaction(pool, async (client) => {
        await client.query('insert into numbers values (1)');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await expect(pool.query('select n from numbers')).resolves.toMatchObject({ rows: [] });
  });

  test('rejects when its connection breaks between two statements, and the pool goes on', async () => {
    const pool = open({ poolSize: 1 });
    const broken = withTransaction(pool, async (client) => {
      await client.query('insert into numbers values (1)');
      const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      await open().query('select pg_terminate_backend($1)', [rows[0]?.pid]);
      await ended;
      await client.query('select 1');
    });
    await expect(broken).rejects.toThrow(/not queryable|terminat|closed/);
    await expect(pool.query('select n from numbers')).resolves.toMatchObject({ rows: [] });
  });
});

test('a new password is used from the next connection on', async () => {
  const passwordFile = path.join(path.dirname(postgres.settings.directory), 'rotated.password');
  writeFileSync(passwordFile, 'old\n', { mode: 0o600 });
  const owner = open();
  await owner.query(`alter role owner password 'new'`);
  const pool = open({ passwordFile });
  await expect(pool.query('select 1')).rejects.toThrow('password authentication failed');
  writeFileSync(passwordFile, 'new\n');
  await expect(pool.query('select 1 as one')).resolves.toMatchObject({ rows: [{ one: 1 }] });
  // Restores the role for afterEach, whose connections are new.
  writeFileSync(postgres.settings.passwordFiles.owner, 'new\n');
});

import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import type { Pool } from 'pg';
import { createPool } from '../../../apps/database/pool';
import { isAlive, waitUntil } from '../../../apps/local-platform/daemon';
import { ensureCertificates } from '../../../apps/local-platform/certificates';
import { ensurePostgres, stopPostgres } from '../../../apps/local-platform/postgres/server';
import type { PostgresSettings } from '../../../apps/local-platform/postgres/settings';
import { freePorts } from '../../support/free-ports';
import { preparePostgres, type TestPostgres } from '../../support/postgres';

let postgres: TestPostgres;
let pools: Pool[];

beforeEach(async () => {
  pools = [];
  postgres = await preparePostgres();
});

afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.end()));
  await postgres.stop();
});

function connect(role: 'owner' | 'application', port = postgres.port): Pool {
  const pool = createPool({ ...postgres.databaseSettings(role), port }, () => undefined);
  pools.push(pool);
  return pool;
}

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

async function writeRow(): Promise<void> {
  await connect('owner').query('create table kept (n int); insert into kept values (42)');
}

async function readRow(): Promise<unknown> {
  const { rows } = await connect('owner').query<{ n: number }>('select n from kept');
  return rows[0]?.n;
}

test('starts a detached server below a folder only its owner may enter, and leaves it alone the second time', async () => {
  expect(statSync(path.dirname(postgres.settings.directory)).mode & 0o777).toBe(0o700);

  const first = await ensurePostgres(postgres.settings);
  const second = await ensurePostgres(postgres.settings);

  expect(first.action).toBe('started');
  expect(second).toEqual({ pid: first.pid, action: 'unchanged' });
  if (process.platform === 'linux') {
    const session = readFileSync(`/proc/${first.pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[3];
    expect(Number(session)).toBe(first.pid);
    expect(readlinkSync(`/proc/${first.pid}/fd/0`)).toBe('/dev/null');
    expect(readlinkSync(`/proc/${first.pid}/fd/2`)).toBe(path.join(postgres.settings.directory, 'postgres.log'));
  }
});

test('never runs as root: for root it is nobody, with no right but that of reaching its files', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  const isRoot = process.getuid?.() === 0;
  const nobody = 65_534;
  const user = isRoot ? nobody : process.getuid?.();
  expect(statSync(path.join(postgres.settings.directory, 'data')).uid).toBe(user);
  if (process.platform === 'linux') {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    expect(status).toContain(`Uid:\t${user}\t${user}\t${user}\t${user}\n`);
    const rights = /^CapEff:\t(.*)$/m.exec(status)?.[1];
    const capDacOverride = '0000000000000002';
    expect(rights).toBe(isRoot ? capDacOverride : '0000000000000000');
    if (isRoot) {
      for (const set of ['CapInh', 'CapPrm', 'CapBnd', 'CapAmb'])
        expect(status).toContain(`${set}:\t${capDacOverride}`);
      expect(status).toMatch(/^Groups:\s*$/m);
    }
  }
});

test('the data has checksums, UTF-8 and the C locale, and every login is TLS with SCRAM', async () => {
  await ensurePostgres(postgres.settings);
  const pool = connect('application');
  const { rows } = await pool.query(
    `select current_setting('data_checksums') as checksums, current_setting('server_encoding') as encoding,
       (select datcollate from pg_database where datname = current_database()) as collation,
       (select ssl from pg_stat_ssl where pid = pg_backend_pid()) as ssl`,
  );
  expect(rows).toEqual([{ checksums: 'on', encoding: 'UTF8', collation: 'C', ssl: true }]);

  const settings = postgres.databaseSettings('application');
  const wrongPassword = path.join(path.dirname(postgres.settings.directory), 'wrong.password');
  writeFileSync(wrongPassword, 'wrong\n', { mode: 0o600 });
  const refused = createPool({ ...settings, passwordFile: wrongPassword }, () => undefined);
  pools.push(refused);
  await expect(refused.query('select 1')).rejects.toThrow('password authentication failed');
});

test('passwords are neither in the log nor in an argument or variable of the server', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  writeFileSync(postgres.settings.passwordFiles.owner, 'changed-password-of-the-owner\n');
  await ensurePostgres(postgres.settings);
  await expect(connect('owner').query('select')).resolves.toMatchObject({ rowCount: 1 });

  const places = [readFileSync(path.join(postgres.settings.directory, 'postgres.log'), 'utf8')];
  if (process.platform === 'linux') {
    places.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8'), readFileSync(`/proc/${pid}/environ`, 'utf8'));
  }
  for (const file of Object.values(postgres.settings.passwordFiles) as string[]) {
    const password = readFileSync(file, 'utf8').trim();
    for (const place of places) expect(place).not.toContain(password);
  }
});

test('after a kill -9 the next run starts it again with its data', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  await writeRow();
  process.kill(pid, 'SIGKILL');
  await untilGone(pid);

  const again = await ensurePostgres(postgres.settings);

  expect(again.action).toBe('started');
  expect(again.pid).not.toBe(pid);
  await expect(readRow()).resolves.toBe(42);
});

test('a pid file that names another living program does not keep it from starting', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  await stopPostgres(postgres.settings);
  const pidFile = path.join(postgres.settings.directory, 'data', 'postmaster.pid');
  writeFileSync(pidFile, `${process.pid}\n${path.dirname(pidFile)}\n0\n${postgres.port}\n\n127.0.0.1\n\nready\n`);

  const again = await ensurePostgres(postgres.settings);

  expect(again.action).toBe('started');
  expect([pid, process.pid]).not.toContain(again.pid);
});

test.each([
  ['setting', (): Promise<Partial<PostgresSettings>> => Promise.resolve({ maxConnections: 33 })],
  [
    'certificate',
    async (): Promise<Partial<PostgresSettings>> => {
      const { certificateFile } = postgres.settings;
      rmSync(certificateFile);
      await ensureCertificates(path.dirname(certificateFile), ['postgres']);
      return {};
    },
  ],
])('a changed %s restarts it with its data', async (_case, change) => {
  const { pid } = await ensurePostgres(postgres.settings);
  await writeRow();
  const changed = { ...postgres.settings, ...(await change()) };

  const restarted = await ensurePostgres(changed);

  expect(restarted.action).toBe('restarted');
  expect(isAlive(pid)).toBe(false);
  await expect(readRow()).resolves.toBe(42);
  const { rows } = await connect('owner').query('show max_connections');
  expect(rows).toEqual([{ max_connections: String(changed.maxConnections) }]);
  await expect(ensurePostgres(changed)).resolves.toEqual({ pid: restarted.pid, action: 'unchanged' });
});

test('it moves to another port', async () => {
  await ensurePostgres(postgres.settings);
  await writeRow();
  const [port = 0] = await freePorts(1);
  await ensurePostgres({ ...postgres.settings, port });
  await expect(connect('owner', port).query('select n from kept')).resolves.toMatchObject({ rows: [{ n: 42 }] });
  await expect(connect('owner').query('select')).rejects.toThrow('ECONNREFUSED');
});

test('what an interrupted initdb left is done over, finished data never', async () => {
  const unfinished = path.join(postgres.settings.directory, 'data.unfinished');
  mkdirSync(path.join(unfinished, 'base'), { recursive: true });
  writeFileSync(path.join(unfinished, 'PG_VERSION'), '18\n');

  await ensurePostgres(postgres.settings);

  expect(existsSync(unfinished)).toBe(false);
  await stopPostgres(postgres.settings);
  const data = path.join(postgres.settings.directory, 'data');
  writeFileSync(path.join(data, 'PG_VERSION'), '9\n');
  const before = readdirSync(data).sort();
  await expect(ensurePostgres(postgres.settings)).rejects.toThrow(/made by Postgres 9, the installed programs are 18/);
  expect(readdirSync(data).sort()).toEqual(before);
});

test('a folder that is no data directory is left alone', async () => {
  const data = path.join(postgres.settings.directory, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(path.join(data, 'letter.txt'), 'dear');
  await expect(ensurePostgres(postgres.settings)).rejects.toThrow('is no Postgres data directory and is left alone');
  expect(readdirSync(data)).toEqual(['letter.txt']);
});

test('a port in use is named before anything is made', async () => {
  const squatter = createServer().listen(postgres.port, '127.0.0.1');
  await once(squatter, 'listening');
  try {
    await expect(ensurePostgres(postgres.settings)).rejects.toThrow(
      `port: ${postgres.port} of 127.0.0.1 is in use by another program`,
    );
    expect(existsSync(postgres.settings.directory)).toBe(false);
  } finally {
    squatter.close();
  }
});

test('a key open to others is refused before a running server is touched', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  chmodSync(postgres.settings.keyFile, 0o644);
  await expect(ensurePostgres(postgres.settings)).rejects.toThrow(/keyFile: .*chmod 600/);
  expect(isAlive(pid)).toBe(true);
});

test('a superuser password that does not fit the data names its file', async () => {
  await ensurePostgres(postgres.settings);
  writeFileSync(postgres.settings.passwordFiles.superuser, 'another\n');
  await expect(ensurePostgres(postgres.settings)).rejects.toThrow(/passwordFiles\.superuser: .* is not the password/);
});

test('stopping waits until it is gone, rolls back what is open, and is done only once', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  await writeRow();
  const client = await connect('owner').connect();
  await client.query('begin; delete from kept');

  await stopPostgres(postgres.settings);
  await stopPostgres(postgres.settings);

  client.release(true);
  expect(isAlive(pid)).toBe(false);
  await ensurePostgres(postgres.settings);
  await expect(readRow()).resolves.toBe(42);
});

test('stopping touches no other process that a left-over pid file names', async () => {
  await ensurePostgres(postgres.settings);
  const other = await preparePostgres();
  try {
    const { pid } = await ensurePostgres(other.settings);
    await stopPostgres(postgres.settings);
    const pidFile = path.join(postgres.settings.directory, 'data', 'postmaster.pid');
    writeFileSync(pidFile, `${pid}\n`);
    await stopPostgres(postgres.settings);
    expect(isAlive(pid)).toBe(true);
    rmSync(pidFile);
  } finally {
    await other.stop();
  }
});

test('a frozen server is stopped like any other', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  process.kill(pid, 'SIGSTOP');
  await stopPostgres(postgres.settings);
  expect(isAlive(pid)).toBe(false);
});

test('one that does not leave is made to, leaves nothing behind, and recovers what was committed', async () => {
  const { pid } = await ensurePostgres(postgres.settings);
  await writeRow();
  const client = await connect('owner').connect();
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const backend = rows[0]?.pid ?? 0;
  process.kill(backend, 'SIGSTOP'); // A fast shutdown waits for its backends.

  await stopPostgres(postgres.settings);

  client.release(true);
  await waitUntil(() => !isAlive(backend), 10_000);
  expect([pid, backend].filter(isAlive)).toEqual([]);
  await ensurePostgres(postgres.settings);
  await expect(readRow()).resolves.toBe(42);
});

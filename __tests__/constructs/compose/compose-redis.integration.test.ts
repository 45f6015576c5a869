/** Real servers from the rendered files, with what `prepare.sh` makes; on loopback in place of containers. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSessionKeys } from '../../../apps/redis/key-ring';
import { composeAclTemplate, composeRedisConf } from '../../../constructs/compose/redis-files';
import { filesFolder, redisServers } from '../../../constructs/compose/layout';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';

const folder = mkdtempSync(path.join(tmpdir(), 'compose-'));
const at = (...parts: string[]) => path.join(folder, ...parts);
const script = path.resolve(__dirname, '../../../deploy/compose/prepare.sh');
const servers = redisServers['master-replica'];
const running: ChildProcess[] = [];
const portOf: Record<string, number> = {};

/** Runs the script as the container does, with folders of this machine. No user of the system is changed. */
function prepare(): void {
  for (const name of ['redis', 'postgres', 'programs']) mkdirSync(at(name), { recursive: true });
  writeFileSync(at('template'), composeAclTemplate());
  execFileSync('/bin/sh', [script, ...servers], {
    env: {
      PATH: process.env.PATH,
      ALL_FILES: at('all'),
      REDIS_FILES: at('redis'),
      POSTGRES_FILES: at('postgres'),
      PROGRAM_FILES: at('programs'),
      ACL_TEMPLATE: at('template'),
    },
  });
}

beforeAll(async () => {
  prepare();
  const free = await freePorts(servers.length);
  for (const [index, server] of servers.entries()) portOf[server] = free[index] ?? 0;
  for (const server of servers) {
    const data = at('data', server);
    mkdirSync(data, { recursive: true });
    const configuration = composeRedisConf('master-replica', server)
      .replaceAll(filesFolder, at('redis'))
      .replace('dir /data', `dir ${data}`)
      .replace('tls-port 6379', `tls-port ${portOf[server] ?? 0}`)
      .replace('replicaof redis 6379', `replicaof localhost ${portOf.redis ?? 0}`);
    writeFileSync(at(`${server}.conf`), configuration);
    running.push(spawn('redis-server', [at(`${server}.conf`)], { stdio: 'ignore' }));
  }
});
afterAll(async () => {
  for (const server of running.filter(({ exitCode, pid }) => exitCode === null && pid !== undefined)) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

/** What a server answers, as somebody. */
function ask(server: string, user: string | undefined, ...command: string[]): string {
  const login = user === undefined ? [] : ['--user', user];
  return execFileSync(
    'redis-cli',
    ['--tls', '--cacert', at('redis/ca.crt'), '-p', String(portOf[server]), ...login, ...command],
    {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      env: {
        ...process.env,
        ...(user !== undefined && { REDISCLI_AUTH: readFileSync(at('all', `redis-${user}`), 'utf8').trim() }),
      },
    },
  ).trim();
}

const answers = (server: string) => {
  try {
    return /PONG|NOAUTH/.test(ask(server, undefined, 'ping'));
  } catch {
    return false;
  }
};

test('servers answer as the health check has it, and let nobody in without a login', async () => {
  for (const server of servers) await eventually(() => answers(server));
  expect(ask('redis', undefined, 'get', 'cache:1')).toContain('NOAUTH');
});

test('a user may do its own, and no more', () => {
  expect(ask('redis', 'app', 'set', 'cache:1', 'value')).toBe('OK');
  expect(ask('redis', 'app', 'set', 'other:1', 'value')).toContain('NOPERM');
  expect(ask('redis', 'worker', 'get', 'session:1')).toContain('NOPERM');
});

test('the replica logs in to its master, over TLS, and has its data', async () => {
  await eventually(
    () => ask('redis-replica', 'operator', 'info', 'replication').includes('master_link_status:up'),
    20_000,
  );
  await eventually(() => ask('redis-replica', 'app', 'get', 'cache:1') === 'value');
});

test('what is made is closed to others, and stays as it is when it is made again', () => {
  const read = () =>
    ['redis-app', 'ca.crt', 'redis.crt', 'session-keys.json'].map((name) => readFileSync(at('all', name), 'utf8'));
  const before = read();
  prepare();
  expect(read()).toEqual(before);
  for (const file of ['programs/redis-app', 'programs/session-keys.json', 'postgres/postgres.key', 'redis/users.acl']) {
    expect([file, statSync(at(file)).mode & 0o077]).toEqual([file, 0]);
  }
  expect(parseSessionKeys(readFileSync(at('programs/session-keys.json'), 'utf8')).signing.keys).toHaveLength(1);
});

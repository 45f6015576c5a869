import { readFileSync, statSync } from 'node:fs';
import { parseSessionKeys } from '../../../apps/redis/key-ring';
import { ComposeServers } from '../../support/compose-servers';
import { eventually } from '../../support/eventually';

let servers: ComposeServers;

beforeAll(async () => {
  servers = await ComposeServers.start();
});

afterAll(() => servers.stop());

/** What a server answers, as somebody. */
const ask = (server: string, user: string | undefined, ...command: string[]) => servers.ask(server, user, ...command);

test('servers answer as the health check has it, and let nobody in without a login', async () => {
  for (const server of servers.names) await eventually(() => servers.answers(server));
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
    ['redis-app', 'ca.crt', 'redis.crt', 'session-keys.json'].map((name) =>
      readFileSync(servers.at('all', name), 'utf8'),
    );
  const before = read();
  servers.prepare();
  expect(read()).toEqual(before);
  for (const file of ['programs/redis-app', 'programs/session-keys.json', 'postgres/postgres.key', 'redis/users.acl']) {
    expect([file, statSync(servers.at(file)).mode & 0o077]).toEqual([file, 0]);
  }
  expect(parseSessionKeys(readFileSync(servers.at('programs/session-keys.json'), 'utf8')).signing.keys).toHaveLength(1);
});

import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { awaitReady, connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { channels, hashSlot } from '../../../apps/redis/keys';
import type { RedisUserName } from '../../../constructs/redis/acl';
import { allowed, events, refused, released, type CommandLine } from '../../support/acl-commands';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
const clients = new Map<RedisUserName, RedisClient>();

beforeAll(async () => {
  cluster = await startRedisCluster();
  for (const name of ['app', 'worker', 'gateway', 'exporter', 'operator'] as const) {
    const client = connectRedis(cluster.settings(name));
    await awaitReady(client, 5_000);
    clients.set(name, client);
  }
});

afterAll(async () => {
  await Promise.all([...clients.values()].map(disconnectRedis));
  await cluster.stop();
});

/** Sends a command as a user: to the master of the key's slot if there is a key, else to any master. */
async function send(user: RedisUserName, line: CommandLine, key?: string): Promise<unknown> {
  const client = clients.get(user);
  if (!client || !('slots' in client)) throw new Error(`${user} is not connected`);
  const owner = key === undefined ? undefined : client.slots[hashSlot(key)]?.[0];
  const masters = masterNodes(client);
  const node = masters.find(({ options }) => `${options.host}:${options.port}` === owner) ?? masters[0];
  const [name, ...rest] = line;
  return node?.call(name, ...rest);
}

test.each(allowed.map(([user, line, key]) => ({ user, command: line.join(' '), line, key })))(
  '$user may $command',
  async ({ user, line, key }) => {
    await expect(send(user, line, key)).resolves.not.toBeInstanceOf(Error);
  },
);

test.each<[RedisUserName, string]>([
  ['app', channels.cacheInvalidation],
  ['worker', channels.cacheInvalidation],
  ['app', released],
  ['worker', released],
  ['app', events],
  ['worker', events],
])('%s may listen to %s', async (user, channel) => {
  const client = connectRedis(cluster.settings(user));
  await awaitReady(client, 5_000);
  const owner = 'slots' in client ? client.slots[hashSlot(channel)]?.[0] : undefined;
  const node = masterNodes(client).find(({ options }) => `${options.host}:${options.port}` === owner);
  const count = await (channel.includes('{') ? node?.ssubscribe(channel) : node?.subscribe(channel));
  expect(count).toBe(1);
  await disconnectRedis(client);
});

test.each(refused.map(([user, line]) => ({ user, command: line.join(' '), line })))(
  '$user may not $command',
  async ({ user, line }) => {
    // The server's configuration forbids DEBUG and MODULE to everybody, before it looks at the user.
    await expect(send(user, line)).rejects.toThrow(/^NOPERM|^ERR (DEBUG|MODULE) command not allowed/);
  },
);

/** Speaks the inline protocol, as anybody with a socket can. @returns what came back before the socket closed or idled */
function converse(port: number, text: string, caCertificate?: string): Promise<string> {
  return new Promise((resolve) => {
    let reply = '';
    const socket = caCertificate
      ? connectTls({ host: '127.0.0.1', port, ca: caCertificate }, () => socket.write(text))
      : connectTcp({ host: '127.0.0.1', port }, () => socket.write(text));
    socket.setTimeout(500, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (data: string) => (reply += data));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(reply));
  });
}

describe('whoever has no user', () => {
  const port = () => cluster.nodes[0]?.port ?? 0;

  test.each(['PING', 'GET cache:resource:1', 'INFO', 'FLUSHALL', 'CLUSTER NODES'])(
    'is not heard: %s',
    async (command) => {
      const reply = await converse(port(), `${command}\r\n`, cluster.settings('app').caCertificate);
      expect(reply).toMatch(/^-NOAUTH/);
    },
  );

  test.each(['AUTH secret', 'AUTH default secret', 'AUTH default', 'HELLO 3 AUTH default x', 'AUTH app x'])(
    'does not get in by %s',
    async (command) => {
      const reply = await converse(port(), `${command}\r\nPING\r\n`, cluster.settings('app').caCertificate);
      expect(reply).toMatch(/^-(WRONGPASS|NOAUTH)/);
      expect(reply).not.toMatch(/PONG/);
    },
  );

  test('gets no answer without TLS', async () => {
    expect(await converse(port(), 'PING\r\n')).not.toMatch(/PONG|NOAUTH/);
  });
});

import { awaitReady, connectRedis, disconnectRedis, masterNodes, type RedisClient } from '../../../apps/redis/client';
import { RedisUnavailableError } from '../../../apps/redis/unavailability';
import { keys } from '../../../apps/redis/keys';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import {
  data,
  encryptionKey,
  isActive,
  listKeyOf,
  newUser,
  ringKey,
  sessionIdOf,
  sessionKeyOf,
  sessionKeys,
  signingKey,
  storeMaker,
} from '../../support/session-store';

let cluster: TestCluster;
let client: RedisClient;
let operator: RedisClient;
const store = storeMaker(() => client);

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
  operator = connectRedis(cluster.settings('operator'));
  await awaitReady(client, 10_000);
});

afterAll(async () => {
  await Promise.all([client, operator].map(disconnectRedis));
  await cluster.stop();
});

async function storedKeys(): Promise<string[]> {
  const pages = await Promise.all(
    masterNodes(operator).map((node) => node.scan('0', 'MATCH', '*session*', 'COUNT', 10_000)),
  );
  return pages.flatMap(([, found]) => found);
}

test('Redis learns neither the id, nor the user, nor the contents; everything in it has an end', async () => {
  const userId = newUser();
  const { token } = await store().create(userId, data);
  const record = await client.get(sessionKeyOf(token));
  expect(record).toMatch(/^\d{13} \d{13} old\.[\w-]+$/);
  const sealed = Buffer.from(record?.split('.')[1] ?? '', 'base64url');
  expect(sealed.includes(userId) || sealed.includes('Nowak')).toBe(false);
  expect(await client.pttl(sessionKeyOf(token))).toBeGreaterThan(50_000);
  expect(await client.pttl(listKeyOf(userId))).toBeGreaterThan(590_000);
  const sid = sessionIdOf(token);
  expect((await storedKeys()).filter((key) => key.includes(sid) || key.includes(userId))).toEqual([]);
});

test('a session without an end, or with one beyond a shortened idle time, gets the right one', async () => {
  const { token } = await store().create(newUser(), data);
  const record = (await client.get(sessionKeyOf(token))) ?? '';
  await client.set(sessionKeyOf(token), record);
  expect(await isActive(store(), token)).toBe(true);
  expect(await client.pttl(sessionKeyOf(token))).toBeLessThanOrEqual(60_000);
  expect(await isActive(store({ idleSeconds: 5 }), token)).toBe(true);
  expect(await client.pttl(sessionKeyOf(token))).toBeLessThanOrEqual(5_000);
});

test('keys rotate without ending a session: it is encrypted anew when it is used', async () => {
  const userId = newUser();
  const { token } = await store().create(userId, data);
  const newKey = ringKey('new');
  let reencrypted = 0;
  const rotating = store({
    keys: sessionKeys([newKey, encryptionKey], [signingKey]),
    observer: { onReencrypted: () => reencrypted++ },
  });
  const ttl = await client.pttl(sessionKeyOf(token));
  for (let use = 0; use < 3; use++) expect((await rotating.read(token)).session).toMatchObject({ userId, data });
  expect(reencrypted).toBe(1);
  expect(await client.get(sessionKeyOf(token))).toMatch(/ new\./);
  expect(await client.pttl(sessionKeyOf(token))).toBeLessThanOrEqual(ttl);
  expect((await store({ keys: sessionKeys([newKey], [signingKey]) }).read(token)).session).toMatchObject({
    userId,
    data,
  });
});

test('signing keys rotate without ending a session', async () => {
  const { token } = await store().create(newUser(), data);
  const next = ringKey('next');
  expect(await isActive(store({ keys: sessionKeys([encryptionKey], [next, signingKey]) }), token)).toBe(true);
  expect(await store({ keys: sessionKeys([encryptionKey], [next]) }).read(token)).toEqual({ reason: 'signature' });
});

test.each<[string, (record: string, other: string) => string]>([
  ['changed contents', (record) => record.slice(0, -8) + 'AAAAAAAA'],
  ['no contents', (record) => record.replace(/old\..*/, '')],
  ['no times', () => 'nonsense'],
  ['the contents of another session', (_, other) => other],
  ['a key id that is gone', (record) => record.replace('old.', 'gone.')],
])('a session with %s is none, and reported', async (_, tamper) => {
  const reported: string[] = [];
  const outcomes: string[] = [];
  const sessions = store({
    observer: {
      onUnreadable: (error, hash) => reported.push(`${error.name} ${keys.session(hash)}`),
      onRead: (outcome) => outcomes.push(outcome),
    },
  });
  const userId = newUser();
  const { token } = await sessions.create(userId, data);
  const other = await client.get(sessionKeyOf((await sessions.create(userId, data)).token));
  await client.set(
    sessionKeyOf(token),
    tamper((await client.get(sessionKeyOf(token))) ?? '', other ?? ''),
    'PX',
    60_000,
  );
  expect(await sessions.read(token)).toEqual({ reason: 'unreadable' });
  expect(reported).toEqual([`UnreadableSessionError ${sessionKeyOf(token)}`]);
  expect(outcomes).toEqual(['unreadable']);
  // It may be this process that lacks a key: the others keep the session.
  expect(await client.exists(sessionKeyOf(token))).toBe(1);
});

test('a session with contents of another shape is none, and reported', async () => {
  const reported: Error[] = [];
  const { token } = await store().create(newUser(), data);
  const strict = store({
    parseData: () => {
      throw new Error('another shape');
    },
    observer: { onUnreadable: (error) => reported.push(error) },
  });
  expect(await strict.read(token)).toEqual({ reason: 'unreadable' });
  expect(reported.map(({ message }) => message)).toEqual(['another shape']);
});

describe('without Redis', () => {
  test('nothing is known of a session; afterwards it is as it was', async () => {
    const sessions = store({ deadlineMilliseconds: 200 });
    const userId = newUser();
    const { token } = await sessions.create(userId, data);
    const pids = cluster.nodes.map(({ name }) => cluster.pid(name));
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      const begin = performance.now();
      await expect(sessions.read(token)).rejects.toBeInstanceOf(RedisUnavailableError);
      expect(performance.now() - begin).toBeLessThan(1_000);
      await expect(sessions.update(token, (old) => old)).rejects.toBeInstanceOf(RedisUnavailableError);
      await expect(sessions.create(userId, data)).rejects.toBeInstanceOf(RedisUnavailableError);
      await expect(sessions.count(userId)).rejects.toBeInstanceOf(RedisUnavailableError);
      // A token that wasn't made here is refused all the same.
      expect(await sessions.read(`${token.slice(0, -5)}AAAAA`)).toEqual({ reason: 'signature' });
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await eventually(() => isActive(sessions, token).catch(() => false), 20_000);
  });

  test('whatever error Redis answers with, it is as if it were down', async () => {
    const userId = newUser();
    const sessions = store();
    const { token } = await sessions.create(userId, data);
    await client.set(listKeyOf(userId), 'no sorted set', 'PX', 60_000);
    await expect(sessions.read(token)).rejects.toBeInstanceOf(RedisUnavailableError);
    await expect(sessions.read(token)).rejects.toThrow('WRONGTYPE');
    await expect(sessions.destroyAll(userId)).rejects.toBeInstanceOf(RedisUnavailableError);
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { data, isActive, listKeyOf, newUser, sessionKeyOf, storeMaker } from '../../support/session-store';

let cluster: TestCluster;
let client: RedisClient;
const store = storeMaker(() => client);

beforeAll(async () => {
  cluster = await startRedisCluster();
  client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 10_000);
});

afterAll(async () => {
  await disconnectRedis(client);
  await cluster.stop();
});

test('logout ends one session, once', async () => {
  const sessions = store();
  const userId = newUser();
  const [one, other] = [await sessions.create(userId, data), await sessions.create(userId, data)];
  expect(await sessions.count(userId)).toBe(2);
  expect(await sessions.destroy(one.token)).toBe(true);
  expect(await sessions.destroy(one.token)).toBe(false);
  expect(await sessions.read(one.token)).toEqual({ reason: 'unknown' });
  expect(await isActive(sessions, other.token)).toBe(true);
  expect(await sessions.count(userId)).toBe(1);
  expect(await sessions.destroy('no token')).toBe(false);
});

test('a login replaces the session that it was made with', async () => {
  const sessions = store();
  const userId = newUser();
  const former = await sessions.create(userId, data);
  const { token, session } = await sessions.regenerate(former.token, userId, { ...data, visits: 1 });
  expect(token).not.toBe(former.token);
  expect(session.data.visits).toBe(1);
  expect(await sessions.read(former.token)).toEqual({ reason: 'unknown' });
  expect(await isActive(sessions, token)).toBe(true);
  expect(await sessions.count(userId)).toBe(1);
  await eventually(async () => (await client.exists(sessionKeyOf(former.token))) === 0);
});

test('a login with the session of another user ends that one', async () => {
  const sessions = store();
  const [user, other] = [newUser(), newUser()];
  const former = await sessions.create(other, data);
  const bystander = await sessions.create(other, data);
  const { token } = await sessions.regenerate(former.token, user, data);
  expect(await sessions.read(former.token)).toEqual({ reason: 'unknown' });
  expect((await sessions.read(token)).session?.userId).toBe(user);
  expect(await isActive(sessions, bystander.token)).toBe(true);
});

test.each([undefined, '', 'no token'])('a login with the token %j just begins a session', async (token) => {
  const sessions = store();
  expect(await isActive(sessions, (await sessions.regenerate(token, newUser(), data)).token)).toBe(true);
});

test('all sessions of a user end at once, those of others go on', async () => {
  const sessions = store();
  const [user, other] = [newUser(), newUser()];
  const created = await Promise.all(Array.from({ length: 20 }, () => sessions.create(user, data)));
  const bystander = await sessions.create(other, data);
  expect(await sessions.destroyAll(user)).toBe(20);
  expect(await sessions.destroyAll(user)).toBe(0);
  for (const { token } of created) {
    expect(await sessions.read(token)).toEqual({ reason: 'unknown' });
    expect(await client.exists(sessionKeyOf(token))).toBe(0);
  }
  expect(await isActive(sessions, bystander.token)).toBe(true);
  expect(await isActive(sessions, (await sessions.create(user, data)).token)).toBe(true);
});

test('no session that is created meanwhile escapes a revocation unlisted', async () => {
  const [one, other] = [store(), store()];
  const userId = newUser();
  for (let round = 0; round < 20; round++) {
    const before = await one.create(userId, data);
    const creations = Array.from({ length: 8 }, (_, index) => (index % 2 ? one : other).create(userId, data));
    await sleep(Math.random() * 4);
    await other.destroyAll(userId);
    const created = await Promise.all(creations);
    expect(await isActive(one, before.token)).toBe(false);
    const active = await Promise.all(created.map(({ token }) => isActive(other, token)));
    expect(await one.count(userId)).toBe(active.filter(Boolean).length);
    await one.destroyAll(userId);
    const left = await Promise.all(created.map(({ token }) => isActive(other, token)));
    expect(left).not.toContain(true);
  }
});

test.each<[string, (token: string, userId: string) => Promise<unknown>]>([
  ['its record', (token) => client.unlink(sessionKeyOf(token))],
  ["its user's list", (_, userId) => client.unlink(listKeyOf(userId))],
])('a session that lost %s is none', async (_, lose) => {
  const sessions = store();
  const userId = newUser();
  const { token } = await sessions.create(userId, data);
  await lose(token, userId);
  expect(await sessions.read(token)).toEqual({ reason: 'unknown' });
  expect(await sessions.count(userId)).toBe(0);
});

test('a revoked session stays revoked when a failover brings its record back', async () => {
  const sessions = store();
  const userId = newUser();
  const { token } = await sessions.create(userId, data);
  const record = (await client.get(sessionKeyOf(token))) ?? '';
  await sessions.destroyAll(userId);
  await client.set(sessionKeyOf(token), record, 'PX', 60_000);
  expect(await sessions.read(token)).toEqual({ reason: 'unknown' });
});

test('the count leaves out sessions that were unused for too long, and the list forgets them', async () => {
  const userId = newUser();
  await store({ idleSeconds: 1 }).create(userId, data);
  const sessions = store();
  await sessions.create(userId, data);
  await eventually(async () => (await sessions.count(userId)) === 1, 3_000);
  expect(await client.zcard(listKeyOf(userId))).toBe(1);
});

test('one session more than a user may have ends the oldest', async () => {
  const sessions = store({ maxSessionsPerUser: 3 });
  const userId = newUser();
  const tokens: string[] = [];
  for (let login = 0; login < 5; login++) {
    tokens.push((await sessions.create(userId, data)).token);
    // A later millisecond, by which the oldest is told.
    await sleep(2);
  }
  expect(await Promise.all(tokens.map((token) => isActive(sessions, token)))).toEqual([false, false, true, true, true]);
  const [oldest = ''] = tokens;
  await eventually(async () => (await client.exists(sessionKeyOf(oldest))) === 0);
});

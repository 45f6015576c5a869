import { setTimeout as sleep } from 'node:timers/promises';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { data, isActive, listKeyOf, newUser, sessionKeyOf, storeMaker, type Data } from '../../support/session-store';

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

test('a session is what it was created with, in every process', async () => {
  const [one, other] = [store(), store()];
  const userId = newUser();
  const before = Date.now();
  const { token, session } = await one.create(userId, data);
  expect(session).toMatchObject({ userId, data });
  expect(Math.abs(session.createdAt.getTime() - before)).toBeLessThan(5_000);
  expect(session.idleExpiresAt.getTime() - session.createdAt.getTime()).toBe(60_000);
  expect(session.absoluteExpiresAt.getTime() - session.createdAt.getTime()).toBe(600_000);
  const found = await other.read(token);
  expect(found.session).toMatchObject({ userId, data, absoluteExpiresAt: session.absoluteExpiresAt });
  expect(found.session?.createdAt).toEqual(session.createdAt);
});

test('an unused session ends, a used one goes on until the end of its longest life', async () => {
  const sessions = store({ idleSeconds: 2, absoluteSeconds: 4 });
  const userId = newUser();
  const [unused, used] = [await sessions.create(userId, data), await sessions.create(userId, data)];
  const begin = performance.now();
  const idleEnds: number[] = [];
  for (;;) {
    const { session } = await sessions.read(used.token);
    if (!session) break;
    idleEnds.push(session.idleExpiresAt.getTime());
    expect(session.idleExpiresAt.getTime()).toBeLessThanOrEqual(used.session.absoluteExpiresAt.getTime());
    await sleep(100);
  }
  expect(performance.now() - begin).toBeGreaterThan(3_700);
  expect(performance.now() - begin).toBeLessThan(5_000);
  const lastEnd = idleEnds.at(-1) ?? 0;
  expect(used.session.absoluteExpiresAt.getTime() - lastEnd).toBeLessThanOrEqual(2);
  expect(await sessions.read(unused.token)).toEqual({ reason: 'unknown' });
  expect(await client.exists(sessionKeyOf(used.token))).toBe(0);
  await eventually(async () => (await client.exists(listKeyOf(userId))) === 0);
});

test('the end as unused is put off when it makes a difference', async () => {
  const sessions = store({ idleSeconds: 64 });
  const { token, session } = await sessions.create(newUser(), data);
  const ends = async () => (await sessions.read(token)).session?.idleExpiresAt.getTime() ?? 0;
  expect(Math.abs((await ends()) - session.idleExpiresAt.getTime())).toBeLessThanOrEqual(2);
  await client.pexpire(sessionKeyOf(token), 62_500);
  expect(await ends()).toBeGreaterThan(session.idleExpiresAt.getTime());
  expect(await client.pttl(sessionKeyOf(token))).toBeGreaterThan(63_000);
});

test('a session ends with its longest life even if its record stays', async () => {
  const sessions = store({ idleSeconds: 1, absoluteSeconds: 1 });
  const { token } = await sessions.create(newUser(), data);
  const record = (await client.get(sessionKeyOf(token))) ?? '';
  await client.set(sessionKeyOf(token), record);
  await eventually(async () => !(await isActive(sessions, token)), 3_000);
  expect(await client.exists(sessionKeyOf(token))).toBe(0);
});

test('an update changes the contents and no time', async () => {
  const sessions = store();
  const { token, session } = await sessions.create(newUser(), data);
  const updated = await sessions.update(token, ({ name, visits }) => ({ name, visits: visits + 1 }));
  expect(updated.session?.data).toEqual({ ...data, visits: 1 });
  const found = await sessions.read(token);
  expect(found.session).toMatchObject({ data: { ...data, visits: 1 }, createdAt: session.createdAt });
  expect(found.session?.absoluteExpiresAt).toEqual(session.absoluteExpiresAt);
  expect(await client.pttl(sessionKeyOf(token))).toBeGreaterThan(50_000);
  expect(await sessions.update('no token', (old) => old)).toEqual({ reason: 'malformed' });
  await sessions.destroy(token);
  expect(await sessions.update(token, (old) => old)).toEqual({ reason: 'unknown' });
});

test('concurrent updates of two processes all count', async () => {
  const [one, other] = [store(), store()];
  const { token } = await one.create(newUser(), data);
  const visit = ({ name, visits }: Data) => ({ name, visits: visits + 1 });
  for (let round = 1; round <= 5; round++) {
    await Promise.all(Array.from({ length: 8 }, (_, index) => (index % 2 ? one : other).update(token, visit)));
    expect((await one.read(token)).session?.data.visits).toBe(8 * round);
  }
});

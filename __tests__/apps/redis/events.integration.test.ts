import { z } from 'zod';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { RedisUnavailableError } from '../../../apps/redis/unavailability';
import { Events } from '../../../apps/redis/events';
import { channels } from '../../../apps/redis/keys';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { strikeMaster } from '../../support/cluster-faults';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';

let cluster: TestCluster;
const processes: { client: RedisClient; subscriptions: Subscriptions; events: Events; errors: string[] }[] = [];

const parse = (payload: unknown) => z.object({ command: z.string() }).parse(payload);

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

afterEach(() => Promise.all(processes.splice(0).map(({ client }) => disconnectRedis(client))));

async function start(user: 'app' | 'worker') {
  const client = connectRedis(cluster.settings(user));
  await awaitReady(client, 10_000);
  const errors: string[] = [];
  const subscriptions = new Subscriptions(client, { onError: ({ message }) => errors.push(message) });
  const process = { client, subscriptions, events: new Events({ client, subscriptions }), errors };
  processes.push(process);
  return process;
}

test('an event reaches every process that listens to its topic, and nobody else', async () => {
  const [api, worker] = [await start('app'), await start('worker')];
  const heard: string[] = [];
  const listeners = [
    worker.events.subscribe('operations', ({ command }) => void heard.push(`worker ${command}`), { parse }),
    api.events.subscribe('operations', ({ command }) => void heard.push(`api ${command}`), { parse }),
    api.events.subscribe('other', ({ command }) => void heard.push(`other ${command}`), { parse }),
  ];
  await Promise.all(listeners.map(({ confirmed }) => confirmed));
  expect(await api.events.publish('operations', { command: 'resign' })).toBe(2);
  await eventually(() => heard.length === 2);
  expect(heard.sort()).toEqual(['api resign', 'worker resign']);
});

test('without listeners an event is lost, which its publisher can see', async () => {
  const { events } = await start('app');
  expect(await events.publish('nobody', { command: 'resign' })).toBe(0);
});

test('events that can’t be read are reported and dropped; so is what handlers throw', async () => {
  const { client, events, errors } = await start('app');
  const heard: string[] = [];
  const listener = events.subscribe(
    'operations',
    ({ command }) => {
      if (command === 'fail') throw new Error('the handler failed');
      heard.push(command);
    },
    { parse },
  );
  await listener.confirmed;
  await client.spublish(channels.events('operations'), 'no JSON');
  for (const payload of [{ wrong: true }, { command: 'fail' }, { command: 'good' }]) {
    await events.publish('operations', payload);
  }
  await eventually(() => heard.length === 1);
  expect(heard).toEqual(['good']);
  expect(errors).toEqual([expect.stringContaining('JSON'), expect.stringContaining('command'), 'the handler failed']);
});

test.each([undefined, () => undefined])('a payload that JSON can’t express is refused', async (payload) => {
  const { events } = await start('app');
  await expect(events.publish('operations', payload)).rejects.toThrow(
    "event of 'operations' can't be expressed in JSON",
  );
});

test('a failover interrupts a listener, tells it so, and events arrive again', async () => {
  const [api, worker] = [await start('app'), await start('worker')];
  const heard: string[] = [];
  const listener = worker.events.subscribe('operations', ({ command }) => void heard.push(command), {
    parse,
    onInterruption: () => heard.push('interrupted'),
    onResubscribe: () => heard.push('resubscribed'),
  });
  await listener.confirmed;
  const shard = await strikeMaster(cluster, 'kill -9', channels.events('operations'));
  try {
    await expect(api.events.publish('operations', { command: 'lost' })).rejects.toThrow(RedisUnavailableError);
    await shard.promoted();
    await eventually(async () => {
      await api.events.publish('operations', { command: 'resign' }).catch(() => undefined);
      return heard.includes('resign');
    }, 20_000);
    expect(heard.slice(0, 2)).toEqual(['interrupted', 'resubscribed']);
  } finally {
    await shard.repair();
  }
});

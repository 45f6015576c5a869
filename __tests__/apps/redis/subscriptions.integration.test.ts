import { setTimeout as sleep } from 'node:timers/promises';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { waitUntil } from '../../../apps/local-platform/daemon';
import { channels } from '../../../apps/redis/keys';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { strikeMaster, type FaultyShard, type MasterFault } from '../../support/cluster-faults';
import { eventually } from '../../support/eventually';
import { startRedisCluster, type TestCluster } from '../../support/redis-cluster';
import { killSubscriberConnections, subscriberConnections } from '../../support/subscriber-connections';

let cluster: TestCluster;
let client: RedisClient;
let subscriptions: Subscriptions;
let errors: string[];
let tests = 0;

beforeAll(async () => {
  cluster = await startRedisCluster();
});

afterAll(() => cluster.stop());

beforeEach(async () => {
  client = connectRedis(cluster.settings('app'));
  await awaitReady(client, 10_000);
  errors = [];
  // What an earlier test said may still be on its way.
  tests++;
  plain.channel = channels.events(`plain-${tests}`);
  sharded.channel = channels.events(`sharded-${tests}`);
  subscriptions = new Subscriptions(client, { onError: ({ message }) => errors.push(message) });
});

afterEach(async () => {
  subscriptions.close();
  await disconnectRedis(client);
});

interface Target {
  /** Another one in each test. */
  channel: string;
  readonly sharded: boolean;
}

const plain: Target = { channel: '', sharded: false };
const sharded: Target = { channel: '', sharded: true };

function publish({ channel, sharded: isSharded }: Target, message: string): Promise<unknown> {
  return isSharded ? client.spublish(channel, message) : client.publish(channel, message);
}

/** Subscribes and notes what it hears. */
async function listen({ channel, sharded: isSharded }: Target, from = subscriptions) {
  const heard: string[] = [];
  const subscription = from.subscribe(channel, (message) => void heard.push(message), {
    sharded: isSharded,
    onInterruption: () => heard.push('interrupted'),
    onResubscribe: () => heard.push('resubscribed'),
  });
  await subscription.confirmed;
  return { subscription, heard };
}

test.each<[string, Target, Target]>([
  ['plain', plain, sharded],
  ['sharded', sharded, plain],
])('a %s channel is still heard after all channels of the other kind have been left', async (_, kept, left) => {
  const { subscription, heard } = await listen(kept);
  const others = await Promise.all(
    // On every shard, so that one of them is surely on the server of the other kind's connection.
    [0, 1, 2, 3, 4, 5, 6, 7].map((number) =>
      left.sharded ? listen({ channel: channels.events(`left-${number}`), sharded: true }) : listen(left),
    ),
  );
  for (const other of others) other.subscription.unsubscribe();
  // What tells of the end is behind it on the same connection.
  await sleep(200);
  await publish(kept, 'still');
  await eventually(() => heard.length === 1);
  expect(heard).toEqual(['still']);
  subscription.unsubscribe();
});

describe.each<[string, Target]>([
  ['a plain channel', plain],
  ['a sharded channel', sharded],
])('%s', (_name, target) => {
  test('is heard by all its subscribers, over one subscription, until the last has left', async () => {
    const [first, second] = [await listen(target), await listen(target)];
    expect(first.subscription.live).toBe(true);
    await publish(target, 'to both');
    await eventually(() => first.heard.length + second.heard.length === 2);
    first.subscription.unsubscribe();
    first.subscription.unsubscribe();
    expect(first.subscription.live).toBe(false);
    await publish(target, 'to the second');
    await eventually(() => second.heard.length === 2);
    second.subscription.unsubscribe();
    const third = await listen(target);
    await publish(target, 'to the third');
    await eventually(() => third.heard.length === 1);
    expect([first.heard, second.heard, third.heard]).toEqual([
      ['to both'],
      ['to both', 'to the second'],
      ['to the third'],
    ]);
  });

  test('joined and left a hundred times in a row is heard by the last one', async () => {
    const heard: string[] = [];
    for (let round = 0; round < 100; round++) {
      const { subscription } = await listen(target);
      subscription.unsubscribe();
      subscriptions.subscribe(target.channel, () => undefined, target).unsubscribe();
    }
    const last = subscriptions.subscribe(target.channel, (message) => void heard.push(message), target);
    await last.confirmed;
    await publish(target, 'still here');
    await eventually(() => heard.length === 1);
    expect(errors).toEqual([]);
  });

  test('a message is heard by those alone whose subscription is live', async () => {
    const over = new AbortController();
    const publishing = (async () => {
      while (!over.signal.aborted) await Promise.all(Array.from({ length: 5 }, () => publish(target, 'now')));
    })();
    const early: number[] = [];
    for (let round = 0; round < 50; round++) {
      const heard: boolean[] = [];
      const subscription = subscriptions.subscribe(target.channel, () => void heard.push(subscription.live), target);
      await eventually(() => heard.length > 0);
      if (heard[0] === false) early.push(round);
      subscription.unsubscribe();
    }
    over.abort();
    await publishing;
    expect(early).toEqual([]);
  });

  test('a cut connection is told to the subscribers, and made good', async () => {
    const { subscription, heard } = await listen(target);
    expect(await killSubscriberConnections(cluster)).toBe(1);
    await eventually(() => heard.includes('resubscribed'));
    expect(subscription.live).toBe(true);
    await publish(target, 'again');
    await waitUntil(() => heard.includes('again'), 10_000);
    // Each failure says what happened instead, for it is a rare one.
    expect({ heard, errors }).toEqual({ heard: ['interrupted', 'resubscribed', 'again'], errors });
  });

  test('a frozen server is noticed within three seconds and left', async () => {
    const { heard } = await listen(target);
    const [connection] = await subscriberConnections(cluster);
    const pid = cluster.pid(connection?.node.name ?? '');
    process.kill(pid, 'SIGSTOP');
    try {
      await eventually(() => heard.includes('interrupted'), 3_000);
      await eventually(() => heard.includes('resubscribed'), 20_000);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => (await publish(target, 'again'), heard.includes('again')));
  });
});

describe.each<MasterFault>(['CLUSTER FAILOVER', 'kill -9'])('%s at the master of a sharded channel', (fault) => {
  let shard: FaultyShard | undefined;

  afterEach(() => shard?.repair());

  test('messages arrive again once the replica has taken over', async () => {
    const { heard } = await listen(sharded);
    shard = await strikeMaster(cluster, fault, sharded.channel);
    await shard.promoted();
    // One that waits longer than a failover may take is refused, and said again.
    const say = () => publish(sharded, 'after').catch(() => undefined);
    const arrived = await waitUntil(async () => (await say(), heard.includes('after')), 20_000);
    // What is known of a failure, for it is a rare one.
    expect(arrived ? [] : { heard, errors: errors.map(String) }).toEqual([]);
    expect(heard.slice(0, 2)).toEqual(['interrupted', 'resubscribed']);
  });
});

test('a handler that throws or rejects is reported and stops nobody', async () => {
  const heard: string[] = [];
  subscriptions.subscribe(plain.channel, () => {
    throw new Error('thrown');
  });
  subscriptions.subscribe(plain.channel, () => Promise.reject(new Error('rejected')));
  await subscriptions.subscribe(plain.channel, (message) => void heard.push(message)).confirmed;
  await publish(plain, 'one');
  await publish(plain, 'two');
  await eventually(() => heard.length === 2);
  await eventually(() => errors.length === 4);
  expect(errors.sort()).toEqual(['rejected', 'rejected', 'thrown', 'thrown']);
});

test('plain channels share one connection, sharded ones have one at each shard', async () => {
  const topics = Array.from({ length: 30 }, (_, index) => ({ channel: channels.events(`t${index}`), sharded: true }));
  await listen(plain);
  await listen({ channel: channels.lockReleased('any'), sharded: false });
  expect(await subscriberConnections(cluster)).toHaveLength(1);
  const heard = await Promise.all(topics.map((topic) => listen(topic)));
  const count = (await subscriberConnections(cluster)).length;
  expect(count).toBeGreaterThanOrEqual(3);
  expect(count).toBeLessThanOrEqual(4);
  await Promise.all(topics.map((topic) => publish(topic, topic.channel)));
  await eventually(() => heard.every((listener) => listener.heard.length === 1));
});

test('a subscription made before the platform answers is live once it does', async () => {
  const early = connectRedis(cluster.settings('app'));
  const own = new Subscriptions(early);
  try {
    const { subscription, heard } = await listen(sharded, own);
    expect(subscription.live).toBe(true);
    await publish(sharded, 'heard');
    await eventually(() => heard.length === 1);
  } finally {
    await disconnectRedis(early);
  }
});

test('a channel that the ACL denies is reported, and its subscription never live', async () => {
  const subscription = subscriptions.subscribe('not-granted', () => undefined);
  await eventually(() => errors.some((message) => message.startsWith('NOPERM')));
  expect(subscription.live).toBe(false);
  subscription.unsubscribe();
  await subscription.confirmed;
});

test('closing ends everything, also by the end of the client', async () => {
  const { subscription } = await listen(plain);
  await disconnectRedis(client);
  expect(subscription.live).toBe(false);
  expect(() => subscriptions.subscribe(plain.channel, () => undefined)).toThrow('the subscriptions are closed');
  await eventually(async () => (await subscriberConnections(cluster)).length === 0);
});

test('a single server serves both kinds, and a cut connection is made good', async () => {
  const [node] = cluster.nodes;
  const { caCertificate, username, password } = cluster.settings('app');
  const single = connectRedis({
    topology: 'standalone',
    address: { host: '127.0.0.1', port: node?.port ?? 0 },
    ...(caCertificate ? { caCertificate } : {}),
    username,
    password,
    connectionName: 'single',
  });
  const own = new Subscriptions(single);
  try {
    const { heard } = await listen(plain, own);
    await publish(plain, 'one');
    await eventually(() => heard.length === 1);
    expect(await killSubscriberConnections(cluster, 'single-subscriber')).toBe(1);
    await eventually(() => heard.includes('resubscribed'));
    await publish(plain, 'two');
    await eventually(() => heard.includes('two'));
    expect(heard).toEqual(['one', 'interrupted', 'resubscribed', 'two']);
  } finally {
    await disconnectRedis(single);
  }
});

import { isDeepStrictEqual } from 'node:util';
import { connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { Events } from '../../../apps/redis/events';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { queueState, queueStateTopic, type QueueState } from '../../../apps/service/order-queue';
import { eventually } from '../../support/eventually';
import { WorkerTests } from '../../support/worker-tests';

const tests = new WorkerTests();

let client: RedisClient;
let subscriptions: Subscriptions;
let told: QueueState[] = [];

// As the api listens: with its user, and nothing of the queue that it may read itself.
beforeAll(async () => {
  client = connectRedis(tests.servers.cluster.settings('app'));
  subscriptions = new Subscriptions(client);
  const events = new Events({ client, subscriptions });
  const record = (state: QueueState) => void told.push(state);
  await events.subscribe(queueStateTopic, record, { parse: (value) => queueState.parse(value) }).confirmed;
});
beforeEach(() => (told = []));
afterAll(async () => {
  subscriptions.close();
  await disconnectRedis(client);
});

const isMatch = (state: QueueState | undefined, expected: Partial<QueueState>) =>
  state !== undefined && isDeepStrictEqual({ ...state, ...expected }, state);

/** Waits until somebody tells such a state. */
const isTold = (expected: Partial<QueueState>) => eventually(() => isMatch(told.at(-1), expected));

test('the leader tells how many orders wait, how long, and how many are dead', async () => {
  await tests.start('worker-1', { MAX_ATTEMPTS: '3' });
  await isTold({
    depth: 0,
    pending: 0,
    delayed: 0,
    dead: 0,
    oldestAgeMilliseconds: 0,
    oldestInHandMilliseconds: 0,
  });
  const held = await tests.hold('resource-1');
  await tests.orderMany(3);
  await isTold({ depth: 3, pending: 3 });
  const { oldestAgeMilliseconds = 0, oldestInHandMilliseconds = 0 } = told.at(-1) ?? {};
  expect(oldestInHandMilliseconds).toBeGreaterThan(0);
  // It is delivered after it was added.
  expect(oldestAgeMilliseconds).toBeGreaterThanOrEqual(oldestInHandMilliseconds);
  await held.release();
  await isTold({ depth: 0, pending: 0, dead: 0 });
  await tests.setAvailable('resource-1', false);
  await tests.orderMany(2);
  await isTold({ depth: 0, dead: 2 });
});

test('once the leader is gone, the next one tells', async () => {
  const leader = await tests.start('worker-1');
  await isTold({ depth: 0 });
  await tests.start('worker-2');
  await leader.killed();
  told = [];
  await isTold({ depth: 0 });
});

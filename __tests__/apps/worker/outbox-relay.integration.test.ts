import { Events } from '../../../apps/redis/events';
import { Locks } from '../../../apps/redis/lock';
import { partitionsOf } from '../../../apps/redis/stream-queue/queue';
import { Subscriptions } from '../../../apps/redis/subscriptions';
import { operationsTopic, orders, relayLockName, resignation } from '../../../apps/service/order-queue';
import { eventually } from '../../support/eventually';
import type { WorkerProcess } from '../../support/worker-process';
import { WorkerTests } from '../../support/worker-tests';

const tests = new WorkerTests();

/** Who leads according to Redis, as the api tells it. */
const holder = () => new Locks(tests.client, { instance: 'test' }).holder(relayLockName);

/** Waits until one of the workers leads, and nobody else. @returns it, and its fencing token */
async function elected(workers: readonly WorkerProcess[]): Promise<{ leader: WorkerProcess; token: bigint }> {
  let found: { leader: WorkerProcess; token: bigint } | undefined;
  await eventually(async () => {
    const [name, ...others] = await leading(workers);
    // Asked after they were: until then Redis may show a holder that was killed, under the name of its successor.
    const shown = await holder();
    const leader = workers.find((worker) => worker.name === name && name === shown?.instance);
    if (!leader || shown?.fencingToken === undefined || others.length > 0) return false;
    found = { leader, token: shown.fencingToken };
    return true;
  });
  if (!found) throw new Error('nobody leads');
  return found;
}

/** Names of those who say of themselves that they lead. */
async function leading(workers: readonly WorkerProcess[]): Promise<string[]> {
  const metrics = await Promise.all(workers.map((worker) => worker.metrics()));
  return workers.filter((_, index) => metrics[index]?.leader === 1).map(({ name }) => name);
}

const loseQueue = () => Promise.all(partitionsOf(orders).map(({ stream }) => tests.client.del(stream)));

describe('an order', () => {
  test('that never got to the queue is put there when its time has come, by the leader alone', async () => {
    const workers = await tests.startTwo({ OUTBOX_REPLAY_AFTER_MILLISECONDS: '2000' });
    const { leader } = await elected(workers);
    const accepted = await tests.accept(30);
    await eventually(async () => (await tests.orderCount('effected')) === 30);
    const found = await Promise.all(accepted.map((order) => tests.find(order)));
    const waits = found.map((order) => Number(order?.effectedAt) - Number(order?.createdAt));
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(2_000);
    // A round a second, and the way through the queue.
    expect(Math.max(...waits)).toBeLessThan(8_000);
    expect(await tests.unitsSold()).toBe(30);
    for (const worker of workers) {
      const replayed = worker === leader ? 30 : 0;
      expect(await worker.metrics()).toMatchObject({ outbox_replayed_total: replayed });
    }
  });

  test('that the queue lost is put there again', async () => {
    const orderCount = 700;
    await tests.orderMany(orderCount);
    await loseQueue();
    expect((await tests.snapshot).depth).toBe(0);
    await tests.start('worker-1', { OUTBOX_REPLAY_AFTER_MILLISECONDS: '1000' });
    await tests.settled();
    expect(await tests.effects()).toEqual({ 'worker-1': orderCount });
    expect(await tests.unitsSold()).toBe(orderCount);
  });

  test('is effected also after the queue was lost under workers that wait for it', async () => {
    await tests.startTwo({ OUTBOX_REPLAY_AFTER_MILLISECONDS: '1000' });
    await tests.orderMany(10);
    await tests.settled();
    await loseQueue();
    await tests.orderMany(10);
    await tests.accept(10);
    await tests.settled();
    expect(await tests.unitsSold()).toBe(30);
  });
});

describe('the lead', () => {
  test('goes to another worker with a greater token, and back, as leaders are killed', async () => {
    const workers: WorkerProcess[] = await tests.startTwo({ OUTBOX_REPLAY_AFTER_MILLISECONDS: '1000' });
    let { leader, token } = await elected(workers);
    for (let round = 1; round <= 2; round++) {
      await leader.killed();
      const survivors = workers.filter((worker) => worker !== leader);
      const started = await tests.start(leader.name, { OUTBOX_REPLAY_AFTER_MILLISECONDS: '1000' });
      workers.splice(0, 2, ...survivors, started);
      const next = await elected(workers);
      expect(next.token).toBeGreaterThan(token);
      ({ leader, token } = next);
      await tests.accept(1);
      await tests.settled();
    }
    expect(sumOf(await tests.effects())).toBe(2);
  });

  test('goes to another worker when its holder is asked to resign, and when it stops', async () => {
    const workers: WorkerProcess[] = await tests.startTwo();
    const first = await elected(workers);
    const subscriptions = new Subscriptions(tests.client);
    try {
      const events = new Events({ client: tests.client, subscriptions });
      // What isn't understood is no reason to resign.
      await eventually(async () => (await events.publish(operationsTopic, 'abdicate')) === 2);
      expect(await events.publish(operationsTopic, resignation)).toBe(2);
    } finally {
      subscriptions.close();
    }
    await eventually(async () => (await holder())?.instance !== first.leader.name);
    const second = await elected(workers);
    expect(second.leader.name).not.toBe(first.leader.name);
    expect(second.token).toBeGreaterThan(first.token);
    expect(first.leader.logged('leading no more')).toMatchObject([{ reason: 'resigned' }]);

    second.leader.kill('SIGTERM');
    expect((await second.leader.exited).code).toBe(0);
    const third = await elected([first.leader]);
    expect(third.token).toBeGreaterThan(second.token);
    expect(second.leader.logged('leading no more')).toMatchObject([{ reason: 'stopped' }]);
  });

  test('is lost by a worker that is frozen for too long, which notices', async () => {
    const workers: WorkerProcess[] = await tests.startTwo();
    const first = await elected(workers);
    first.leader.kill('SIGSTOP');
    const second = await elected(workers.filter((worker) => worker !== first.leader));
    expect(second.token).toBeGreaterThan(first.token);
    first.leader.kill('SIGCONT');
    await eventually(() => first.leader.logged('leading no more').length === 1);
    expect(first.leader.logged('leading no more')).toMatchObject([{ reason: 'lost' }]);
    expect(await elected(workers)).toEqual(second);
  });
});

const sumOf = (effects: Readonly<Record<string, number>>) =>
  Object.values(effects).reduce((sum, count) => sum + count, 0);

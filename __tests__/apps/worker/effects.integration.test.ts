import type { WorkerProcess } from '../../support/worker-process';
import { WorkerTests } from '../../support/worker-tests';

const tests = new WorkerTests();

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

describe('a worker that is killed', () => {
  test('in mid-job leaves its orders to another, whatever the database still did of them', async () => {
    // Each order in a statement of its own; lost ones are delivered again after 6 s at the earliest.
    const settings = { WORKER_CONCURRENCY: '13', WORKER_BATCH_SIZE: '1', HANDLER_TIMEOUT_MILLISECONDS: '1000' };
    const first = await tests.start('worker-1', settings);
    const holds = [await tests.hold('resource-1'), await tests.hold('resource-2')];
    const undone = await tests.order({ resourceId: 'resource-1', quantity: 2 });
    const done = await tests.order({ resourceId: 'resource-2', quantity: 3 });
    await tests.blocked('worker-1', 2);
    await first.killed();
    const second = await tests.start('worker-2', settings);
    // The database doesn't know that nobody waits for this effect, and commits it.
    await holds[1]?.release();
    await tests.blocked('worker-1', 1);
    await tests.disconnect('worker-1');
    await holds[0]?.release();
    expect((await tests.snapshot).pending).toBe(2);

    await tests.settled(40_000);
    expect([await tests.find(undone), await tests.find(done)]).toMatchObject([
      { status: 'effected', worker: 'worker-2' },
      { status: 'effected', worker: 'worker-1' },
    ]);
    expect(await tests.effects()).toEqual({ 'worker-1': 1, 'worker-2': 1 });
    expect([await tests.unitsSold('resource-1'), await tests.unitsSold('resource-2')]).toEqual([2, 3]);
    expect(await second.metrics()).toMatchObject({
      'queue_messages_total{outcome="redelivered"}': 2,
      'queue_messages_total{outcome="completed"}': 2,
    });
  });

  test('again and again loses no order and effects none twice', async () => {
    const settings = { OUTBOX_REPLAY_AFTER_MILLISECONDS: '1000', HANDLER_TIMEOUT_MILLISECONDS: '500' };
    const workers: WorkerProcess[] = await tests.startTwo(settings);
    const resources = ['resource-1', 'resource-2', 'resource-3'];
    let ordered = 0;
    for (let round = 1; round <= 4; round++) {
      const victim = workers.shift();
      const hold = await tests.hold('resource-1');
      const load = resources.map(async (resourceId, index) => {
        const quantity = round + index;
        await tests.orderMany(200, { resourceId, quantity });
        ordered += 200 * quantity;
      });
      await tests.blocked(victim?.name ?? '');
      await victim?.killed();
      await hold.release();
      workers.push(await tests.start(`worker-${round + 2}`, settings));
      await Promise.all(load);
    }
    await tests.settled(40_000);
    expect(sum(Object.values(await tests.effects()))).toBe(2_400);
    expect(sum(await Promise.all(resources.map((id) => tests.unitsSold(id))))).toBe(ordered);
    expect(await tests.letters.count()).toBe(0);
  });
});

test('an order that is delivered many times, to several workers, has one effect', async () => {
  await tests.startTwo({ WORKER_CONCURRENCY: '5', WORKER_BATCH_SIZE: '3' });
  const messages = await tests.accept(10, { quantity: 7 });
  await Promise.all(Array.from({ length: 20 }, () => tests.publish(messages)));
  await tests.settled();
  // Some more when the effect is long done.
  await tests.publish(messages);
  await tests.settled();
  expect(sum(Object.values(await tests.effects()))).toBe(10);
  expect(await tests.unitsSold()).toBe(70);
  expect(await tests.letters.count()).toBe(0);
});

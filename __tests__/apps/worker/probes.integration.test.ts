import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { orderPartitionTags } from '../../../apps/redis/keys';
import { eventually } from '../../support/eventually';
import type { WorkerProcess } from '../../support/worker-process';
import { WorkerTests } from '../../support/worker-tests';

const tests = new WorkerTests();

/** The series with such a name. */
async function figures(worker: WorkerProcess, names: RegExp): Promise<Record<string, number>> {
  const all = Object.entries(await worker.metrics());
  return Object.fromEntries(all.filter(([name]) => names.test(name)));
}

test('the metrics tell of queue and outbox as they are', async () => {
  const worker = await tests.start('worker-1', { WORKER_CONCURRENCY: '1', WORKER_BATCH_SIZE: '1', MAX_ATTEMPTS: '1' });
  await eventually(async () => (await worker.metrics()).leader === 1);
  expect(await figures(worker, /^(queue_(?!handler|message_age)|outbox|leader|redis_connection)/)).toEqual({
    queue_depth_messages: 0,
    queue_pending_messages: 0,
    queue_delayed_messages: 0,
    queue_dead_letters: 0,
    queue_oldest_seconds: 0,
    queue_oldest_pending_seconds: 0,
    // Told before the first event: a counter that appears with it has not risen.
    ...Object.fromEntries(
      ['completed', 'failed', 'retried', 'dead', 'redelivered'].map((outcome) => [
        `queue_messages_total{outcome="${outcome}"}`,
        0,
      ]),
    ),
    outbox_pending_orders: 0,
    outbox_dead_orders: 0,
    outbox_oldest_seconds: 0,
    outbox_replayed_total: 0,
    leader: 1,
    redis_connection_ready: 1,
  });

  await tests.setAvailable('resource-2', false);
  await tests.order({ resourceId: 'resource-2' });
  await eventually(async () => (await tests.orderCount('dead')) === 1);
  const hold = await tests.hold('resource-1');
  await tests.orderSpread(12);
  await tests.blocked('worker-1');
  await eventually(async () => (await tests.snapshot).pending === 12);
  // In hand, most of them waiting for their turn.
  const busy = await worker.metrics();
  expect(busy).toMatchObject({
    queue_depth_messages: 12,
    queue_pending_messages: 12,
    queue_dead_letters: 1,
    outbox_pending_orders: 12,
    outbox_dead_orders: 1,
    'queue_messages_total{outcome="dead"}': 1,
  });
  for (const age of ['queue_oldest_seconds', 'queue_oldest_pending_seconds', 'outbox_oldest_seconds']) {
    expect(busy[age]).toBeGreaterThan(0);
    expect(busy[age]).toBeLessThan(10);
  }
  expect(await worker.readiness()).toEqual({ status: 200, reasons: [] });

  await hold.release();
  await tests.settled();
  expect(await worker.metrics()).toMatchObject({
    queue_depth_messages: 0,
    queue_pending_messages: 0,
    queue_dead_letters: 1,
    queue_oldest_seconds: 0,
    queue_oldest_pending_seconds: 0,
    outbox_pending_orders: 0,
    'queue_messages_total{outcome="completed"}': 12,
    queue_message_age_seconds_count: 12,
    queue_handler_seconds_count: 13,
    queue_handler_batch_messages_sum: 13,
  });
});

describe('readiness', () => {
  test('is gone while the masters are frozen, and comes back with them', async () => {
    const [first, second] = await tests.startTwo({ HANDLER_TIMEOUT_MILLISECONDS: '1000' });
    const frozen = tests.servers.cluster.nodes.filter(({ startsAsMaster }) => startsAsMaster);
    const pids = frozen.map(({ name }) => tests.servers.cluster.pid(name));
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    try {
      await eventually(async () => (await first.readiness()).status === 503, 15_000);
      await eventually(async () => (await first.readiness()).reasons.length === orderPartitionTags.length, 15_000);
      const { reasons } = await first.readiness();
      for (const reason of reasons) expect(reason).toMatch(/^partition \d+ made no progress for \d+ ms(: .+)?$/);
      expect(await first.get('/healthz')).toEqual({ status: 200, body: '{"status":"alive"}' });
      // What can't be measured is left out, instead of being shown as it was.
      expect(await figures(first, /^(queue_depth|queue_dead|outbox_pending)/)).toEqual({ outbox_pending_orders: 0 });
      // Nothing is in hand, so there is nothing to wait for but Redis' answer.
      second.kill('SIGTERM');
      const at = performance.now();
      expect(await second.exited).toMatchObject({ code: 0, signal: null });
      expect(performance.now() - at).toBeLessThan(8_000);
    } finally {
      for (const pid of pids) process.kill(pid, 'SIGCONT');
    }
    await eventually(async () => (await first.readiness()).status === 200, 20_000);
    await tests.orderMany(5);
    await tests.settled();
    expect(await tests.effects()).toEqual({ 'worker-1': 5 });
  });

  test('is not there for a worker that Redis refuses, whose log says why but not with what', async () => {
    const passwordFile = path.join(tests.servers.cluster.directory, 'wrong-password');
    writeFileSync(passwordFile, 'Kq3-never-to-be-shown-9fW', { mode: 0o600 });
    const settings = { REDIS_PASSWORD_FILE: passwordFile, HANDLER_TIMEOUT_MILLISECONDS: '1000' };
    const worker = await tests.spawn('worker-1', settings);
    await eventually(() => worker.output.includes('WRONGPASS'));
    const { status, reasons } = await worker.readiness();
    expect([status, reasons.length]).toEqual([503, orderPartitionTags.length]);
    for (const reason of reasons) expect(reason).toMatch(/^partition \d+ made no progress for \d+ ms/);
    expect(await figures(worker, /^(queue_depth|redis_connection)/)).toEqual({ redis_connection_ready: 0 });
    worker.kill('SIGTERM');
    expect(await worker.exited).toMatchObject({ code: 0 });
  });

  test('needs no database: orders wait for it', async () => {
    const passwordFile = path.join(tests.servers.cluster.directory, 'wrong-database-password');
    writeFileSync(passwordFile, 'Kq3-never-to-be-shown-9fW', { mode: 0o600 });
    const order = await tests.order();
    const refused = await tests.start('worker-1', { DATABASE_PASSWORD_FILE: passwordFile, MAX_ATTEMPTS: '1' });
    await eventually(async () => Number((await refused.metrics())['queue_messages_total{outcome="retried"}']) >= 3);
    expect(await figures(refused, /queue_dead|outbox_pending/)).toEqual({ queue_dead_letters: 0 });
    expect(await tests.find(order)).toMatchObject({ status: 'accepted' });
    refused.kill('SIGTERM');
    expect(await refused.exited).toMatchObject({ code: 0 });
    await tests.start('worker-2', { MAX_ATTEMPTS: '1' });
    await tests.settled();
    expect(await tests.find(order)).toMatchObject({ status: 'effected', worker: 'worker-2' });
  });
});

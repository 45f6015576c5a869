import { connectRedis, disconnectRedis, masterNodes } from '../../../apps/redis/client';
import { DeadLetters } from '../../../apps/redis/stream-queue/dead-letters';
import { type Message } from '../../../apps/redis/stream-queue/message';
import { StreamProducer } from '../../../apps/redis/stream-queue/producer';
import { partitionsOf } from '../../../apps/redis/stream-queue/queue';
import { deliverToGhost, numbers, QueueTests, testQueue, until, type TestPayload } from '../../support/stream-queue';

type Handled = Message<TestPayload>;

const tests = new QueueTests();

describe('redelivery', () => {
  test('takes over what a consumer held for too long, and nothing else', async () => {
    const queue = testQueue();
    await new StreamProducer(tests.app, queue).addMany(numbers(10));
    await deliverToGhost(tests.worker, queue, { idleMilliseconds: 3_600_000 });
    await new StreamProducer(tests.app, queue).addMany(numbers(20).slice(10));
    await deliverToGhost(tests.worker, queue, { consumer: 'living' });
    const handled = new Map<number, number>();
    let redelivered = 0;
    const handle = ({ payload, attempt }: Handled) => void handled.set(payload.number, attempt);
    tests.consume(queue, handle, { observer: { redelivered: (count) => (redelivered += count) } });
    await until('the ghost holds nothing', async () => (await tests.snapshot(queue)).pending === 10);
    expect([...handled.keys()].sort((a, b) => a - b)).toEqual(numbers(10).map(({ number }) => number));
    expect(new Set(handled.values())).toEqual(new Set([2]));
    expect(redelivered).toBe(10);
  });

  test('goes on after pages without a hit', async () => {
    const queue = testQueue(1);
    await new StreamProducer(tests.app, queue).addMany(numbers(100));
    const [[stream, ids] = ['', []]] = await deliverToGhost(tests.worker, queue);
    await tests.worker.call('XCLAIM', [stream, queue.group, 'ghost', 0, ids[99] ?? '', 'IDLE', 3_600_000, 'JUSTID']);
    const handled: number[] = [];
    // Room for two messages: a page looks at 20.
    tests.consume(queue, ({ payload }) => void handled.push(payload.number), { concurrency: 1 });
    await until('the last is handled', () => handled.length > 0);
    expect(handled).toEqual([99]);
  });

  test('forgets pending messages that were deleted', async () => {
    const queue = testQueue(1);
    await new StreamProducer(tests.app, queue).addMany(numbers(3));
    const [[stream, ids] = ['', []]] = await deliverToGhost(tests.worker, queue, { idleMilliseconds: 3_600_000 });
    await tests.worker.xdel(stream, ids[0] ?? '', ids[2] ?? '');
    const handled: number[] = [];
    tests.consume(queue, ({ payload }) => void handled.push(payload.number));
    await until('the queue is empty', () => tests.empty(queue));
    expect(handled).toEqual([1]);
  });

  test('buries what was delivered too often', async () => {
    const queue = testQueue();
    const id = await new StreamProducer(tests.app, queue).add({ number: 1 });
    await deliverToGhost(tests.worker, queue, { idleMilliseconds: 3_600_000, deliveries: 3 });
    let calls = 0;
    tests.consume(
      queue,
      () => {
        calls++;
      },
      { maxAttempts: 3 },
    );
    const deadLetters = new DeadLetters(tests.worker, queue);
    await until('it is dead', async () => (await deadLetters.count()) === 1);
    const { letters } = await deadLetters.list();
    expect(letters[0]).toMatchObject({ messageId: id, reason: 'crashed', attempts: 3 });
    expect(letters[0]?.error).toMatch(/^not settled in 3 attempts/);
    expect(calls).toBe(0);
  });

  test('tries one by one what may be the death of its workers', async () => {
    const queue = testQueue(1);
    await new StreamProducer(tests.app, queue).addMany(numbers(4));
    const [[stream] = ['']] = await deliverToGhost(tests.worker, queue, {
      idleMilliseconds: 3_600_000,
      deliveries: 2,
    });
    const handled: number[] = [];
    const others: number[][] = [];
    const handle = async ({ attempt }: Handled) => {
      handled.push(attempt);
      const pending = await tests.worker.xpending(stream, queue.group, '-', '+', 10, 'ghost');
      others.push((pending as [string, string, number, number][]).map(([, , , deliveries]) => deliveries));
    };
    tests.consume(queue, handle, { blockMilliseconds: 50 });
    await until('the queue is empty', () => tests.empty(queue));
    expect(handled).toEqual([3, 3, 3, 3]);
    // Nothing that a crash would have taken along.
    expect(others).toEqual([[2, 2, 2], [2, 2], [2], []]);
  });

  test('removes consumers that are gone, unless they hold messages', async () => {
    const queue = testQueue(1);
    await new StreamProducer(tests.app, queue).add({ number: 1 });
    const [[stream] = ['']] = await deliverToGhost(tests.worker, queue);
    await tests.worker.xgroup('CREATECONSUMER', stream, queue.group, 'gone');
    const handled: number[] = [];
    const handle = ({ payload }: Handled) => void handled.push(payload.number);
    const consumer = tests.consume(queue, handle, { consumerExpiryMilliseconds: 1_000 });
    const names = async () => {
      const consumers = (await tests.worker.xinfo('CONSUMERS', stream, queue.group)) as [string, string][];
      return consumers.map(([, name]) => name).sort();
    };
    await until('the one that is gone is removed', async () => !(await names()).includes('gone'));
    expect(await names()).toContain('ghost');
    // Redis 7.0 may have taken this consumer for gone as well, as it got nothing yet. It is missed by nobody.
    await new StreamProducer(tests.app, queue).add({ number: 2 });
    await until('it consumes', () => handled.includes(2));
    expect(await names()).toEqual(['ghost', consumer.name]);
    await consumer.stop();
    expect(await names()).toEqual(['ghost']);
  });

  test('is not waited for after a delivery that was lost on its way', async () => {
    const queue = testQueue(1);
    const handled = new Map<number, number>();
    const consumer = tests.consume(queue, ({ payload, attempt }) => void handled.set(payload.number, attempt));
    await new StreamProducer(tests.app, queue).add({ number: 1 });
    await until('it consumes', () => handled.size === 1);

    // Delivered to the consumer, but not on the connection on which it waits.
    const deliver = `redis.call('XADD', KEYS[1], '*', 'payload', '{"number":2}')
      return redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'STREAMS', KEYS[1], '>')`;
    await tests.worker.eval(deliver, 1, partitionsOf(queue)[0]?.stream ?? '', queue.group, consumer.name);
    expect(await tests.snapshot(queue)).toMatchObject({ pending: 1 });
    await killConnections(consumer.name);
    await until('it is handled', () => handled.has(2), 3_000);
    expect(handled.get(2)).toBe(1);
  });
});

/** Ends the connections of that name on all masters. */
async function killConnections(name: string): Promise<void> {
  const operator = connectRedis(tests.cluster.settings('operator'));
  await operator.ping();
  for (const node of masterNodes(operator)) {
    const clients = String(await node.client('LIST')).split('\n');
    for (const line of clients.filter((text) => text.includes(` name=${name} `))) {
      await node.client('KILL', 'ID', /^id=(\d+)/.exec(line)?.[1] ?? '');
    }
  }
  await disconnectRedis(operator);
}

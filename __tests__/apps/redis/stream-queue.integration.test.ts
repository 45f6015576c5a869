import { setTimeout } from 'node:timers/promises';
import { StreamConsumer } from '../../../apps/redis/stream-queue/consumer';
import { type Message } from '../../../apps/redis/stream-queue/message';
import { AddManyError, StreamProducer } from '../../../apps/redis/stream-queue/producer';
import { ReplicationError } from '../../../apps/redis/stream-queue/replicated-write';
import { partitionsOf } from '../../../apps/redis/stream-queue/queue';
import { numbers, QueueTests, quick, testQueue, until, type TestPayload } from '../../support/stream-queue';

type Handled = Message<TestPayload>;

const tests = new QueueTests();

describe('delivery', () => {
  test('10,000 messages over two consumers are each handled, acknowledged and gone', async () => {
    const queue = testQueue(12);
    const producer = new StreamProducer(tests.app, queue);
    const handled = [new Set<number>(), new Set<number>()] as const;
    let calls = 0;
    for (const seen of handled) {
      tests.consume(queue, ({ payload }) => {
        calls++;
        seen.add(payload.number);
      });
    }
    const ids = await producer.addMany(numbers(10_000));
    await until('the queue is empty', () => tests.empty(queue));

    expect(new Set(ids).size).toBe(10_000);
    expect(new Set([...handled[0], ...handled[1]]).size).toBe(10_000);
    expect(calls).toBe(10_000);
    expect(handled[0].size).toBeGreaterThan(0);
    expect(handled[1].size).toBeGreaterThan(0);
    expect(await tests.snapshot(queue)).toMatchObject({ dead: 0, oldestAgeMilliseconds: 0 });
  });

  test('a message has the id that its add returned', async () => {
    const queue = testQueue();
    const messages: Handled[] = [];
    tests.consume(queue, (message) => void messages.push(message));
    const id = await new StreamProducer(tests.app, queue).add({ number: 4 });
    await until('it is handled', () => messages.length === 1);
    expect(messages[0]).toEqual({
      id,
      payload: { number: 4 },
      attempt: 1,
      addedAtMilliseconds: Number(/:(\d+)-/.exec(id)?.[1]),
    });
  });

  test('never handles more at a time than its concurrency, even with fewer handlers than partitions', async () => {
    const queue = testQueue(6);
    await new StreamProducer(tests.app, queue).addMany(numbers(60));
    let running = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++running);
      await setTimeout(2);
      running--;
    };
    tests.consume(queue, handle, { concurrency: 2 });
    await until('the queue is empty', () => tests.empty(queue));
    expect(most).toBe(2);
  });

  test('one busy partition may use almost all handlers', async () => {
    const queue = testQueue(6);
    const producer = new StreamProducer(tests.app, queue);
    const ids = await producer.addMany(numbers(60), { partitionKey: 'customer-17' });
    expect(new Set(ids.map((id) => id.split(':')[0])).size).toBe(1);
    let running = 0;
    let most = 0;
    const handle = async () => {
      most = Math.max(most, ++running);
      await setTimeout(20);
      running--;
    };
    tests.consume(queue, handle, { concurrency: 20 });
    await until('the queue is empty', () => tests.empty(queue));
    expect(most).toBeGreaterThanOrEqual(14);
    expect(most).toBeLessThanOrEqual(20);
  });

  test('batches settle each message by its own outcome', async () => {
    const queue = testQueue();
    await new StreamProducer(tests.app, queue).addMany(numbers(50));
    const sizes: number[] = [];
    const attempts = new Map<number, number>();
    tests.start(queue, {
      ...quick,
      concurrency: 1,
      batchSize: 20,
      handleBatch: async (messages) => {
        sizes.push(messages.length);
        for (const { payload, attempt } of messages) attempts.set(payload.number, attempt);
        await setTimeout(5);
        return messages.map(({ payload, attempt }) =>
          payload.number === 13 && attempt === 1 ? new Error('not yet') : undefined,
        );
      },
    });
    await until('the queue is empty', () => tests.empty(queue));
    expect([attempts.size, attempts.get(12), attempts.get(13)]).toEqual([50, 1, 2]);
    expect(Math.max(...sizes)).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(20);
  });

  test('observers hear of everything', async () => {
    const queue = testQueue();
    const heard = { added: 0, read: 0, handled: 0, completed: 0, failed: 0, retried: 0 };
    const observer = {
      added: (count: number) => (heard.added += count),
      read: (count: number) => (heard.read += count),
      handled: (count: number) => (heard.handled += count),
      completed: (count: number) => (heard.completed += count),
      failed: () => heard.failed++,
      retried: () => heard.retried++,
    };
    const handle = ({ payload, attempt }: Handled) => {
      if (payload.number === 0 && attempt === 1) throw new Error('once');
    };
    tests.consume(queue, handle, { observer });
    await new StreamProducer(tests.app, queue, { observer }).addMany(numbers(10));
    await until('all are completed', () => heard.completed === 10);
    expect(heard).toEqual({ added: 10, read: 11, handled: 11, completed: 10, failed: 1, retried: 1 });
  });
});

describe('adding', () => {
  test('addMany tells which messages failed, and adds the others', async () => {
    const queue = testQueue();
    const strict = {
      ...queue.codec,
      encode: (payload: TestPayload) => {
        if (payload.number === 1) throw new Error('one is refused');
        return queue.codec.encode(payload);
      },
    };
    const failure = await new StreamProducer(tests.app, { ...queue, codec: strict })
      .addMany(numbers(3))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AddManyError);
    expect(failure).toMatchObject({
      message: '1 of 3 messages may not have been added: one is refused',
      results: [expect.any(String), expect.any(Error), expect.any(String)],
    });
    expect(await tests.snapshot(queue)).toMatchObject({ depth: 2 });
  });

  test('waits for replicas if asked to, and says if too few confirmed', async () => {
    const queue = testQueue();
    const replication = { replicas: 1, timeoutMilliseconds: 500 };
    await new StreamProducer(tests.app, queue, { replication }).addMany(numbers(5));
    const twoOfOne = new StreamProducer(tests.app, queue, { replication: { replicas: 2, timeoutMilliseconds: 20 } });
    const failure = await twoOfOne.add({ number: 5 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ReplicationError);
    expect(String(failure)).toMatch(/1 of 2 replicas confirmed it within 20 ms/);
    expect(await tests.snapshot(queue)).toMatchObject({ depth: 6 });
  });

  test.each([
    [{ deadlineMilliseconds: 0 }, 'deadlineMilliseconds is 0, must be an integer from 1 to 3600000'],
    [{ replication: { replicas: 0, timeoutMilliseconds: 100 } }, 'replication.replicas is 0, must be'],
    [{ replication: { replicas: 1, timeoutMilliseconds: 501 } }, 'replication.timeoutMilliseconds is 501, must be'],
  ])('refuses %j', (options, message) => {
    expect(() => new StreamProducer(tests.app, testQueue(), options)).toThrow(message);
  });

  test('passes on what Redis refuses', async () => {
    const elsewhere = new StreamProducer(tests.app, { ...testQueue(), name: 'elsewhere' });
    await expect(elsewhere.add({ number: 1 })).rejects.toThrow(/^NOPERM/);
  });
});

describe('stopping', () => {
  test('finishes what was begun, hands back the rest and loses nothing', async () => {
    const queue = testQueue();
    await new StreamProducer(tests.app, queue).addMany(numbers(100));
    const finished: number[] = [];
    const handle = async ({ payload }: Handled) => {
      await setTimeout(20);
      finished.push(payload.number);
    };
    const first = tests.consume(queue, handle, { concurrency: 5 });
    await until('some are handled', () => finished.length >= 10);
    expect(await first.stop()).toBe(0);
    const before = finished.length;
    expect(before).toBeLessThan(100);
    expect(await tests.snapshot(queue)).toMatchObject({ depth: 100 - before, pending: 0 });
    expect(first.health().ready).toBe(false);
    await setTimeout(50);
    expect(finished).toHaveLength(before);

    tests.consume(queue, handle);
    await until('the queue is empty', () => tests.empty(queue), 3_000);
    expect([finished.length, new Set(finished).size]).toEqual([100, 100]);
  });

  test('abandons handlers when the grace is over; another consumer gets their messages', async () => {
    const queue = testQueue();
    await new StreamProducer(tests.app, queue).add({ number: 1 });
    const aborted: string[] = [];
    let began = false;
    const stuck = tests.consume(queue, (_, { signal }) => {
      began = true;
      return new Promise<void>(() => signal.addEventListener('abort', () => aborted.push(String(signal.reason))));
    });
    await until('it is being handled', () => began);
    const stopping = performance.now();
    expect(await stuck.stop(50)).toBe(1);
    expect(performance.now() - stopping).toBeLessThan(1_000);
    expect(aborted).toEqual(['Error: the consumer has stopped']);
    expect(await tests.snapshot(queue)).toMatchObject({ depth: 1, pending: 1 });

    const attempts: number[] = [];
    const margins = { handlerTimeoutMilliseconds: 100, redeliveryMarginMilliseconds: 100 };
    tests.consume(queue, ({ attempt }) => void attempts.push(attempt), margins);
    await until('the queue is empty', () => tests.empty(queue));
    expect(attempts).toEqual([2]);
  });
});

describe('readiness', () => {
  test('is there once each partition was read, and while all handlers are busy', async () => {
    const queue = testQueue();
    const producer = new StreamProducer(tests.app, queue);
    const waiting: (() => void)[] = [];
    const handle = () => new Promise<void>((resolve) => waiting.push(resolve));
    const options = { ...quick, handle, concurrency: 1, unreadyAfterMilliseconds: 300 };
    const idle = new StreamConsumer(tests.worker, queue, options);
    expect(idle.health().ready).toBe(false);
    const consumer = tests.start(queue, options);
    await producer.addMany(numbers(20));
    await until('it waits for its handler', () =>
      consumer.health().partitions.every(({ waitingForHandlers }) => waitingForHandlers),
    );
    await setTimeout(400);
    expect(consumer.health().ready).toBe(true);
    const done = setInterval(() => waiting.splice(0).forEach((finish) => finish()), 5);
    await until('the queue is empty', () => tests.empty(queue));
    clearInterval(done);
  });

  test('is lost with a partition that cannot be read, and comes back', async () => {
    const queue = testQueue();
    const handled: number[] = [];
    const handle = ({ payload }: Handled) => void handled.push(payload.number);
    const consumer = tests.consume(queue, handle, { unreadyAfterMilliseconds: 400 });
    const [{ tag, stream } = { tag: '', stream: '' }] = partitionsOf(queue);
    await setTimeout(500);
    expect(consumer.health().ready).toBe(true);
    await tests.worker.del(stream);
    await tests.worker.set(stream, 'not a stream');
    await until('it is not ready', () => !consumer.health().ready);
    const unready = consumer.health().partitions.filter(({ ready }) => !ready);
    expect(unready.map((partition) => partition.tag)).toEqual([tag]);
    expect(unready[0]?.error).toMatch(/^WRONGTYPE/);
    await tests.worker.del(stream);
    await until('it is ready', () => consumer.health().ready);
    await new StreamProducer(tests.app, queue).addMany(numbers(3));
    await until('all are handled', () => handled.length === 3);
  });
});

describe('a queue that is lost', () => {
  test('is created again, and consumed', async () => {
    const queue = testQueue();
    const handled: number[] = [];
    const errors: string[] = [];
    const observer = { error: (error: Error) => errors.push(error.message) };
    const consumer = tests.consume(queue, ({ payload }) => void handled.push(payload.number), { observer });
    const producer = new StreamProducer(tests.app, queue);
    await producer.add({ number: 1 });
    await until('it consumes', () => handled.length === 1);
    for (const { stream } of partitionsOf(queue)) await tests.worker.del(stream);
    await producer.addMany(numbers(10).slice(1));
    await until('all are handled', () => new Set(handled).size === 9);
    await until('the queue is empty', () => tests.empty(queue));
    expect(errors.some((message) => /^(NOGROUP|UNBLOCKED)/.test(message))).toBe(true);
    await until('it is ready', () => consumer.health().partitions.every(({ ready, error }) => ready && !error));
  });
});

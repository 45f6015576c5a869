import { backoffMilliseconds, jittered } from '../../../apps/redis/backoff';
import { resolveConsumerOptions } from '../../../apps/redis/stream-queue/consumer-options';
import { Executor, type ExecutorSettings } from '../../../apps/redis/stream-queue/executor';
import { deliveryOf, messageOf } from '../../../apps/redis/stream-queue/message';
import { jsonCodec, locateMessage, messageId, partitionsOf } from '../../../apps/redis/stream-queue/queue';
import { Slots } from '../../../apps/redis/stream-queue/slots';

const queue = { name: 'orders-stream', group: 'order-workers', tags: ['7', '1'] };
const handle = () => undefined;

function deferred() {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}

describe('backoff', () => {
  const backoff = { initialMilliseconds: 1_000, maximumMilliseconds: 10_000 };

  test.each([
    [1, 0, 500],
    [1, 0.999_999, 1_000],
    [2, 0, 1_000],
    [3, 0.5, 3_000],
    [5, 0, 5_000],
    [2_000, 0.999_999, 10_000],
  ])('after attempt %d with random %d is %d ms', (attempt, random, expected) => {
    expect(backoffMilliseconds(backoff, attempt, random)).toBe(expected);
  });

  test('jitter is half of the interval to either side', () => {
    expect([jittered(1_000, 0), jittered(1_000, 0.5), jittered(1_000, 0.999_999)]).toEqual([500, 1_000, 1_500]);
  });
});

describe('partitions and ids', () => {
  test('have keys with one hash tag each', () => {
    expect(partitionsOf(queue)[0]).toEqual({
      tag: '7',
      stream: 'orders-stream:{7}',
      delayed: 'orders-stream:{7}:delayed',
      deadLetters: 'orders-stream:{7}:dead',
    });
  });

  test.each([[[]], [['1', '1']]])('refuse the tags %j', (tags) => {
    expect(() => partitionsOf({ ...queue, tags })).toThrow(/orders-stream.*must be one or more different hash tags/);
  });

  test('are found by the id of a message', () => {
    const { partition, entryId } = locateMessage(queue.name, partitionsOf(queue), messageId('1', '17-3'));
    expect([partition.tag, entryId]).toEqual(['1', '17-3']);
  });

  test.each(['', '17-3', '9:17-3', '1:17', '1:17-3;', '1:*'])('refuse the id %j', (id) => {
    expect(() => locateMessage(queue.name, partitionsOf(queue), id)).toThrow(/is not the id of a message/);
  });
});

describe('messages', () => {
  test('as they were added', () => {
    const delivery = deliveryOf(['1700-4', ['payload', '{"a":1}']], 1);
    expect(delivery).toEqual({
      entryId: '1700-4',
      payload: '{"a":1}',
      originalEntryId: '1700-4',
      deliveries: 1,
      attempt: 1,
    });
  });

  test('that were tried before keep their id and count their attempts', () => {
    const delivery = deliveryOf(['1900-0', ['payload', 'x', 'attempts', '2', 'added', '1700-4']], 2);
    expect(messageOf('7', delivery, 'x')).toEqual({
      id: '7:1700-4',
      payload: 'x',
      attempt: 4,
      addedAtMilliseconds: 1_700,
    });
  });

  test('of someone else have no payload', () => {
    expect(deliveryOf(['1-0', ['colour', 'red']], 1).payload).toBeUndefined();
  });

  test('as JSON are validated', () => {
    const codec = jsonCodec((value) => {
      if (typeof value !== 'number') throw new Error('not a number');
      return value;
    });
    expect(codec.decode(codec.encode(4))).toBe(4);
    expect(() => codec.decode('"four"')).toThrow('not a number');
    expect(() => codec.decode('{')).toThrow(SyntaxError);
  });
});

describe('consumer options', () => {
  test('count a message as lost only when no handler can still be at it', () => {
    const options = { handle, handlerTimeoutMilliseconds: 10_000, redeliveryMarginMilliseconds: 1_000 };
    const capacityAndIdle = (concurrency: number) => {
      const { capacity, minIdleMilliseconds } = resolveConsumerOptions({ ...options, concurrency }, 12);
      return [capacity, minIdleMilliseconds];
    };
    expect(capacityAndIdle(100)).toEqual([100, 11_000]);
    expect(capacityAndIdle(13)).toEqual([13, 11_000]);
    // Each of 12 readers may hold a message while the only handler is busy.
    expect(capacityAndIdle(1)).toEqual([13, 131_000]);
  });

  test('let batches wait for batches that began with a single message', () => {
    const settings = resolveConsumerOptions(
      {
        handleBatch: (messages) => Promise.resolve(messages.map(() => undefined)),
        handlerTimeoutMilliseconds: 10_000,
        redeliveryMarginMilliseconds: 1_000,
      },
      12,
    );
    expect([settings.concurrency, settings.batchSize, settings.capacity]).toEqual([2, 100, 200]);
    expect(settings.minIdleMilliseconds).toBe(21_000);
  });

  test('give every consumer a name of its own', () => {
    const names = [1, 2].map(() => resolveConsumerOptions({ handle, name: 'worker-1' }, 3).consumerName);
    expect(names[0]).toMatch(/^worker-1-[0-9a-f]{12}$/);
    expect(names[0]).not.toBe(names[1]);
  });

  test.each([
    ['concurrency', 0],
    ['concurrency', 1.5],
    ['handlerTimeoutMilliseconds', 0],
    ['maxAttempts', 0],
    ['redeliveryMarginMilliseconds', 10],
    ['redeliveryIntervalMilliseconds', Number.NaN],
    ['delayedIntervalMilliseconds', 1],
    ['deadLetterLimit', -1],
    ['blockMilliseconds', 3_000],
    ['consumerExpiryMilliseconds', 5],
  ])('refuse %s of %d', (name, value) => {
    expect(() => resolveConsumerOptions({ handle, [name]: value }, 3)).toThrow(`${name} is ${value}, must be`);
  });

  test('list all that is wrong', () => {
    const wrong = {
      handle,
      maxAttempts: 0,
      blockMilliseconds: 1_000,
      unreadyAfterMilliseconds: 500,
      backoff: { initialMilliseconds: 10, maximumMilliseconds: 5 },
    };
    expect(() => resolveConsumerOptions(wrong, 3)).toThrow(/maxAttempts.*backoff.*unreadyAfterMilliseconds/);
  });
});

describe('slots', () => {
  test('are granted in the order in which they were asked for, several at once', async () => {
    const slots = new Slots(3);
    expect(await slots.take(2)).toBe(2);
    const granted: string[] = [];
    const first = slots.take(2).then((count) => granted.push(`first ${count}`));
    const second = slots.take(1).then((count) => granted.push(`second ${count}`));
    slots.release(2);
    await Promise.all([first, second]);
    expect(granted).toEqual(['first 2', 'second 1']);
  });

  test('are granted in part rather than not at all', async () => {
    const slots = new Slots(3);
    expect(await slots.take(2)).toBe(2);
    expect(await slots.take(100)).toBe(1);
  });

  test('send everyone away when closed', async () => {
    const slots = new Slots(1);
    await slots.take(1);
    const waiting = slots.take(1);
    slots.close();
    expect([await waiting, await slots.take(1)]).toEqual([0, 0]);
  });
});

describe('executor', () => {
  function execute(settings: Partial<ExecutorSettings<number>> & Pick<ExecutorSettings<number>, 'handler'>, count = 1) {
    const executor = new Executor<number>(
      { concurrency: 1, batchSize: 1, handlerTimeoutMilliseconds: 1_000, observer: {}, ...settings },
      () => undefined,
    );
    const outcomes = Array.from({ length: count }, (_, index) => {
      const message = { id: `m${index}`, payload: index, attempt: 1, addedAtMilliseconds: 0 };
      return new Promise<string>((resolve) => {
        const settle = (failure: Error | undefined) => resolve(failure ? failure.message : 'done');
        executor.submit({ message, settle, forgo: () => resolve('forgone') });
      });
    });
    executor.start();
    return { executor, outcomes: Promise.all(outcomes) };
  }

  test('makes so many calls at a time, of so many messages each', async () => {
    let running = 0;
    const calls: string[] = [];
    const { outcomes } = execute(
      {
        concurrency: 2,
        batchSize: 3,
        handler: async (messages) => {
          calls.push(`${messages.length} messages, call ${++running} at once`);
          await new Promise(setImmediate);
          running--;
          return messages.map(() => undefined);
        },
      },
      7,
    );
    expect(await outcomes).toEqual(Array.from({ length: 7 }, () => 'done'));
    expect(calls).toEqual(['3 messages, call 1 at once', '3 messages, call 2 at once', '1 messages, call 2 at once']);
  });

  test('fails each message of a batch by its own outcome', async () => {
    const handler = () => Promise.resolve([undefined, new Error('bad')]);
    expect(await execute({ handler, batchSize: 2 }, 2).outcomes).toEqual(['done', 'bad']);
  });

  test('fails all messages if a handler throws or miscounts', async () => {
    expect(await execute({ handler: () => Promise.reject(new Error('down')), batchSize: 2 }, 2).outcomes).toEqual([
      'down',
      'down',
    ]);
    const [outcome] = await execute({ handler: () => Promise.resolve([]) }).outcomes;
    expect(outcome).toMatch('returned 0 outcomes for 1 messages');
  });

  test('aborts and fails a call that takes too long', async () => {
    const reasons: unknown[] = [];
    const { outcomes } = execute({
      handlerTimeoutMilliseconds: 20,
      handler: (_, { signal }) => {
        signal.addEventListener('abort', () => reasons.push(signal.reason));
        return new Promise(() => undefined);
      },
    });
    expect(await outcomes).toEqual(['the handler did not settle within handlerTimeoutMilliseconds (20)']);
    expect(reasons).toEqual([expect.objectContaining({ name: 'HandlerTimeoutError' })]);
  });

  test('tells even a handler that looks at its signal late', async () => {
    const { promise: stopped, resolve: stop } = deferred();
    const { executor, outcomes } = execute({
      handler: async (_, call) => {
        await stopped;
        return [new Error(call.signal.aborted ? 'aborted' : 'not aborted')];
      },
    });
    expect(await executor.stop(0)).toBe(1);
    stop();
    expect(await outcomes).toEqual(['aborted']);
  });

  test('finishes what was begun and forgoes the rest when stopped', async () => {
    const { executor, outcomes } = execute({ handler: () => Promise.resolve([undefined]) }, 2);
    expect(await executor.stop(1_000)).toBe(0);
    expect(await outcomes).toEqual(['done', 'forgone']);
  });
});

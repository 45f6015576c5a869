import type { HandlerCall } from '../../../apps/redis/stream-queue/consumer-options';
import { DeadLetters } from '../../../apps/redis/stream-queue/dead-letters';
import { PermanentFailure, type Message } from '../../../apps/redis/stream-queue/message';
import type { Death } from '../../../apps/redis/stream-queue/observer';
import { StreamProducer } from '../../../apps/redis/stream-queue/producer';
import { partitionsOf } from '../../../apps/redis/stream-queue/queue';
import { numbers, QueueTests, testQueue, until, type TestPayload } from '../../support/stream-queue';

type Handled = Message<TestPayload>;

const tests = new QueueTests();

describe('failure', () => {
  test('is followed by another attempt, later', async () => {
    const queue = testQueue();
    const attempts: [id: string, attempt: number, at: number][] = [];
    const handle = ({ id, attempt }: Handled) => {
      attempts.push([id, attempt, performance.now()]);
      if (attempt < 3) throw new Error('not yet');
    };
    tests.consume(queue, handle, { backoff: { initialMilliseconds: 100, maximumMilliseconds: 1_000 } });
    const id = await new StreamProducer(tests.app, queue).add({ number: 1 });
    await until('the queue is empty', async () => attempts.length === 3 && (await tests.empty(queue)));
    expect(attempts.map(([handled, attempt]) => [handled, attempt])).toEqual([
      [id, 1],
      [id, 2],
      [id, 3],
    ]);
    const [first = 0, second = 0, third = 0] = attempts.map(([, , at]) => at);
    // Half to all of 100 ms and of 200 ms.
    expect(second - first).toBeGreaterThanOrEqual(50);
    expect(third - second).toBeGreaterThanOrEqual(100);
    expect(third - first).toBeLessThan(1_000);
  });

  test('of the last attempt makes a dead letter, which can be replayed or discarded', async () => {
    const queue = testQueue();
    const deaths: Death[] = [];
    let broken = true;
    const attempts: number[] = [];
    const handle = ({ attempt }: Handled) => {
      attempts.push(attempt);
      if (broken) throw new Error(`no stock ${'!'.repeat(2_000)}`);
    };
    tests.consume(queue, handle, { maxAttempts: 2, observer: { died: (death) => deaths.push(death) } });
    const producer = new StreamProducer(tests.app, queue);
    const deadLetters = new DeadLetters(tests.worker, queue);
    const id = await producer.add({ number: 7 });
    await until('it is dead', () => deaths.length === 1);

    const { letters, cursor } = await deadLetters.list();
    expect(cursor).toBeUndefined();
    expect(letters).toMatchObject([
      {
        id: deaths[0]?.deadLetterId,
        messageId: id,
        payload: '{"number":7}',
        reason: 'failed',
        error: `Error: no stock ${'!'.repeat(984)}`,
        attempts: 2,
        addedAtMilliseconds: Number(/:(\d+)-/.exec(id)?.[1]),
      },
    ]);
    expect(letters[0]?.diedAtMilliseconds).toBeGreaterThanOrEqual(letters[0]?.addedAtMilliseconds ?? Infinity);
    expect(deaths[0]).toMatchObject({ messageId: id, reason: 'failed', attempts: 2 });
    expect(await tests.snapshot(queue)).toMatchObject({ depth: 0, delayed: 0, dead: 1 });

    broken = false;
    expect(await deadLetters.replay(letters[0]?.id ?? '')).toBe(true);
    await until('it is done', async () => attempts.length === 3 && (await tests.empty(queue)));
    expect(attempts).toEqual([1, 2, 1]);
    expect(await deadLetters.replay(letters[0]?.id ?? '')).toBe(false);
    expect(await deadLetters.discard(letters[0]?.id ?? '')).toBe(false);
    expect(await deadLetters.count()).toBe(0);
    await expect(deadLetters.replay('nonsense')).rejects.toThrow(/'nonsense' is not the id of a message/);
  });

  test('for good makes a dead letter at once', async () => {
    const queue = testQueue();
    let calls = 0;
    const handle = () => {
      calls++;
      throw new PermanentFailure('the resource was deleted');
    };
    tests.consume(queue, handle);
    await new StreamProducer(tests.app, queue).add({ number: 1 });
    const deadLetters = new DeadLetters(tests.worker, queue);
    await until('it is dead', async () => (await deadLetters.count()) === 1);
    const { letters } = await deadLetters.list();
    expect(calls).toBe(1);
    expect(letters[0]).toMatchObject({
      reason: 'permanent',
      error: 'PermanentFailure: the resource was deleted',
      attempts: 1,
    });
    expect(await deadLetters.discard(letters[0]?.id ?? '')).toBe(true);
    expect(await deadLetters.count()).toBe(0);
  });

  test('to settle in time counts as a failed attempt', async () => {
    const queue = testQueue();
    const aborted: unknown[] = [];
    const handle = (_: Handled, { signal }: HandlerCall) =>
      new Promise<void>(() => signal.addEventListener('abort', () => aborted.push(signal.reason)));
    tests.consume(queue, handle, { handlerTimeoutMilliseconds: 30, maxAttempts: 2 });
    await new StreamProducer(tests.app, queue).add({ number: 1 });
    const deadLetters = new DeadLetters(tests.worker, queue);
    await until('it is dead', async () => (await deadLetters.count()) === 1);
    expect(aborted).toHaveLength(2);
    const { letters } = await deadLetters.list();
    expect(letters[0]?.error).toMatch(/^HandlerTimeoutError: .*handlerTimeoutMilliseconds \(30\)$/);
  });

  test('to parse a payload makes a dead letter, whoever wrote it', async () => {
    const queue = testQueue(1);
    const [{ stream } = { stream: '' }] = partitionsOf(queue);
    await tests.app.xadd(stream, '*', 'payload', '{"number":');
    await tests.app.xadd(stream, '*', 'payload', '{"colour":"red"}');
    await tests.app.xadd(stream, '*', 'colour', 'red');
    const handled: number[] = [];
    tests.consume(queue, ({ payload }) => void handled.push(payload.number));
    await new StreamProducer(tests.app, queue).add({ number: 1 });
    const deadLetters = new DeadLetters(tests.worker, queue);
    await until('all are settled', async () => handled.length === 1 && (await deadLetters.count()) === 3);
    const { letters } = await deadLetters.list();
    expect(letters.map(({ reason, payload }) => [reason, payload])).toEqual([
      ['unparsable', '{"number":'],
      ['unparsable', '{"colour":"red"}'],
      ['unparsable', '["colour","red"]'],
    ]);
    expect(letters.map(({ error }) => error)).toEqual([
      expect.stringMatching(/^SyntaxError/),
      'Error: number is missing',
      'Error: the entry has no field named payload',
    ]);
    await until('the queue is empty', () => tests.empty(queue));
  });

  test('dead letters are listed in pages, replayed all at once and capped if so configured', async () => {
    const queue = testQueue(3);
    const handle = ({ payload, attempt }: Handled) => {
      if (payload.number < 300) throw new PermanentFailure(`attempt ${attempt}`);
    };
    const consumer = tests.consume(queue, handle);
    const producer = new StreamProducer(tests.app, queue);
    await producer.addMany(numbers(250));
    const deadLetters = new DeadLetters(tests.worker, queue);
    await until('all are dead', async () => (await deadLetters.count()) === 250);
    const seen: string[] = [];
    for (let cursor: string | undefined, first = true; first || cursor; first = false) {
      const page = await deadLetters.list({ ...(cursor ? { cursor } : {}), limit: 40 });
      expect(page.letters.length).toBeLessThanOrEqual(40);
      seen.push(...page.letters.map(({ payload }) => payload));
      cursor = page.cursor;
    }
    expect([seen.length, new Set(seen).size]).toEqual([250, 250]);
    // They die again at once; those are not replayed.
    expect(await deadLetters.replayAll()).toBe(250);
    await until('all are dead again', async () => (await deadLetters.count()) === 250);
    await consumer.stop();

    tests.consume(queue, handle, { deadLetterLimit: 1 });
    await producer.addMany(numbers(299));
    await until('the queue is empty', () => tests.empty(queue));
    // An approximate cap drops whole nodes of 100 entries.
    expect(await deadLetters.count()).toBeLessThanOrEqual(300);
  });
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { hashSlot } from '../../../apps/redis/keys';
import { DeadLetters } from '../../../apps/redis/stream-queue/dead-letters';
import { StreamProducer } from '../../../apps/redis/stream-queue/producer';
import { ReplicationError } from '../../../apps/redis/stream-queue/replicated-write';
import { partitionsOf, type StreamQueue } from '../../../apps/redis/stream-queue/queue';
import { numbers, QueueTests, testQueue, until, type TestPayload } from '../../support/stream-queue';
import type { StreamWorkerOrder } from '../../support/stream-worker';

const tests = new QueueTests();

describe('a worker that is killed', () => {
  const attempts = { handlerTimeoutMilliseconds: 400, redeliveryMarginMilliseconds: 200, maxAttempts: 2 };
  let bundle: string;
  const processes: ChildProcess[] = [];

  beforeAll(() => {
    bundle = path.join(tests.cluster.directory, 'stream-worker.js');
    buildSync({
      entryPoints: [path.join(__dirname, '../../support/stream-worker.ts')],
      outfile: bundle,
      bundle: true,
      platform: 'node',
      loader: { '.lua': 'text' },
      logLevel: 'warning',
    });
  });

  afterEach(() => {
    for (const { pid, exitCode, signalCode } of processes.splice(0)) {
      if (pid !== undefined && exitCode === null && signalCode === null) process.kill(pid, 'SIGKILL');
    }
  });

  /** Starts a worker. Its lines are what it begins to handle: number and attempt. */
  function startWorker({ name, group, tags }: StreamQueue<TestPayload>, crash: boolean) {
    const order = path.join(tests.cluster.directory, `stream-worker-${processes.length}.json`);
    const content: StreamWorkerOrder = {
      settings: tests.cluster.settings('worker'),
      queue: { name, group, tags },
      crash,
      ...attempts,
      ...(crash ? {} : { handlerTimeoutMilliseconds: 60_000 }),
    };
    writeFileSync(order, JSON.stringify(content), { mode: 0o600 });
    const child = spawn(process.execPath, [bundle, order], { stdio: ['ignore', 'pipe', 'inherit'] });
    processes.push(child);
    const lines: string[] = [];
    child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(...text.trim().split('\n')));
    return { child, lines };
  }

  test('in the middle of its work leaves it to others', async () => {
    const queue = testQueue();
    const { child, lines } = startWorker(queue, false);
    await new StreamProducer(tests.app, queue).addMany(numbers(20));
    await until('it has begun all', () => lines.length === 20);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const handled = new Map<number, number>();
    tests.consume(queue, ({ payload, attempt }) => void handled.set(payload.number, attempt), {
      ...attempts,
      maxAttempts: 5,
    });
    await until('the queue is empty', () => tests.empty(queue));
    expect(handled.size).toBe(20);
    expect(new Set(handled.values())).toEqual(new Set([2]));
  });

  test('by a message each time gets rid of it in the end', async () => {
    const queue = testQueue();
    await new StreamProducer(tests.app, queue).add({ number: 66 });
    const begun: string[] = [];
    for (let attempt = 1; attempt <= 2; attempt++) {
      const { child, lines } = startWorker(queue, true);
      await once(child, 'close');
      begun.push(...lines);
    }
    expect(begun).toEqual(['66 1', '66 2']);
    let calls = 0;
    const handle = () => {
      calls++;
    };
    tests.consume(queue, handle, attempts);
    const deadLetters = new DeadLetters(tests.worker, queue);
    await until('it is dead', async () => (await deadLetters.count()) === 1);
    const { letters } = await deadLetters.list();
    expect(letters[0]).toMatchObject({ payload: '{"number":66}', reason: 'crashed', attempts: 2 });
    expect(calls).toBe(0);
  });
});

describe('a master', () => {
  /** Name of the node that is master of a queue's first partition, as the client knows it. */
  function masterOf(queue: StreamQueue<TestPayload>): string {
    const { worker, cluster } = tests;
    const [{ stream } = { stream: '' }] = partitionsOf(queue);
    const address = 'slots' in worker ? worker.slots[hashSlot(stream)]?.[0] : undefined;
    const node = cluster.nodes.find(({ port }) => address?.endsWith(`:${port}`));
    if (!node) throw new Error(`no node at ${address}`);
    return node.name;
  }

  /**
   * Adds messages and consumes them with two consumers while `fault` happens to a master and heals. Odd messages wait
   * for the shard's replica, even ones don't.
   */
  async function underLoad(fault: (master: string, queue: StreamQueue<TestPayload>) => Promise<void>) {
    const queue = testQueue(6);
    const handled = new Set<number>();
    const settings = { blockMilliseconds: 500, unreadyAfterMilliseconds: 1_500 };
    const consumers = [1, 2].map(() =>
      tests.consume(queue, ({ payload }) => void handled.add(payload.number), settings),
    );
    const producers = [
      new StreamProducer(tests.app, queue),
      new StreamProducer(tests.app, queue, { replication: { replicas: 1, timeoutMilliseconds: 300 } }),
    ] as const;
    const acknowledgedAt = new Map<number, number>();
    const refused: unknown[] = [];
    let adding = true;
    const load = Array.from({ length: 20 }, async (_, lane) => {
      for (let number = lane; adding; number += 20) {
        await producers[number % 2 === 0 ? 0 : 1].add({ number }).then(
          () => acknowledgedAt.set(number, performance.now()),
          (error: unknown) => refused.push(error),
        );
        await setTimeout(5);
      }
    });
    await until('messages flow', () => handled.size > 500 && acknowledgedAt.size > 500);
    const readiness: boolean[] = [];
    const watching = setInterval(() => readiness.push(consumers.every((consumer) => consumer.health().ready)), 20);
    const faultAt = performance.now();
    await fault(masterOf(queue), queue);
    await until('all partitions are read again', () => consumers.every((consumer) => consumer.health().ready));
    // Counted apart: a message may be handled whose producer was told that no replica has it.
    const [handledBefore, acknowledgedBefore] = [handled.size, acknowledgedAt.size];
    await until(
      'messages flow again',
      () => handled.size > handledBefore + 500 && acknowledgedAt.size > acknowledgedBefore + 500,
    );
    adding = false;
    await Promise.all(load);
    await until('the queue is empty', () => tests.empty(queue), 20_000);
    clearInterval(watching);
    const lost = [...acknowledgedAt.keys()].filter((number) => !handled.has(number));
    return {
      acknowledgedCount: acknowledgedAt.size,
      // Redis may lose what it acknowledged in the instant before the fault: it replicates after it answers.
      lost: lost.filter((number) => number % 2 === 1 || Math.abs((acknowledgedAt.get(number) ?? 0) - faultAt) > 100),
      // A message that no replica confirmed was added, but not acknowledged.
      refused: refused.filter((error) => !(error instanceof ReplicationError)),
      readiness,
    };
  }

  test('that is killed under load loses nothing that was acknowledged and replicated', async () => {
    let killed = '';
    const { acknowledgedCount, lost, refused, readiness } = await underLoad(async (master, queue) => {
      killed = master;
      process.kill(tests.cluster.pid(master), 'SIGKILL');
      await until('its replica has taken over', () => masterOf(queue) !== master);
    });
    await tests.cluster.restart(killed);
    expect(acknowledgedCount).toBeGreaterThan(1_000);
    expect({ lost, refused }).toEqual({ lost: [], refused: [] });
    expect([readiness[0], readiness.at(-1)]).toEqual([true, true]);
    expect(readiness).toContain(false);
  });

  test('that freezes under load loses nothing that was acknowledged and replicated', async () => {
    const { acknowledgedCount, lost, refused, readiness } = await underLoad(async (master, queue) => {
      const pid = tests.cluster.pid(master);
      process.kill(pid, 'SIGSTOP');
      try {
        const frozen = { ...queue, tags: queue.tags.slice(0, 1) };
        const hurried = new StreamProducer(tests.app, frozen, { deadlineMilliseconds: 100 });
        await expect(hurried.add({ number: -1 })).rejects.toThrow(/^Redis is unavailable .*no answer within 100 ms/);
        const stopping = performance.now();
        await tests.consume(queue, () => undefined).stop(100);
        expect(performance.now() - stopping).toBeLessThan(2_500);
        await until('its replica has taken over', () => masterOf(queue) !== master);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });
    expect(acknowledgedCount).toBeGreaterThan(1_000);
    expect({ lost, refused }).toEqual({ lost: [], refused: [] });
    expect([readiness[0], readiness.at(-1)]).toEqual([true, true]);
    expect(readiness).toContain(false);
  });
});

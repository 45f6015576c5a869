import { isDeepStrictEqual } from 'node:util';
import type { OrderMessage } from '../../../apps/database/orders';
import { keys } from '../../../apps/redis/keys';
import { partitionsOf } from '../../../apps/redis/stream-queue/queue';
import { orders } from '../../../apps/service/order-queue';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import type { Exit } from '../../support/worker-process';
import { WorkerTests } from '../../support/worker-tests';

const tests = new WorkerTests();

const [{ tag, stream } = { tag: '', stream: '' }] = partitionsOf(orders);
const lines = (text: string) => text.split('\n').filter((line) => line !== '');
const succeeded = (stdout: string): Exit => ({ code: 0, signal: null, stdout, stderr: '' });

/** What `dead-letters list` prints. */
async function list(): Promise<readonly { id: string }[]> {
  const { stdout, ...exit } = await tests.command(['dead-letters', 'list']);
  expect(exit).toEqual({ code: 0, signal: null, stderr: '' });
  return lines(stdout).map((line) => JSON.parse(line) as { id: string });
}

/**
 * Waits until the one order is dead, and its letter is there. A worker that can't reach the database in that moment leaves
 * the mark to the leader, which looks every 30 s.
 */
async function died(order: OrderMessage): Promise<void> {
  const seen = async () => ({ status: (await tests.find(order))?.status, letters: await tests.letters.count() });
  try {
    await eventually(async () => isDeepStrictEqual(await seen(), { status: 'dead', letters: 1 }), 40_000);
  } catch (error) {
    throw new Error(`${JSON.stringify(await seen())} after 40 s; the workers said:\n${tests.output}`, { cause: error });
  }
}

describe('an order of a resource that is not available', () => {
  test('is tried, dies with its reason, and is effected by a replay once the resource is back', async () => {
    await tests.setAvailable('resource-1', false);
    const worker = await tests.start('worker-1', { MAX_ATTEMPTS: '3' });
    const order = await tests.order({ quantity: 4 });
    await died(order);
    const failureReason = `resource 'resource-1' is not available`;
    expect(await tests.find(order)).toMatchObject({ failureReason, effectedAt: null, worker: null });
    const [letter] = await list();
    expect(letter).toEqual({
      id: expect.stringMatching(/^\d+:\d+-\d+$/) as string,
      reason: 'failed',
      attempts: 3,
      error: `Error: ${failureReason}`,
      payload: JSON.stringify(order),
      diedAt: expect.stringMatching(/^\d{4}-.+Z$/) as string,
    });
    const id = letter?.id ?? '';

    // Too early: it dies again, with as many attempts.
    expect(await tests.command(['dead-letters', 'replay', id])).toEqual(succeeded(`replayed ${id}\n`));
    await died(order);
    const [second, ...more] = await list();
    expect(more).toEqual([]);
    expect({ ...second, id, diedAt: undefined }).toEqual({ ...letter, diedAt: undefined });
    expect(second?.id).not.toBe(id);
    expect(await tests.unitsSold()).toBe(0);

    await tests.setAvailable('resource-1', true);
    await tests.command(['dead-letters', 'replay', second?.id ?? '']);
    await tests.settled();
    expect(await tests.find(order)).toMatchObject({ status: 'effected', failureReason: null, worker: 'worker-1' });
    expect(await tests.unitsSold()).toBe(4);
    expect(await list()).toEqual([]);
    expect(await worker.metrics()).toMatchObject({
      'queue_messages_total{outcome="failed"}': 6,
      'queue_messages_total{outcome="retried"}': 4,
      'queue_messages_total{outcome="dead"}': 2,
      'queue_messages_total{outcome="completed"}': 1,
    });
  });

  test('is replayed with all others, each once, however often they die again meanwhile', async () => {
    await tests.setAvailable('resource-1', false);
    await tests.start('worker-1', { MAX_ATTEMPTS: '1' });
    // More than a page, in one partition: those that die again come after those that are still to be replayed.
    await tests.publish(await tests.accept(150), tag);
    const allDead = async () => (await tests.letters.count()) === 150 && (await tests.orderCount('dead')) === 150;
    await eventually(allDead);
    expect(await tests.command(['dead-letters', 'replay-all'])).toEqual(succeeded('replayed 150 dead letters\n'));
    await eventually(allDead);
    await tests.setAvailable('resource-1', true);
    await tests.command(['dead-letters', 'replay-all']);
    await tests.settled();
    expect(await tests.effects()).toEqual({ 'worker-1': 150 });
    expect(await tests.unitsSold()).toBe(150);
    expect(await tests.command(['dead-letters', 'replay-all'])).toEqual(succeeded('replayed 0 dead letters\n'));
  });
});

test('what is no order dies at once and holds nobody up', async () => {
  await tests.start('worker-1');
  await tests.client.xadd(stream, '*', 'payload', '{"orderId":');
  await tests.client.xadd(stream, '*', 'payload', '{"orderId":"1","userId":"2","resourceId":"3","quantity":0}');
  await tests.client.xadd(stream, '*', 'colour', 'red');
  const unknown = { orderId: 'unknown', userId: 'user-1', resourceId: 'resource-1', quantity: 1 };
  const [order] = await tests.accept(1);
  for (const message of [unknown, order]) await tests.client.xadd(stream, '*', 'payload', JSON.stringify(message));
  await tests.settled();
  expect(await tests.effects()).toEqual({ 'worker-1': 1 });
  await eventually(async () => (await tests.letters.count()) === 4);
  const letters = (await list()).map((letter) => ({ ...letter, id: undefined, diedAt: undefined }));
  const unparsable = { reason: 'unparsable', attempts: 1 };
  expect(letters).toEqual(
    expect.arrayContaining([
      { ...unparsable, payload: '{"orderId":', error: expect.stringMatching(/^SyntaxError: /) as string },
      {
        ...unparsable,
        payload: '{"orderId":"1","userId":"2","resourceId":"3","quantity":0}',
        error: expect.stringContaining('quantity') as string,
      },
      { ...unparsable, payload: '["colour","red"]', error: 'Error: the entry has no field named payload' },
      {
        reason: 'permanent',
        attempts: 1,
        payload: JSON.stringify(unknown),
        error: `PermanentFailure: there is no order 'unknown'`,
      },
    ]),
  );
  // They can be replayed like others, and die of the same.
  expect(await tests.command(['dead-letters', 'replay-all'])).toEqual(succeeded('replayed 4 dead letters\n'));
  await eventually(async () => (await tests.letters.count()) === 4);
  // What nobody can repair is discarded, and shown a last time.
  const [useless, ...others] = await list();
  const { stdout, ...exit } = await tests.command(['dead-letters', 'discard', useless?.id ?? '']);
  expect(exit).toEqual({ code: 0, signal: null, stderr: '' });
  expect(JSON.parse(stdout)).toEqual(useless);
  expect(await list()).toEqual(others);
});

test('the leader marks orders whose worker died with them, and clears letters of orders that are done', async () => {
  const [lost, done] = await tests.accept(2);
  await tests.publish(done ? [done] : []);
  const worker = await tests.start('worker-1');
  await eventually(async () => (await tests.effects())['worker-1'] === 1);
  await worker.killed();
  const letter = ['attempts', 5, 'added', '1-1', 'reason', 'crashed', 'error', 'not settled in 5 attempts'] as const;
  const unknown = { ...lost, orderId: 'unknown' };
  for (const order of [lost, done, unknown]) {
    await tests.client.xadd(keys.deadLetters(orders.name, tag), '*', 'payload', JSON.stringify(order), ...letter);
  }
  const leader = await tests.start('worker-2');
  await eventually(() => leader.logged('dead letters').length > 0);
  expect(leader.logged('dead letters')[0]).toMatchObject({ deadLetters: 2, marked: 1, cleared: 1 });
  expect(await list()).toMatchObject([{ payload: JSON.stringify(lost) }, { payload: JSON.stringify(unknown) }]);
  expect(lost && (await tests.find(lost))).toMatchObject({
    status: 'dead',
    failureReason: 'not settled in 5 attempts',
  });
});

describe('the command', () => {
  const usage = 'usage: dead-letters list | replay <id> | replay-all | discard <id>\n';

  test.each([
    [['dead-letters'], usage],
    [['dead-letters', 'delete'], usage],
    [['dead-letters', 'list', 'all'], usage],
    [['dead-letters', 'replay'], usage],
    [['dead-letters', 'replay', '1', '2'], usage],
    [['dead-letters', 'replay-all', '1'], usage],
    [['dead-letters', 'discard'], usage],
    [['dead-letters', 'discard', '1', '2'], usage],
    [['letters'], `there is no command 'letters'; there is: dead-letters\n`],
    [['--help'], `there is no command '--help'; there is: dead-letters\n`],
  ])('%j is refused', async (args, stderr) => {
    expect(await tests.command(args)).toEqual({ code: 2, signal: null, stdout: '', stderr });
  });

  test('fails for a letter that does not exist', async () => {
    for (const action of ['replay', 'discard']) {
      const [nowhere, nonsense] = await Promise.all(
        [`${tag}:1-1`, 'nonsense'].map((id) => tests.command(['dead-letters', action, id])),
      );
      const failed = { code: 1, signal: null, stdout: '' };
      expect(nowhere).toEqual({ ...failed, stderr: `there is no dead letter '${tag}:1-1': see dead-letters list\n` });
      expect(nonsense).toEqual({ ...failed, stderr: `there is no dead letter 'nonsense': see dead-letters list\n` });
    }
  });

  test('fails without its settings or its servers, and changes nothing then', async () => {
    await tests.setAvailable('resource-1', false);
    await tests.start('worker-1', { MAX_ATTEMPTS: '1' });
    const order = await tests.order();
    await died(order);
    const [port = 0] = await freePorts(1);
    const replayAll = ['dead-letters', 'replay-all'];
    const [noUser, noRedis, noDatabase, refused] = await Promise.all([
      tests.command(replayAll, { REDIS_USERNAME: '' }),
      tests.command(replayAll, { REDIS_ADDRESSES: `127.0.0.1:${port}`, REDIS_FAILOVER_MILLISECONDS: '1000' }),
      tests.command(replayAll, { DATABASE_PORT: String(port) }),
      tests.command(replayAll, { REDIS_USERNAME: 'operator', REDIS_FAILOVER_MILLISECONDS: '1000' }),
    ]);
    expect(noUser).toMatchObject({ code: 2, stdout: '' });
    expect(noUser.stderr).toContain('- REDIS_USERNAME: missing; expected');
    expect(noRedis).toMatchObject({ code: 1, stdout: '' });
    expect(lines(noRedis.stderr).at(-1)).toMatch(/^Redis is unavailable for connecting: .* after 1000 ms$/);
    expect(noDatabase).toMatchObject({ code: 1, stdout: '' });
    expect(lines(noDatabase.stderr).at(-1)).toContain(`connect ECONNREFUSED 127.0.0.1:${port}`);
    // Its log says why.
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain('WRONGPASS invalid username-password pair');
    expect(await tests.letters.count()).toBe(1);
    expect(await tests.find(order)).toMatchObject({ status: 'dead' });
  });
});

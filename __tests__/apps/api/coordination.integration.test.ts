import { mintFencingToken } from '../../../apps/database/fences';
import { incrementUnderLock } from '../../../apps/database/lock-counters';
import { operationsTopic, relayLockName } from '../../../apps/service/order-queue';
import {
  logIn,
  newId,
  noSession,
  problem,
  startApis,
  tally,
  wrongPaths,
  type ApiInstance,
  type TestApis,
} from '../../support/api';
import { eventually } from '../../support/eventually';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;
let token: string;

beforeAll(async () => {
  apis = await startApis();
  ({ one, other } = apis);
  token = await logIn(one, apis.servers);
});

afterAll(() => apis.stop());

interface Run {
  readonly fencingToken: number;
  readonly waitedMilliseconds: number;
  readonly counter: number;
}

const run = (api: ApiInstance, name: string, body: unknown = {}) =>
  api.send('POST', `/locks/${name}/runs`, { token, body });

describe('runs under a lock', () => {
  test('lose no update, however many come to both instances at the same time', async () => {
    const name = newId();
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => run(index % 2 === 0 ? one : other, name, { holdMilliseconds: 5 })),
    );
    expect(tally(answers, ({ status }) => status)).toEqual({ 200: 40 });
    const runs = answers.map(({ body }) => body as Run).toSorted((a, b) => a.counter - b.counter);
    expect(runs.map(({ counter }) => counter)).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
    // Who came later has the greater token.
    const fences = runs.map(({ fencingToken }) => fencingToken);
    expect(fences).toEqual(Array.from(new Set(fences)).toSorted((a, b) => a - b));
    const waits = runs.map(({ waitedMilliseconds }) => waitedMilliseconds);
    expect(Math.min(...waits)).toBeLessThan(1_000);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(39 * 5);
  });

  test('of different locks don’t wait for each other', async () => {
    const [held, free] = [newId(), newId()];
    const lock = await one.connected.locks.acquire(`run-${held}`);
    expect((await run(other, free)).body).toEqual({
      fencingToken: 1,
      waitedMilliseconds: expect.any(Number) as number,
      counter: 1,
    });
    await lock.release();
  });

  test('give up after ten seconds, and say so', async () => {
    const name = newId();
    const lock = await one.connected.locks.acquire(`run-${name}`);
    const begin = performance.now();
    const answer = await run(other, name);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(9_999);
    const detail = expect.stringContaining(`Lock 'run-${name}' did not become free within 10000 ms`) as unknown;
    expect(answer).toEqual(problem(503, 'Service Unavailable', detail));
    expect(answer.headers['retry-after']).toBe('1');
    await lock.release();
    expect(await run(other, name)).toMatchObject({ status: 200, body: { counter: 1 } });
  });

  test('whose lock someone newer has write nothing, and can be tried again', async () => {
    const name = newId();
    const { application } = apis.servers.database;
    const slow = run(one, name, { holdMilliseconds: 1_000 });
    const minted = 'select from lock_fences where name = $1';
    await eventually(async () => (await application.query(minted, [`run-${name}`])).rowCount === 1);
    const newer = await mintFencingToken(application, `run-${name}`);
    expect(await incrementUnderLock(application, `run-${name}`, newer)).toBe(1);
    const answer = await slow;
    const detail = `Fencing token 1 of 'run-${name}' is stale: the lock was lost.`;
    expect(answer).toEqual(problem(503, 'Service Unavailable', detail));
    expect(answer.headers['retry-after']).toBe('1');
    expect(await run(other, name)).toMatchObject({ status: 200, body: { counter: 2, fencingToken: 3 } });
  });

  test('need a session', async () => {
    expect(await one.send('POST', `/locks/${newId()}/runs`, { body: {} })).toEqual(noSession);
  });

  test.each([
    ['a name of other characters', 'a.b', {}, 'params.name'],
    ['a name that is too long', 'x'.repeat(65), {}, 'params.name'],
    ['a longer hold than a second', 'a', { holdMilliseconds: 1_001 }, 'body.holdMilliseconds'],
    ['a hold before it begins', 'a', { holdMilliseconds: -1 }, 'body.holdMilliseconds'],
    ['nothing', 'a', 'null', 'body'],
  ])('with %s are refused', async (_what, name, body, wrong) => {
    const answer = await run(one, name, body);
    expect(answer).toEqual(problem(400, 'Bad Request'));
    expect(wrongPaths(answer)).toEqual([wrong]);
  });
});

describe('the leader', () => {
  const leader = (api: ApiInstance) => api.send('GET', '/leader', { token });
  const resign = (api: ApiInstance) => api.send('POST', '/leader/resignations', { token });

  test('is nobody while nobody leads', async () => {
    expect(await leader(one)).toMatchObject({ status: 200, body: { leader: null, fencingToken: null } });
  });

  test('is who holds the lock of the outbox relay, with its fencing token', async () => {
    const lock = await one.connected.locks.acquire(relayLockName);
    const [body, without] = [
      { leader: 'api-1', fencingToken: null },
      { leader: null, fencingToken: null },
    ];
    expect(await leader(other)).toMatchObject({ status: 200, body });
    const fencingToken = Number(await lock.fencingToken());
    await lock.extend();
    expect(await leader(other)).toMatchObject({ status: 200, body: { ...body, fencingToken } });
    await lock.release();
    expect(await leader(other)).toMatchObject({ status: 200, body: without });
  });

  test('is asked to resign, if anyone listens', async () => {
    expect(await resign(one)).toMatchObject({ status: 202, body: { heardBy: 0 } });
    const heard: string[] = [];
    const listener = other.connected.events.subscribe<string>(operationsTopic, (said) => void heard.push(said), {
      parse: String,
    });
    await listener.confirmed;
    expect(await resign(one)).toMatchObject({ status: 202, body: { heardBy: 1 } });
    await eventually(() => heard.length > 0);
    expect(heard).toEqual(['resign']);
    listener.unsubscribe();
  });

  test('is told of, and asked, with a session only', async () => {
    expect(await one.send('GET', '/leader')).toEqual(noSession);
    expect(await one.send('POST', '/leader/resignations')).toEqual(noSession);
  });
});

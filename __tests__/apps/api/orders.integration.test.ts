import { markOrderDead } from '../../../apps/database/orders';
import { awaitReady, connectRedis, disconnectRedis, type RedisClient } from '../../../apps/redis/client';
import { keys, orderPartitionTags, orderQueue } from '../../../apps/redis/keys';
import {
  logIn,
  newId,
  noSession,
  problem,
  startApis,
  tally,
  wrongPaths,
  type ApiAnswer,
  type ApiInstance,
  type TestApis,
} from '../../support/api';
import { eventually } from '../../support/eventually';

let apis: TestApis;
let one: ApiInstance;
let other: ApiInstance;
/** Reads the queue, as only a worker may. */
let worker: RedisClient;
let token: string;
let userId: string;
let stranger: string;

beforeAll(async () => {
  apis = await startApis();
  ({ one, other } = apis);
  worker = connectRedis(apis.servers.cluster.settings('worker'));
  await awaitReady(worker, 10_000);
  [token, stranger] = [await logIn(one, apis.servers, 'user-1'), await logIn(one, apis.servers, 'user-2')];
  const { body } = await one.send('GET', '/sessions/me', { token });
  userId = (body as { user: { id: string } }).user.id;
});

afterAll(async () => {
  await disconnectRedis(worker);
  await apis.stop();
});

interface Placement {
  readonly key?: string;
  readonly body?: unknown;
  readonly as?: string;
}

const input = { resourceId: 'resource-1', quantity: 2 };

function place(api: ApiInstance, { key = newId(), body = input, as = token }: Placement = {}): Promise<ApiAnswer> {
  return api.send('POST', '/orders', { token: as, body, headers: { 'idempotency-key': key } });
}

const idOf = ({ body }: ApiAnswer) => (body as { id: string }).id;
const wasReplayed = ({ headers }: ApiAnswer) => headers['idempotency-replayed'];

async function placed(placement: Placement = {}): Promise<string> {
  const answer = await place(one, placement);
  expect(answer.status).toBe(202);
  return idOf(answer);
}

/** The messages of an order that are on the queue. */
async function queued(orderId: string): Promise<unknown[]> {
  const streams = orderPartitionTags.map((tag) => worker.xrange(keys.stream(orderQueue.name, tag), '-', '+'));
  const entries = (await Promise.all(streams)).flat();
  const messages = entries.map(([, fields]) => JSON.parse(fields[1] ?? '') as { orderId: string });
  return messages.filter((message) => message.orderId === orderId);
}

/** Rows of the orders that have this key, and of the outbox for them. */
async function rows(key: string): Promise<unknown> {
  const text = `select count(*)::int as orders, count(order_outbox.order_id)::int as outbox
    from orders left join order_outbox on order_outbox.order_id = orders.id where idempotency_key = $1`;
  return (await apis.servers.database.owner.query(text, [key])).rows[0];
}

describe('making an order', () => {
  test('accepts it, tells where it is, and puts it on the queue and in the outbox', async () => {
    const key = newId();
    const answer = await place(one, { key });
    expect(answer.status).toBe(202);
    const id = idOf(answer);
    const createdAt = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(answer.body).toEqual({ id, status: 'accepted', ...input, createdAt });
    expect(answer.headers.location).toBe(`/orders/${id}`);
    expect(wasReplayed(answer)).toBeUndefined();
    expect(await queued(id)).toEqual([{ orderId: id, userId, ...input }]);
    expect(await rows(key)).toEqual({ orders: 1, outbox: 1 });
    const found = await other.send('GET', answer.headers.location ?? '', { token });
    const pending = { effectedAt: null, worker: null, failureReason: null };
    expect(found).toMatchObject({ status: 200, body: { ...(answer.body as object), ...pending } });
  });

  test('needs a session', async () => {
    const headers = { 'idempotency-key': newId() };
    expect(await one.send('POST', '/orders', { body: input, headers })).toEqual(noSession);
    expect(await rows(headers['idempotency-key'])).toEqual({ orders: 0, outbox: 0 });
  });

  test.each([
    ['no key', undefined],
    ['an empty key', ''],
    ['a key that is too long', 'x'.repeat(256)],
    ['a key with a tab', 'a\tb'],
    ['a key outside ASCII', 'clé'],
  ])('with %s is refused', async (_what, key) => {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    const answer = await one.send('POST', '/orders', { token, body: input, headers });
    expect(answer).toEqual(problem(400, 'Bad Request'));
    expect(wrongPaths(answer)).toEqual(['headers.idempotency-key']);
  });

  test.each(['x', '~'.repeat(255), 'a key, "quoted"; with=signs'])('the key %j is as good as any', async (key) => {
    expect((await place(one, { key })).status).toBe(202);
    expect(wasReplayed(await place(other, { key }))).toBe('true');
  });

  test.each([
    ['nothing', undefined, ['body']],
    ['no quantity', { resourceId: 'resource-1' }, ['body.quantity']],
    ['a quantity of 0', { ...input, quantity: 0 }, ['body.quantity']],
    ['a quantity of 1001', { ...input, quantity: 1_001 }, ['body.quantity']],
    ['half a unit', { ...input, quantity: 0.5 }, ['body.quantity']],
    ['a quantity in letters', { ...input, quantity: '2' }, ['body.quantity']],
    ['a resource of other characters', { ...input, resourceId: 'a b' }, ['body.resourceId']],
    ['someone else’s name on it', { ...input, userId: 'user-2' }, ['body']],
  ])('with %s is refused', async (_what, body, paths) => {
    const headers = { 'idempotency-key': newId() };
    const answer = await one.send('POST', '/orders', { token, headers, ...(body && { body }) });
    expect(answer).toEqual(problem(400, 'Bad Request'));
    expect(wrongPaths(answer)).toEqual(paths);
    expect(await rows(headers['idempotency-key'])).toEqual({ orders: 0, outbox: 0 });
  });

  test('of a resource that isn’t there is refused, and the key can still be used', async () => {
    const [key, resourceId] = [newId(), newId()];
    const answer = await place(one, { key, body: { ...input, resourceId } });
    expect(answer).toEqual(problem(422, 'Unprocessable Entity', `There is no resource '${resourceId}'.`));
    expect((await place(other, { key })).status).toBe(202);
  });
});

describe('an Idempotency-Key', () => {
  test('used again for the same order gets the same answer, and nothing happens twice', async () => {
    const key = newId();
    const first = await place(one, { key });
    // The same JSON in another order of its parts.
    const again = await place(other, { key, body: { quantity: 2, resourceId: 'resource-1' } });
    expect(again.status).toBe(202);
    expect(again.body).toEqual(first.body);
    expect(again.headers.location).toBe(first.headers.location);
    expect(wasReplayed(again)).toBe('true');
    expect(await queued(idOf(first))).toHaveLength(1);
    expect(await rows(key)).toEqual({ orders: 1, outbox: 1 });
  });

  test.each([
    ['quantity', { ...input, quantity: 3 }],
    ['resource', { ...input, resourceId: 'resource-2' }],
    ['resource that isn’t there', { ...input, resourceId: 'nothing' }],
  ])('used again for another %s is refused', async (_what, body) => {
    const key = newId();
    const id = await placed({ key });
    const detail = `Idempotency-Key '${key}' was used for another order; use a new one.`;
    expect(await place(other, { key, body })).toEqual(problem(422, 'Unprocessable Entity', detail));
    expect(await queued(id)).toHaveLength(1);
    expect(await rows(key)).toEqual({ orders: 1, outbox: 1 });
  });

  test('belongs to its user', async () => {
    const key = newId();
    const id = await placed({ key });
    const foreign = await place(other, { key, as: stranger });
    expect(foreign.status).toBe(202);
    expect(wasReplayed(foreign)).toBeUndefined();
    expect(idOf(foreign)).not.toBe(id);
  });

  test('of many requests to both instances at the same time makes one order and one message', async () => {
    const key = newId();
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, index) => place(index % 2 === 0 ? one : other, { key })),
    );
    expect(tally(answers, ({ status }) => status)).toEqual({ 202: 30 });
    expect(tally(answers, wasReplayed)).toEqual({ undefined: 1, true: 29 });
    const [id, ...others] = new Set(answers.map(idOf));
    expect(others).toEqual([]);
    expect(await queued(id ?? '')).toHaveLength(1);
    expect(await rows(key)).toEqual({ orders: 1, outbox: 1 });
  });

  test('of many different requests at the same time is one’s alone', async () => {
    const key = newId();
    const quantities = Array.from({ length: 20 }, (_, index) => index + 1);
    const answers = await Promise.all(
      quantities.map((quantity) => place(quantity % 2 === 0 ? one : other, { key, body: { ...input, quantity } })),
    );
    expect(tally(answers, ({ status }) => status)).toEqual({ 202: 1, 422: 19 });
    const won = answers.findIndex(({ status }) => status === 202);
    expect(answers[won]?.body).toMatchObject({ quantity: quantities[won] });
    expect(await rows(key)).toEqual({ orders: 1, outbox: 1 });
  });
});

describe('an order', () => {
  test.each([
    ['read', 'GET', ''],
    ['replayed', 'POST', '/replay'],
  ] as const)('can be %s by its owner only: to others there is none', async (_what, method, action) => {
    const id = await placed();
    const path = `/orders/${id}${action}`;
    expect(await other.send(method, path, { token: stranger })).toEqual(
      problem(404, 'Not Found', `There is no order '${id}'.`),
    );
    expect(await one.send(method, path)).toEqual(noSession);
    const unknown = await one.send(method, `/orders/unknown${action}`, { token });
    expect(unknown).toEqual(problem(404, 'Not Found', "There is no order 'unknown'."));
    expect(await one.send(method, `/orders/a%00b${action}`, { token })).toEqual(problem(400, 'Bad Request'));
  });

  test('that waits for its effect can’t be replayed', async () => {
    const id = await placed();
    const detail = `Order '${id}' is accepted: only a dead order can be replayed.`;
    expect(await one.send('POST', `/orders/${id}/replay`, { token })).toEqual(problem(409, 'Conflict', detail));
    expect(await queued(id)).toHaveLength(1);
  });

  test('that is dead tells why, and is tried again when it is replayed, once', async () => {
    const id = await placed();
    const death = { reason: 'resource-1 is not available', diedAtMilliseconds: Date.now() };
    await markOrderDead(apis.servers.database.application, id, death);
    const dead = await other.send('GET', `/orders/${id}`, { token });
    expect(dead.body).toMatchObject({ status: 'dead', failureReason: 'resource-1 is not available' });
    const replays = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        (index % 2 === 0 ? one : other).send('POST', `/orders/${id}/replay`, { token }),
      ),
    );
    expect(tally(replays, ({ status }) => status)).toEqual({ 202: 1, 409: 9 });
    expect(replays.find(({ status }) => status === 202)?.body).toMatchObject({ id, status: 'accepted', ...input });
    await eventually(async () => (await queued(id)).length === 2);
    const revived = await one.send('GET', `/orders/${id}`, { token });
    expect(revived.body).toMatchObject({ status: 'accepted', failureReason: null });
  });
});

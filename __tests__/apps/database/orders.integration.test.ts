import { effectOrder, effectOrders } from '../../../apps/database/order-effects';
import { saveResource } from '../../../apps/database/resources';
import {
  createOrder,
  findOrder,
  IdempotencyConflictError,
  markOrderDead,
  reviveOrder,
  UnknownResourceError,
  type OrderRequest,
} from '../../../apps/database/orders';
import { claimDueMessages, markPublished, measureBacklog } from '../../../apps/database/outbox';
import { findResource } from '../../../apps/database/resources';
import { eventually } from '../../support/eventually';
import { OrderDatabase, orderRequest } from '../../support/order-database';

const database = new OrderDatabase();
const resourceIds = database.resourceIds;
const placeOrder = (changes: Partial<OrderRequest> = {}) => database.placeOrder(changes);

async function count(table: string): Promise<number> {
  const { rows } = await database.owner.query<{ n: number }>(`select count(*) as n from ${table}`);
  return rows[0]?.n ?? -1;
}

describe('creating', () => {
  test('accepts an order and leaves its message in the outbox', async () => {
    const { order, replayed } = await createOrder(database.application, orderRequest());
    expect(replayed).toBe(false);
    expect(order).toEqual({
      id: expect.any(String) as string,
      userId: 'user-1',
      resourceId: 'resource-1',
      quantity: 2,
      status: 'accepted',
      createdAt: expect.any(Date) as Date,
      effectedAt: null,
      failureReason: null,
    });
    const { rows } = await database.owner.query('select order_id, payload, published_at, attempts from order_outbox');
    const payload = { orderId: order.id, userId: 'user-1', resourceId: 'resource-1', quantity: 2 };
    expect(rows).toEqual([{ order_id: order.id, payload, published_at: null, attempts: 0 }]);
    await expect(findOrder(database.application, order.id)).resolves.toEqual({ ...order, worker: null });
    await expect(findOrder(database.application, 'no-such-order')).resolves.toBeUndefined();
  });

  test('50 at once with one key are one order', async () => {
    const same = orderRequest();
    const created = await Promise.all(Array.from({ length: 50 }, () => createOrder(database.application, same)));
    expect(new Set(created.map(({ order }) => order.id)).size).toBe(1);
    expect(created.filter(({ replayed }) => !replayed)).toHaveLength(1);
    await expect(Promise.all([count('orders'), count('order_outbox')])).resolves.toEqual([1, 1]);
  });

  test('replays the order in its present state', async () => {
    const same = orderRequest();
    const { order } = await createOrder(database.application, same);
    await effectOrder(database.application, order.id, 'worker-1');
    await expect(createOrder(database.application, same)).resolves.toMatchObject({
      replayed: true,
      order: { id: order.id, status: 'effected' },
    });
  });

  test.each([
    ['quantity', { quantity: 3 }],
    ['resource', { resourceId: 'resource-2' }],
    ['unknown resource', { resourceId: 'no-such-resource' }],
  ])('refuses a key that was used with another %s', async (_case, change) => {
    const first = orderRequest();
    await createOrder(database.application, first);
    await expect(createOrder(database.application, { ...first, ...change })).rejects.toThrow(IdempotencyConflictError);
    await expect(count('orders')).resolves.toBe(1);
  });

  test('two users may use the same key', async () => {
    const idempotencyKey = 'one';
    const first = await placeOrder({ idempotencyKey });
    await expect(placeOrder({ idempotencyKey, userId: 'user-2' })).resolves.not.toBe(first);
  });

  test('refuses an unknown resource', async () => {
    await expect(placeOrder({ resourceId: 'no-such-resource' })).rejects.toThrow(UnknownResourceError);
    await expect(count('orders')).resolves.toBe(0);
  });
});

describe('the effect', () => {
  test('happens once of 20 at once', async () => {
    const orderId = await placeOrder({ quantity: 3 });
    const effects = await Promise.all(
      Array.from({ length: 20 }, (_, worker) => effectOrder(database.application, orderId, `worker-${worker}`)),
    );
    expect(effects.filter(({ outcome }) => outcome === 'effected')).toEqual([
      { orderId, outcome: 'effected', resource: { id: 'resource-1', version: 2 } },
    ]);
    expect(effects.filter(({ outcome }) => outcome === 'settled')).toHaveLength(19);
    await expect(findResource(database.application, 'resource-1')).resolves.toMatchObject({ unitsSold: 3, version: 2 });
    await expect(findOrder(database.application, orderId)).resolves.toMatchObject({
      status: 'effected',
      effectedAt: expect.any(Date) as Date,
    });
    await expect(Promise.all([count('order_effects'), count('order_outbox')])).resolves.toEqual([1, 0]);
  });

  test('of a batch is reported per delivery, in its order', async () => {
    const [first, second, third] = [
      await placeOrder(),
      await placeOrder({ quantity: 5 }),
      await placeOrder({ resourceId: 'resource-2' }),
    ];
    await effectOrder(database.application, third, 'worker-1');
    const effects = await effectOrders(
      database.application,
      [second, 'no-such-order', third, first, second],
      'worker-1',
    );
    const resource = { id: 'resource-1', version: 2 };
    expect(effects).toEqual([
      { orderId: second, outcome: 'effected', resource },
      { orderId: 'no-such-order', outcome: 'unknown', resource: undefined },
      { orderId: third, outcome: 'settled', resource: undefined },
      { orderId: first, outcome: 'effected', resource },
      { orderId: second, outcome: 'effected', resource },
    ]);
    await expect(findResource(database.application, 'resource-1')).resolves.toMatchObject({ unitsSold: 7, version: 2 });
    await expect(effectOrders(database.application, [], 'worker-1')).resolves.toEqual([]);
  });

  test('of overlapping batches over shared resources: no deadlock, each once, beside the relay', async () => {
    const orderIds = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        placeOrder({ resourceId: resourceIds[n % 8] ?? '', quantity: 1 + (n % 3) }),
      ),
    );
    const shuffled = (): string[] =>
      orderIds
        .map((id) => ({ id, at: Math.random() }))
        .sort((a, b) => a.at - b.at)
        .map(({ id }) => id);
    const worker = async (name: string): Promise<number> => {
      let effected = 0;
      const deliveries = shuffled();
      while (deliveries.length > 0) {
        const effects = await effectOrders(database.application, deliveries.splice(0, 20), name);
        effected += effects.filter(({ outcome }) => outcome === 'effected').length;
      }
      return effected;
    };
    let working = true;
    const relay = async (): Promise<void> => {
      while (working) {
        await claimDueMessages(database.application, 0, 50);
        await markPublished(database.application, shuffled());
      }
    };
    const relays = [relay(), relay()];
    const workers = await Promise.all(Array.from({ length: 12 }, (_, n) => worker(`worker-${n}`)));
    working = false;
    await Promise.all(relays);

    expect(workers.reduce((sum, effected) => sum + effected)).toBe(200);
    await expect(Promise.all([count('order_effects'), count('order_outbox')])).resolves.toEqual([200, 0]);
    const { rows } = await database.owner.query(
      `select (select sum(units_sold)::bigint from resources) as sold, (select sum(quantity) from orders) as ordered,
         (select count(*) from orders where status <> 'effected') as "left"`,
    );
    expect(rows).toEqual([{ sold: 399, ordered: 399, left: 0 }]);
    const { rows: statistics } = await database.owner.query(
      'select deadlocks from pg_stat_database where datname = current_database()',
    );
    expect(statistics).toEqual([{ deadlocks: 0 }]);
  });
});

const die = (orderId: string, reason: string, diedAtMilliseconds = Date.now()) =>
  markOrderDead(database.application, orderId, { reason, diedAtMilliseconds });

describe('a dead order', () => {
  test('has no effect until it is revived', async () => {
    const orderId = await placeOrder();
    await expect(die(orderId, 'poison')).resolves.toBe('marked');
    await expect(die(orderId, 'again')).resolves.toBe('dead');
    await expect(findOrder(database.application, orderId)).resolves.toMatchObject({
      status: 'dead',
      failureReason: 'poison',
    });
    await expect(effectOrder(database.application, orderId, 'worker-1')).resolves.toMatchObject({ outcome: 'settled' });
    await expect(claimDueMessages(database.application, 0, 10)).resolves.toEqual([]);
    await expect(measureBacklog(database.application)).resolves.toEqual({ pending: 0, dead: 1, oldestAgeSeconds: 0 });

    const message = { orderId, userId: 'user-1', resourceId: 'resource-1', quantity: 2 };
    await expect(reviveOrder(database.application, orderId)).resolves.toEqual(message);
    await expect(reviveOrder(database.application, orderId)).resolves.toBeUndefined();
    await expect(findOrder(database.application, orderId)).resolves.toMatchObject({
      status: 'accepted',
      failureReason: null,
    });
    await expect(claimDueMessages(database.application, 60_000, 10)).resolves.toEqual([]);
    await expect(claimDueMessages(database.application, 0, 10)).resolves.toEqual([message]);
    await expect(effectOrder(database.application, orderId, 'worker-1')).resolves.toMatchObject({
      outcome: 'effected',
    });
  });

  test('is either effected or dead, never both, when worker and reporter race', async () => {
    const orderIds = await Promise.all(Array.from({ length: 30 }, () => placeOrder()));
    const results = await Promise.all(
      orderIds.map((orderId) =>
        Promise.all([die(orderId, 'poison'), effectOrder(database.application, orderId, 'worker-1')]),
      ),
    );
    for (const [death, { outcome }] of results) expect(outcome).toBe(death === 'marked' ? 'settled' : 'effected');
    await expect(count('order_effects')).resolves.toBe(results.filter(([death]) => death !== 'marked').length);
  });

  test('that is not on sale has no effect until it is', async () => {
    const resource = { id: 'withdrawn', name: 'Withdrawn', priceCents: 1, available: false };
    await saveResource(database.application, resource);
    const orderId = await placeOrder({ resourceId: resource.id });
    const effect = () => effectOrder(database.application, orderId, 'worker-1');
    await expect(effect()).resolves.toMatchObject({ outcome: 'unavailable', resource: undefined });
    await saveResource(database.application, { ...resource, available: true });
    await expect(effect()).resolves.toMatchObject({ outcome: 'effected', resource: { id: resource.id, version: 3 } });
    await expect(effect()).resolves.toMatchObject({ outcome: 'settled' });
  });

  test('is dead to whoever waited while another marked it', async () => {
    const orderId = await placeOrder();
    const first = await database.application.connect();
    try {
      await first.query('begin');
      await expect(markOrderDead(first, orderId, { reason: 'first', diedAtMilliseconds: Date.now() })).resolves.toBe(
        'marked',
      );
      const second = die(orderId, 'second');
      await eventually(async () => (await count('pg_locks where not granted')) === 1);
      await first.query('commit');
      await expect(second).resolves.toBe('dead');
    } finally {
      first.release(true);
    }
    await expect(findOrder(database.application, orderId)).resolves.toMatchObject({ failureReason: 'first' });
  });

  test('an effected order cannot die', async () => {
    const orderId = await placeOrder();
    await effectOrder(database.application, orderId, 'worker-1');
    await expect(die(orderId, 'late')).resolves.toBe('superseded');
    await expect(die('no-such-order', 'late')).resolves.toBe('superseded');
  });

  test('a death from before its revival has no say, one from after it has', async () => {
    const orderId = await placeOrder();
    const before = Date.now();
    await die(orderId, 'poison');
    await reviveOrder(database.application, orderId);
    await expect(die(orderId, 'poison', before)).resolves.toBe('superseded');
    await expect(findOrder(database.application, orderId)).resolves.toMatchObject({ status: 'accepted' });
    await expect(die(orderId, 'poison', Date.now() + 1_000)).resolves.toBe('marked');
  });
});

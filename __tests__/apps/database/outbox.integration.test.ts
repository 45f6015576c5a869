import { claimDueMessages, markPublished, measureBacklog } from '../../../apps/database/outbox';
import { OrderDatabase } from '../../support/order-database';

const database = new OrderDatabase();

test('hands each due message to one of many relays, oldest first, and again when it falls due again', async () => {
  const orderIds = [];
  for (let n = 0; n < 30; n++) orderIds.push(await database.placeOrder());
  await expect(claimDueMessages(database.application, 60_000, 100)).resolves.toEqual([]);

  const oldest = await claimDueMessages(database.application, 0, 10);
  expect(oldest.map(({ orderId }) => orderId).sort()).toEqual(orderIds.slice(0, 10).sort());
  await database.owner.query(`update order_outbox set published_at = now() - interval '1 minute'`);
  const claims = await Promise.all(
    Array.from({ length: 6 }, () => claimDueMessages(database.application, 30_000, 100)),
  );
  expect(
    claims
      .flat()
      .map(({ orderId }) => orderId)
      .sort(),
  ).toEqual([...orderIds].sort());
});

test('puts off what was published', async () => {
  const [first, second] = [await database.placeOrder(), await database.placeOrder()];
  await database.owner.query(`update order_outbox set created_at = now() - interval '1 minute'`);
  await markPublished(database.application, [first, 'no-such-order']);
  await markPublished(database.application, []);
  const due = await claimDueMessages(database.application, 30_000, 100);
  expect(due.map(({ orderId }) => orderId)).toEqual([second]);
});

test('measures its backlog', async () => {
  await expect(measureBacklog(database.application)).resolves.toEqual({ pending: 0, dead: 0, oldestAgeSeconds: 0 });
  await database.placeOrder();
  const orderId = await database.placeOrder();
  await database.owner.query(`update order_outbox set created_at = now() - interval '1 hour' where order_id = $1`, [
    orderId,
  ]);
  const { pending, oldestAgeSeconds } = await measureBacklog(database.application);
  expect(pending).toBe(2);
  expect(oldestAgeSeconds).toBeGreaterThanOrEqual(3600);
  expect(oldestAgeSeconds).toBeLessThan(3660);
});

test('finds what is due by its index', async () => {
  await database.owner.query('set enable_seqscan = off');
  const { rows } = await database.owner.query<{ 'QUERY PLAN': string }>(
    `explain select order_id from order_outbox
     where dead_at is null and coalesce(published_at, created_at) < now() order by coalesce(published_at, created_at) limit 5`,
  );
  expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toContain('Index Scan using order_outbox_due');
});

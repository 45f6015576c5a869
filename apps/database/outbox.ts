import type { OrderMessage } from './orders';
import type { Queryable } from './pool';

/**
 * The outbox holds the message of every order whose effect is not committed. Statements here skip rows that another
 * transaction has locked instead of waiting for them: such a row is being delivered or claimed, and who waits for nothing
 * is in no deadlock.
 */

export interface OutboxBacklog {
  /** Orders waiting for their effect. */
  readonly pending: number;
  /** Orders given up. */
  readonly dead: number;
  /** Age of the oldest pending order in seconds; 0 without one. */
  readonly oldestAgeSeconds: number;
}

/**
 * Messages not published for longer than `olderThanMilliseconds`, the longest waiting first to be claimed; they count as
 * published from now on. The caller publishes them; if it dies before that they fall due again.
 *
 * @param olderThanMilliseconds longer than the queue takes on a busy day: a shorter one republishes what is on its way
 * @param limit messages at most
 */
export async function claimDueMessages(
  database: Queryable,
  olderThanMilliseconds: number,
  limit: number,
): Promise<OrderMessage[]> {
  const { rows } = await database.query<{ payload: OrderMessage }>({
    name: 'claim-due-messages',
    text: `with due as (
        select order_id from order_outbox
        where dead_at is null and coalesce(published_at, created_at) < now() - $1 * interval '1 millisecond'
        order by coalesce(published_at, created_at)
        limit $2
        for update skip locked
      )
      update order_outbox set published_at = now(), attempts = attempts + 1
      from due where order_outbox.order_id = due.order_id
      returning payload`,
    values: [olderThanMilliseconds, limit],
  });
  return rows.map(({ payload }) => payload);
}

/** Records that messages were published now, which puts off their next publication. Unknown ids are ignored. */
export async function markPublished(database: Queryable, orderIds: readonly string[]): Promise<void> {
  if (orderIds.length === 0) return;
  await database.query({
    name: 'mark-published',
    text: `with present as (
        select order_id from order_outbox where order_id = any ($1::text[]) for update skip locked
      )
      update order_outbox set published_at = now(), attempts = attempts + 1
      from present where order_outbox.order_id = present.order_id`,
    values: [orderIds],
  });
}

export async function measureBacklog(database: Queryable): Promise<OutboxBacklog> {
  const { rows } = await database.query<OutboxBacklog>({
    name: 'measure-backlog',
    text: `select count(*) filter (where dead_at is null) as pending,
        count(dead_at) as dead,
        coalesce(extract(epoch from now() - min(created_at) filter (where dead_at is null)), 0)::float8
          as "oldestAgeSeconds"
      from order_outbox`,
  });
  return rows[0] ?? { pending: 0, dead: 0, oldestAgeSeconds: 0 };
}

/** Orders that failed for good. */
import type { Queryable } from './pool';

export interface ListedDeadOrder {
  readonly id: string;
  readonly reason: string;
  readonly diedAt: Date;
}

/** The newest dead orders, and how many there are. The outbox has no others but those without effect, so it is short. */
export async function listDeadOrders(
  database: Queryable,
  limit: number,
): Promise<{ readonly total: number; readonly newest: readonly ListedDeadOrder[] }> {
  const { rows } = await database.query<{ id: string; reason: string | null; died_at: Date; total: string }>(
    `select orders.id, failure_reason as reason, dead_at as died_at, count(*) over () as total
     from order_outbox join orders on orders.id = order_outbox.order_id
     where dead_at is not null order by dead_at desc limit $1`,
    [limit],
  );
  return {
    total: Number(rows[0]?.total ?? 0),
    newest: rows.map(({ id, reason, died_at: diedAt }) => ({ id, reason: reason ?? '', diedAt })),
  };
}

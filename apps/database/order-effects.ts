import type { Queryable } from './pool';

/**
 * What became of a delivered order: `effected` now; `settled` before, because it was effected or is dead, so that
 * nothing was done; `unavailable` because its resource isn't on sale, so that it can be tried again; `unknown` because
 * there is no such order.
 */
export type EffectOutcome = 'effected' | 'settled' | 'unavailable' | 'unknown';

export interface OrderEffect {
  readonly orderId: string;
  readonly outcome: EffectOutcome;
  /** The resource as `effected` left it: its cached copies are older than this version. */
  readonly resource: { readonly id: string; readonly version: number } | undefined;
}

interface EffectRow {
  readonly orderId: string;
  readonly outcome: EffectOutcome;
  readonly resourceId: string | null;
  readonly resourceVersion: number | null;
}

/**
 * All effects of a batch in one statement, hence one transaction and one round trip.
 *
 * Once: the row lock on the order makes concurrent deliveries wait, and the second one finds it no longer `accepted`; the
 * key of `order_effects` guards the same. Without deadlocks: orders are locked before resources, each in the order of
 * their ids, outbox rows last, and nothing else waits for an outbox row while it holds one (see outbox.ts).
 */
const effect = {
  name: 'effect-orders',
  text: `with locked as materialized (
      select orders.id from orders join resources on resources.id = orders.resource_id
      where orders.id = any ($1::text[]) and orders.status = 'accepted' and resources.available
      order by orders.id for no key update of orders
    ), effect as (
      insert into order_effects (order_id, worker) select id, $2 from locked
      on conflict (order_id) do nothing
      returning order_id
    ), effected as (
      update orders set status = 'effected', effected_at = now() from effect where orders.id = effect.order_id
      returning orders.id, orders.resource_id, orders.quantity
    ), locked_resources as materialized (
      select resources.id, sums.units
      from resources
      join (select resource_id, sum(quantity) as units from effected group by resource_id) as sums
        on sums.resource_id = resources.id
      order by resources.id for no key update of resources
    ), sold as (
      update resources set units_sold = units_sold + locked_resources.units, version = version + 1, updated_at = now()
      from locked_resources where resources.id = locked_resources.id
      returning resources.id, resources.version
    ), delivered as (
      delete from order_outbox using effect where order_outbox.order_id = effect.order_id
    )
    select requested.id as "orderId",
      case
        when effected.id is not null then 'effected'
        when orders.id is null then 'unknown'
        when orders.status = 'accepted' and not wanted.available then 'unavailable'
        else 'settled'
      end as outcome,
      sold.id as "resourceId",
      sold.version as "resourceVersion"
    from unnest($1::text[]) as requested (id)
    left join orders on orders.id = requested.id
    left join resources as wanted on wanted.id = orders.resource_id
    left join effected on effected.id = requested.id
    left join sold on sold.id = effected.resource_id`,
};

/**
 * Effects a batch of orders, each once over all workers and deliveries: the order becomes `effected`, its units count as
 * sold, the resource's version rises (by one per batch) and the outbox forgets it.
 *
 * @param worker name kept with the effect
 * @returns one entry per id, in the order of `orderIds`
 */
export async function effectOrders(
  database: Queryable,
  orderIds: readonly string[],
  worker: string,
): Promise<OrderEffect[]> {
  if (orderIds.length === 0) return [];
  const { rows } = await database.query<EffectRow>({ ...effect, values: [[...new Set(orderIds)], worker] });
  const byId = new Map(rows.map((row) => [row.orderId, toEffect(row)]));
  return orderIds.map((orderId) => byId.get(orderId) ?? { orderId, outcome: 'unknown', resource: undefined });
}

/** `effectOrders` for one order. */
export async function effectOrder(database: Queryable, orderId: string, worker: string): Promise<OrderEffect> {
  const [result] = await effectOrders(database, [orderId], worker);
  return result ?? { orderId, outcome: 'unknown', resource: undefined };
}

function toEffect({ orderId, outcome, resourceId, resourceVersion }: EffectRow): OrderEffect {
  const changed = resourceId !== null && resourceVersion !== null;
  return { orderId, outcome, resource: changed ? { id: resourceId, version: resourceVersion } : undefined };
}

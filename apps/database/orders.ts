import { createHash, randomUUID } from 'node:crypto';
import type { Queryable } from './pool';

/** `accepted` waits for its effect, `effected` has it, `dead` failed for good until it is revived. */
export type OrderStatus = 'accepted' | 'effected' | 'dead';

export interface Order {
  readonly id: string;
  readonly userId: string;
  readonly resourceId: string;
  readonly quantity: number;
  readonly status: OrderStatus;
  readonly createdAt: Date;
  readonly effectedAt: Date | null;
  /** Why it is dead, else null. */
  readonly failureReason: string | null;
}

/** An order with the worker that effected it, null until then. */
export interface FoundOrder extends Order {
  readonly worker: string | null;
}

/** What travels through the queue. */
export interface OrderMessage {
  readonly orderId: string;
  readonly userId: string;
  readonly resourceId: string;
  readonly quantity: number;
}

export interface OrderRequest {
  readonly userId: string;
  readonly resourceId: string;
  /** Whole number, 1 or more. */
  readonly quantity: number;
  /** 1–255 characters, chosen by the client, unique among the user's orders. */
  readonly idempotencyKey: string;
}

export interface CreatedOrder {
  readonly order: Order;
  /** The key was used before with the same request: this is the order made then. */
  readonly replayed: boolean;
}

/** The Idempotency-Key was used before with another request. */
export class IdempotencyConflictError extends Error {
  override readonly name = 'IdempotencyConflictError';
}

export class UnknownResourceError extends Error {
  override readonly name = 'UnknownResourceError';
}

interface OrderRow extends Order {
  readonly replayed: boolean;
  readonly requestHash: string;
}

const columns = `id, user_id as "userId", resource_id as "resourceId", quantity, status, created_at as "createdAt",
  effected_at as "effectedAt", failure_reason as "failureReason"`;

/**
 * Order and outbox row in one statement. It yields no row when the resource is unknown, and in a race: another
 * transaction committed the same key after this statement's snapshot was taken.
 */
const create = {
  name: 'create-order',
  text: `with created as (
      insert into orders (id, user_id, resource_id, quantity, idempotency_key, request_hash)
      select $1, $2, resources.id, $4::integer, $5, $6 from resources where resources.id = $3
      on conflict (user_id, idempotency_key) do nothing
      returning *
    ), queued as (
      insert into order_outbox (order_id, payload)
      select id, jsonb_build_object('orderId', id, 'userId', user_id, 'resourceId', resource_id, 'quantity', quantity)
      from created
    )
    select ${columns}, false as replayed, request_hash as "requestHash" from created
    union all
    select ${columns}, true, request_hash from orders where user_id = $2 and idempotency_key = $5`,
};

const findByKey = {
  name: 'find-order-by-key',
  text: `select ${columns}, true as replayed, request_hash as "requestHash"
    from orders where user_id = $1 and idempotency_key = $2`,
};

/**
 * Accepts an order, once per user and Idempotency-Key however many requests race. Its message waits in the outbox from the
 * same transaction on; the caller puts it on the queue after the commit, the relay does if that gets lost.
 *
 * @throws IdempotencyConflictError, UnknownResourceError
 */
export async function createOrder(database: Queryable, request: OrderRequest): Promise<CreatedOrder> {
  const { userId, resourceId, quantity, idempotencyKey } = request;
  const requestHash = createHash('sha256')
    .update(JSON.stringify([resourceId, quantity]))
    .digest('hex');
  const values = [randomUUID(), userId, resourceId, quantity, idempotencyKey, requestHash];
  const { rows } = await database.query<OrderRow>({ ...create, values });
  const row = rows[0] ?? (await findRaced(database, userId, idempotencyKey));
  if (row === undefined) throw new UnknownResourceError(`There is no resource '${resourceId}'.`);
  const { replayed, requestHash: firstRequestHash, ...order } = row;
  if (firstRequestHash !== requestHash) {
    throw new IdempotencyConflictError(
      `Idempotency-Key '${idempotencyKey}' was used for another order; use a new one.`,
    );
  }
  return { order, replayed };
}

export async function findOrder(database: Queryable, orderId: string): Promise<FoundOrder | undefined> {
  const { rows } = await database.query<FoundOrder>({
    name: 'find-order',
    text: `select ${columns}, (select worker from order_effects where order_id = orders.id) as worker
      from orders where id = $1`,
    values: [orderId],
  });
  return rows[0];
}

/** Why and when an order's message failed for good. */
export interface Death {
  readonly reason: string;
  /** Milliseconds since 1970. */
  readonly diedAtMilliseconds: number;
}

/**
 * What became of a reported death: `marked` now; `dead` before; `superseded` because the order was effected or accepted
 * again since, or doesn't exist.
 */
export type DeathOutcome = 'marked' | 'dead' | 'superseded';

/**
 * Gives an order up: no effect can come of it any more, and the relay leaves it alone, until it is revived. A death from
 * before its last revival changes nothing.
 */
export async function markOrderDead(
  database: Queryable,
  orderId: string,
  { reason, diedAtMilliseconds }: Death,
): Promise<DeathOutcome> {
  const { rows } = await database.query<{ outcome: DeathOutcome }>({
    name: 'mark-order-dead',
    text: `with dead as (
        update orders set status = 'dead', failure_reason = $2
        where id = $1 and status = 'accepted' and coalesce(revived_at < to_timestamp($3::float8 / 1000), true)
        returning id
      ), silenced as (
        update order_outbox set dead_at = now() from dead where order_outbox.order_id = dead.id
      )
      select case
          when exists (select from dead) then 'marked'
          when exists (select from orders where id = $1 and status = 'dead') then 'dead'
          else 'superseded'
        end as outcome`,
    values: [orderId, reason, diedAtMilliseconds],
  });
  const outcome = rows[0]?.outcome ?? 'superseded';
  // A statement sees what was committed before it began. So one that waited while another marked the order, and then left
  // it alone, saw it accepted; what is true now takes a statement of its own.
  return outcome === 'superseded' && (await isDead(database, orderId)) ? 'dead' : outcome;
}

async function isDead(database: Queryable, orderId: string): Promise<boolean> {
  return (await findOrder(database, orderId))?.status === 'dead';
}

/**
 * Accepts a dead order again. The caller puts the returned message on the queue, the relay does if that gets lost.
 *
 * @returns undefined when the order is not dead or does not exist
 */
export async function reviveOrder(database: Queryable, orderId: string): Promise<OrderMessage | undefined> {
  const { rows } = await database.query<{ payload: OrderMessage }>(
    `with revived as (
       update orders set status = 'accepted', failure_reason = null, revived_at = now()
       where id = $1 and status = 'dead' returning id
     )
     update order_outbox set dead_at = null, published_at = now(), attempts = 0
     from revived where order_outbox.order_id = revived.id
     returning payload`,
    [orderId],
  );
  return rows[0]?.payload;
}

async function findRaced(database: Queryable, userId: string, key: string): Promise<OrderRow | undefined> {
  const { rows } = await database.query<OrderRow>({ ...findByKey, values: [userId, key] });
  return rows[0];
}

/** Sends orders and looks at what became of them. */
import { pooled, type Answer, type ApiRequest } from './api';
import type { CheckContext } from './check';
import { orderShape, readBody, type Order } from './contract';
import { pause, poll } from './poll';
import { readRetryAfterSeconds } from './rate-limit-headers';

/** Orders in flight at a time, and looks at them. */
export const orderConcurrency = 100;

export interface OrderInput {
  readonly resourceId: string;
  readonly quantity: number;
}

/** The request for an order; `purpose` makes its Idempotency-Key one of this run. */
export function orderRequest({ runId }: CheckContext, token: string, purpose: string, body: OrderInput): ApiRequest {
  return {
    method: 'POST',
    path: '/orders',
    token,
    body,
    headers: { 'idempotency-key': `exercise-${runId}-${purpose}` },
  };
}

/** How often a client sends an order again that an overloaded api refuses. */
const maximumRepetitions = 5;

export interface SentOrder {
  readonly answer: Answer;
  /** How often it was sent before, and refused by 503. */
  readonly repetitions: number;
}

/**
 * Sends an order as clients are asked to: again, with the same Idempotency-Key, after the seconds of Retry-After, as long as
 * the api answers 503, but not without end. A 503 that asks for nothing is the answer.
 */
export async function sendOrder({ api, signal }: CheckContext, request: ApiRequest): Promise<SentOrder> {
  for (let repetitions = 0; ; repetitions++) {
    const answer = await api.send(request);
    const isAsked = answer.status === 503 && answer.headers['retry-after'] !== undefined;
    if (!isAsked || repetitions === maximumRepetitions) return { answer, repetitions };
    await pause(readRetryAfterSeconds(answer.headers) * 1_000, signal);
  }
}

export async function readOrder({ api, logins }: CheckContext, id: string): Promise<Order> {
  const { token } = await logins.current();
  return readBody(await api.send({ path: `/orders/${id}`, token }), 200, orderShape);
}

/** Whether the order was taken as a repetition of an earlier one. */
export function isReplay({ headers }: Answer): boolean {
  return headers['idempotency-replayed'] === 'true';
}

/**
 * Waits until all orders are effected or dead. It looks at them in their order and starts again at the first that is
 * neither, so each is looked at about once.
 *
 * @returns them, in the order of `ids`
 * @throws Unexpected when the time is over
 */
export async function settledOrders(
  context: CheckContext,
  ids: readonly string[],
  timeoutMilliseconds: number,
): Promise<Order[]> {
  const settled = new Map<string, Order>();
  await poll({
    expected: `all ${ids.length} orders effected`,
    look: () =>
      lookUntilPending(
        context,
        ids.filter((id) => !settled.has(id)),
        settled,
      ),
    done: () => settled.size === ids.length,
    describe: () => `${ids.length - settled.size} neither effected nor dead`,
    timeoutMilliseconds,
    pauseMilliseconds: 25,
    signal: context.signal,
  });
  return ids.flatMap((id) => settled.get(id) ?? []);
}

async function lookUntilPending(
  context: CheckContext,
  ids: readonly string[],
  settled: Map<string, Order>,
): Promise<void> {
  for (let start = 0; start < ids.length; start += orderConcurrency) {
    const chunk = ids.slice(start, start + orderConcurrency);
    const orders = await pooled(chunk, orderConcurrency, (id) => readOrder(context, id));
    for (const order of orders) if (order.status !== 'accepted') settled.set(order.id, order);
    if (orders.some(({ status }) => status === 'accepted')) return;
  }
}

/** Tells the database of orders that became dead letters. */
import { setTimeout as sleep } from 'node:timers/promises';
import { markOrderDead, type OrderMessage } from '../database/orders';
import type { Queryable } from '../database/pool';
import type { DeadLetters } from '../redis/stream-queue/dead-letters';
import type { PayloadCodec } from '../redis/stream-queue/queue';

/** Between two looks at all dead letters, in milliseconds. Only those matter to it whose worker died with them. */
const reconcileMilliseconds = 30_000;

/** What is known of a dead letter, at its death or later. */
export interface DeadOrder {
  readonly payload: string | undefined;
  readonly error: string;
}

/** Marks the order of a dead letter as dead, with its reason. @returns whether it wasn't yet; false also if it is no order */
export async function markDead(
  database: Queryable,
  codec: PayloadCodec<OrderMessage>,
  { payload, error }: DeadOrder,
): Promise<boolean> {
  const orderId = orderIdOf(codec, payload);
  return orderId !== undefined && (await markOrderDead(database, orderId, error.replace(/^Error: /, '')));
}

export interface ReconciliationOptions {
  readonly database: Queryable;
  readonly codec: PayloadCodec<OrderMessage>;
  readonly letters: DeadLetters;
  /** Hears how many dead letters there are, after each look. */
  readonly onReport: (report: { readonly deadLetters: number; readonly marked: number }) => void;
  readonly onError: (error: unknown) => void;
}

/** Looks through all dead letters now and then until the signal is aborted. Never rejects. */
export async function reconcileDeadOrders(options: ReconciliationOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      options.onReport(await reconcile(options));
    } catch (error) {
      options.onError(error);
    }
    await sleep(reconcileMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}

async function reconcile({ database, codec, letters: all }: ReconciliationOptions) {
  let deadLetters = 0;
  let marked = 0;
  let cursor: string | undefined;
  do {
    const page = await all.list(cursor === undefined ? {} : { cursor });
    for (const letter of page.letters) if (await markDead(database, codec, letter)) marked++;
    deadLetters += page.letters.length;
    cursor = page.cursor;
  } while (cursor !== undefined);
  return { deadLetters, marked };
}

function orderIdOf(codec: PayloadCodec<OrderMessage>, payload: string | undefined): string | undefined {
  try {
    return payload === undefined ? undefined : codec.decode(payload).orderId;
  } catch {
    return undefined;
  }
}

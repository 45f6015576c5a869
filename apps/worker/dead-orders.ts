/** Tells the database of orders that became dead letters, and clears away the letters of those that are alive again. */
import { findOrder, markOrderDead, type DeathOutcome, type OrderMessage } from '../database/orders';
import type { Queryable } from '../database/pool';
import type { DeadLetter, DeadLetters } from '../redis/stream-queue/dead-letters';
import type { PayloadCodec } from '../redis/stream-queue/queue';
import { inRounds } from './rounds';

/** Between two looks at all dead letters, in milliseconds. Only those matter to it whose worker died with them. */
const reconcileMilliseconds = 30_000;

/** What is known of a dead letter. */
export type DeadOrder = Pick<DeadLetter, 'error' | 'diedAtMilliseconds'> & { readonly payload: string | undefined };

/** Marks the order of a dead letter as dead, with its reason. @returns undefined if the letter is of no order */
export async function markDead(
  database: Queryable,
  codec: PayloadCodec<OrderMessage>,
  { payload, error, diedAtMilliseconds }: DeadOrder,
): Promise<DeathOutcome | undefined> {
  const orderId = orderIdOf(codec, payload);
  if (orderId === undefined) return undefined;
  return markOrderDead(database, orderId, { reason: error.replace(/^Error: /, ''), diedAtMilliseconds });
}

/** What a look at all dead letters found and did. */
export interface DeadLetterReport {
  /** Letters that stay. */
  readonly deadLetters: number;
  /** Orders that weren't known to be dead. */
  readonly marked: number;
  /** Letters whose order was effected or accepted again since. */
  readonly cleared: number;
}

export interface ReconciliationOptions {
  readonly database: Queryable;
  readonly codec: PayloadCodec<OrderMessage>;
  readonly letters: DeadLetters;
  /** Hears of each look. */
  readonly onReport: (report: DeadLetterReport) => void;
  readonly onError: (error: unknown) => void;
}

/** Looks through all dead letters now and then until the signal is aborted. Never rejects. */
export function reconcileDeadOrders(options: ReconciliationOptions, signal: AbortSignal): Promise<void> {
  const round = async () => {
    options.onReport(await reconcile(options));
  };
  return inRounds({ round, pauseMilliseconds: reconcileMilliseconds, onError: options.onError }, signal);
}

/** One look through all dead letters. */
export async function reconcile({
  database,
  codec,
  letters,
}: Pick<ReconciliationOptions, 'database' | 'codec' | 'letters'>): Promise<DeadLetterReport> {
  const counts = { deadLetters: 0, marked: 0, cleared: 0 };
  for await (const letter of allLetters(letters)) {
    const outcome = await markDead(database, codec, letter);
    // A letter of an order that doesn't exist is all that is left of it: it stays for people to see.
    const isOver = outcome === 'superseded' && (await orderExists(database, codec, letter));
    if (isOver && (await letters.discard(letter.id))) counts.cleared++;
    else counts.deadLetters++;
    if (outcome === 'marked') counts.marked++;
  }
  return counts;
}

async function orderExists(
  database: Queryable,
  codec: PayloadCodec<OrderMessage>,
  { payload }: DeadLetter,
): Promise<boolean> {
  const orderId = orderIdOf(codec, payload);
  return orderId !== undefined && (await findOrder(database, orderId)) !== undefined;
}

/** Every dead letter there is, page by page. */
export async function* allLetters(letters: DeadLetters): AsyncGenerator<DeadLetter> {
  let cursor: string | undefined;
  do {
    const page = await letters.list(cursor === undefined ? {} : { cursor });
    yield* page.letters;
    cursor = page.cursor;
  } while (cursor !== undefined);
}

/** The order a payload is about; undefined if it is about none. */
export function orderIdOf(codec: PayloadCodec<OrderMessage>, payload: string | undefined): string | undefined {
  try {
    return payload === undefined ? undefined : codec.decode(payload).orderId;
  } catch {
    return undefined;
  }
}

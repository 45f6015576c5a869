/**
 * What people do with dead letters:
 *
 *   node dist/worker.js dead-letters list
 *   node dist/worker.js dead-letters replay <id>
 *   node dist/worker.js dead-letters replay-all
 *   node dist/worker.js dead-letters discard <id>
 */
import { reviveOrder } from '../database/orders';
import type { DeadLetter } from '../redis/stream-queue/dead-letters';
import { orders } from '../service/order-queue';
import type { WorkerComponents } from './components';
import { allLetters, orderIdOf } from './dead-orders';

/** The command isn't one. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Carries out a command and prints what it did. @throws Error saying why it can't be done */
export type DeadLettersCommand = (components: WorkerComponents) => Promise<void>;

/** Understands a command. @throws UsageError */
export function deadLettersCommand(args: readonly string[]): DeadLettersCommand {
  const [action, id] = args;
  if (action === 'list' && args.length === 1) return list;
  if (action === 'replay' && id !== undefined && args.length === 2) return (components) => replayOne(components, id);
  if (action === 'replay-all' && args.length === 1) return replayAll;
  if (action === 'discard' && id !== undefined && args.length === 2) return (components) => discard(components, id);
  throw new UsageError('usage: dead-letters list | replay <id> | replay-all | discard <id>');
}

async function list({ letters }: WorkerComponents): Promise<void> {
  for await (const letter of allLetters(letters)) print(letter);
}

function print({ id, reason, attempts, error, payload, diedAtMilliseconds }: DeadLetter): void {
  console.log(JSON.stringify({ id, reason, attempts, error, payload, diedAt: new Date(diedAtMilliseconds) }));
}

async function replayOne(components: WorkerComponents, id: string): Promise<void> {
  if ((await replay(components, (letterId) => letterId === id)) === 0) throw noLetter(id);
  console.log(`replayed ${id}`);
}

/** Ends a letter for good, printing it a last time; its order, if there is one, stays dead. */
async function discard({ letters }: WorkerComponents, id: string): Promise<void> {
  for await (const letter of allLetters(letters)) {
    if (letter.id !== id) continue;
    if (!(await letters.discard(id))) break;
    print(letter);
    return;
  }
  throw noLetter(id);
}

const noLetter = (id: string) => new Error(`there is no dead letter '${id}': see dead-letters list`);

async function replayAll(components: WorkerComponents): Promise<void> {
  const replayed = await replay(components, () => true);
  console.log(`replayed ${replayed} dead letter${replayed === 1 ? '' : 's'}`);
}

/** Accepts the orders of the chosen letters again and puts them back on the queue. @returns how many */
async function replay(
  { letters, database }: WorkerComponents,
  isChosen: (letterId: string) => boolean,
): Promise<number> {
  const chosen: { readonly id: string; readonly orderId: string | undefined }[] = [];
  // All are looked up first: an order that dies again is a new letter, which would be found again and again.
  for await (const { id, payload } of allLetters(letters)) {
    if (isChosen(id)) chosen.push({ id, orderId: orderIdOf(orders.codec, payload) });
  }
  let replayed = 0;
  for (const { id, orderId } of chosen) {
    // The order first: a worker does nothing for one that is still dead.
    if (orderId !== undefined) await reviveOrder(database, orderId);
    if (await letters.replay(id)) replayed++;
  }
  return replayed;
}

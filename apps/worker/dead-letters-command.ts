/**
 * What people do with dead letters:
 *
 *   node dist/worker.js dead-letters list
 *   node dist/worker.js dead-letters replay <id>
 *   node dist/worker.js dead-letters replay-all
 */
import { reviveOrder } from '../database/orders';
import type { DeadLetter } from '../redis/stream-queue/dead-letters';
import { orders } from '../service/order-queue';
import type { WorkerComponents } from './components';
import { allLetters, orderIdOf } from './dead-orders';

const usage = 'usage: dead-letters list | replay <id> | replay-all';

/**
 * Carries out one command and prints what it did.
 *
 * @throws Error saying what is wrong with the command
 */
export async function runDeadLetters(components: WorkerComponents, args: readonly string[]): Promise<void> {
  const [action, id] = args;
  if (action === 'list') return list(components);
  if (action === 'replay-all') return replay(components, () => true);
  if (action !== 'replay' || id === undefined) throw new Error(usage);
  return replay(components, (letter) => letter.id === id);
}

async function list({ letters }: WorkerComponents): Promise<void> {
  for await (const { id, reason, attempts, error, payload, diedAtMilliseconds } of allLetters(letters)) {
    console.log(JSON.stringify({ id, reason, attempts, error, payload, diedAt: new Date(diedAtMilliseconds) }));
  }
}

/** Accepts the orders of the chosen letters again and puts them back on the queue. */
async function replay(
  { letters, database }: WorkerComponents,
  isChosen: (letter: DeadLetter) => boolean,
): Promise<void> {
  let replayed = 0;
  for await (const letter of allLetters(letters)) {
    if (!isChosen(letter)) continue;
    const orderId = orderIdOf(orders.codec, letter.payload);
    // The order first: a worker does nothing for one that is still dead.
    if (orderId !== undefined) await reviveOrder(database, orderId);
    if (await letters.replay(letter.id)) replayed++;
  }
  console.log(`replayed ${replayed} dead letters`);
}

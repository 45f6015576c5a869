/** Waits for the effects of a load's orders, then judges them. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl } from '../../deployment/kubectl';
import type { OrderLoad } from '../load/order-load';
import { askDatabase } from './database';
import { judgeOrders, type OrdersJudgement } from './orders';

export interface LoadJudgement extends OrdersJudgement {
  /** Orders that clients gave up. */
  readonly unanswered: number;
  readonly lostSessions: number;
  /** How often what clients repeated was answered by which code, or by which error. */
  readonly repeated: Readonly<Record<string, number>>;
  /** Longest time without any acceptance. */
  readonly pauseMilliseconds: number;
  /** Longest time that a client waited for an answer. */
  readonly waitMilliseconds: number;
  /** Longest time from acceptance to effect. */
  readonly fulfilmentMilliseconds: number;
}

/** The outbox relay sends again what the queue has lost; the rest is the queue's own repetition. */
const effectSeconds = 120;
const pollMilliseconds = 2_000;

/** Requests for statuses at the same time. */
const concurrency = 20;

/** @param load that has stopped */
export async function judgeLoad(
  load: OrderLoad,
  kubectl: Kubectl,
  say: (text: string) => void,
): Promise<LoadJudgement> {
  const { ledger, pauses, resourceId } = load;
  const end = Date.now() + effectSeconds * 1_000;
  const { repeated } = load;
  let account = await askDatabase(kubectl, resourceId);
  while (account.fulfilledIds.length < account.ids.length && Date.now() < end) {
    await sleep(pollMilliseconds);
    account = await askDatabase(kubectl, resourceId);
  }
  say(`asks for ${ledger.accepted.length} orders`);
  const statuses = await statusesOf(load);
  // Again, after the last of them: a second effect may come later.
  account = await askDatabase(kubectl, resourceId);
  const judged = judgeOrders(ledger, statuses, account);
  return {
    ...judged,
    findings: [...judged.findings, ...load.errors],
    unanswered: ledger.unanswered,
    lostSessions: load.lostSessions,
    repeated,
    pauseMilliseconds: pauses.betweenAcceptances,
    waitMilliseconds: pauses.ofOneOrder,
    fulfilmentMilliseconds: account.longestFulfilmentMilliseconds,
  };
}

async function statusesOf(load: OrderLoad): Promise<ReadonlyMap<string, string>> {
  const ids = load.ledger.accepted.map(({ id }) => id);
  const statuses = new Map<string, string>();
  let next = 0;
  const ask = async () => {
    for (let id = ids[next++]; id !== undefined; id = ids[next++]) statuses.set(id, await statusOf(load, id));
  };
  await Promise.all(Array.from({ length: concurrency }, ask));
  return statuses;
}

const statusOf = (load: OrderLoad, id: string) =>
  load.status(id).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));

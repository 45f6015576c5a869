/** Holds the ledger of a load against the api and the database. */
import type { Ledger } from '../load/ledger';
import type { DatabaseAccount } from './database';

export interface OrdersJudgement {
  readonly accepted: number;
  /** Accepted orders that are not fulfilled, by the api or by the database. */
  readonly lost: number;
  /** Orders, effects and units beyond those of the orders that clients made. */
  readonly twice: number;
  /** What is wrong; none if nothing is. */
  readonly findings: readonly string[];
}

/** Judges accounts that are final. @param statuses by the api, by order */
export function judgeOrders(
  { accepted, unanswered }: Pick<Ledger, 'accepted' | 'unanswered'>,
  statuses: ReadonlyMap<string, string>,
  database: DatabaseAccount,
): OrdersJudgement {
  const fulfilled = new Set(database.fulfilledIds);
  const ids = accepted.map(({ id }) => id);
  const withoutEffect = ids.filter((id) => !fulfilled.has(id));
  const unfulfilled = ids.filter((id) => statuses.get(id) !== 'effected');
  const repeated = ids.length - new Set(ids).size;
  // Clients that gave up may have made an order, or not.
  const surplusOrders = Math.max(0, database.ids.length - ids.length - unanswered);
  const surplusEffects = Math.max(0, database.effects - fulfilled.size);
  const units = database.unitsSold - database.fulfilledUnits;
  return {
    accepted: ids.length,
    lost: new Set([...withoutEffect, ...unfulfilled]).size + Math.max(0, -units),
    twice: repeated + surplusOrders + surplusEffects + Math.max(0, units),
    findings: [
      ...line(withoutEffect.length, 'accepted orders have no effect in the database'),
      ...line(
        unfulfilled.length,
        `accepted orders are not fulfilled by the api: ${countsOf(unfulfilled.map((id) => statuses.get(id) ?? 'unknown'))}`,
      ),
      ...line(database.dead, 'orders are dead'),
      ...line(repeated, 'acceptances share an order with another'),
      ...line(surplusOrders, 'orders in the database more than clients made'),
      ...line(surplusEffects, 'effects more than fulfilled orders'),
      ...line(units, 'units sold more than were fulfilled'),
      ...line(-units, 'units fulfilled and not sold'),
    ],
  };
}

const line = (count: number, what: string) => (count > 0 ? [`${count} ${what}`] : []);

function countsOf(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].map(([value, count]) => `${count} ${value}`).join(', ');
}

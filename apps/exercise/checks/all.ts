/** All checks, in the order of the table. */
import type { Check } from '../check';
import { cacheChecks } from './cache';
import { leaderChecks } from './leader';
import { limitChecks, slidingBorderCheck } from './limits';
import { lockChecks } from './locks';
import { orderChecks } from './orders';
import { poisonOrderCheck } from './poison-order';
import { serviceChecks } from './service';
import { sessionChecks } from './sessions';
import { stampedeChecks } from './stampede';

/** Fresh for each run: some keep what a later one needs. */
export function allChecks(): readonly Check[] {
  const orders = orderChecks();
  return [
    ...serviceChecks,
    // Before what shares a session: they end all of the user's.
    ...sessionChecks,
    // Long waits, beside everything after them.
    poisonOrderCheck,
    slidingBorderCheck,
    ...cacheChecks,
    ...stampedeChecks,
    ...limitChecks,
    ...orders.now,
    ...lockChecks,
    ...leaderChecks,
    orders.atEnd,
  ];
}

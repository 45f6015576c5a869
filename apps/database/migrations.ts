import resourcesAndUsers from './migrations/0001-resources-and-users.sql';
import orders from './migrations/0002-orders.sql';
import lockFences from './migrations/0003-lock-fences.sql';
import availabilityAndCounters from './migrations/0004-availability-and-counters.sql';
import type { Migration } from './migrate';

/**
 * Every migration, oldest first. Applied ones are history: add a new one instead of changing them.
 *
 * They run as the role `owner` and grant what the role `application` may do.
 */
export const migrations: readonly Migration[] = [
  { version: 1, name: 'resources-and-users', sql: resourcesAndUsers },
  { version: 2, name: 'orders', sql: orders },
  { version: 3, name: 'lock-fences', sql: lockFences },
  { version: 4, name: 'availability-and-counters', sql: availabilityAndCounters },
];

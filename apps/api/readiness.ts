/** Whether the api can serve: asked by load balancers every few seconds. */
import type { RedisClient } from '../redis/client';
import { isReady } from '../redis/client';
import type { Queryable } from '../database/pool';

/** Longest wait for the database to answer, in milliseconds. */
const databaseMilliseconds = 1_000;

export interface Readiness {
  /** Why the api can't serve now; none if it can. */
  readonly problems: () => Promise<readonly string[]>;
  /** From now on it says that it is stopping. */
  readonly drain: () => void;
}

/**
 * Follows what the api needs to serve: the database, and a connection to Redis that was there at least once.
 *
 * A Redis that is lost later doesn't make it unready: resources come from the database and limits are kept locally then,
 * and all instances would be taken out of service at once.
 */
export function readiness({
  database,
  client,
}: {
  readonly database: Queryable;
  readonly client: RedisClient;
}): Readiness {
  let draining = false;
  let wasConnected = isReady(client);
  // Told, not asked for: probes may come only when it is gone again.
  client.once('ready', () => (wasConnected = true));
  return {
    drain: () => (draining = true),
    problems: async () => {
      if (draining) return ['stopping'];
      return [
        ...(wasConnected ? [] : [`Redis was never reached: the connection is ${client.status}`]),
        ...(await databaseProblems(database)),
      ];
    },
  };
}

async function databaseProblems(database: Queryable): Promise<string[]> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string[]>((resolve) => {
    timer = setTimeout(() => resolve([`Postgres gave no answer in ${databaseMilliseconds} ms`]), databaseMilliseconds);
  });
  const answer = database.query('select 1').then(
    () => [],
    (error: unknown) => [`Postgres: ${error instanceof Error ? error.message : String(error)}`],
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

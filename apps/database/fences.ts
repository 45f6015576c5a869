import type { PoolClient } from 'pg';
import type { Queryable } from './pool';

/** A write came with a token older than one seen before, or with one never minted: its lock was lost. */
export class StaleFencingTokenError extends Error {
  override readonly name = 'StaleFencingTokenError';
}

/**
 * A new fencing token for a lock, higher than every one minted for this name before.
 *
 * Waits while a transaction that passed `assertFence` for the same name is open.
 *
 * @returns a bigint: it is compared, never calculated with, and travels as text
 */
export async function mintFencingToken(database: Queryable, lockName: string): Promise<bigint> {
  const { rows } = await database.query<{ token: string }>({
    name: 'mint-fencing-token',
    text: `insert into lock_fences (name, last_token) values ($1, 1)
      on conflict (name) do update set last_token = lock_fences.last_token + 1
      returning last_token::text as token`,
    values: [lockName],
  });
  if (rows[0] === undefined) throw new Error(`No fencing token was minted for '${lockName}'.`);
  return BigInt(rows[0].token);
}

/**
 * Admits the writes of the transaction that calls it only if nobody with a newer token has written before. The fence stays
 * locked until the transaction ends, so that admitted writers come one after the other, in the order of their tokens.
 *
 * @param client within a transaction (see `withTransaction`), which has to be rolled back when this rejects
 * @throws StaleFencingTokenError
 */
export async function assertFence(client: PoolClient, lockName: string, token: bigint): Promise<void> {
  const { rowCount } = await client.query({
    name: 'assert-fence',
    text: `update lock_fences set seen_token = $2::bigint
      where name = $1 and seen_token <= $2::bigint and last_token >= $2::bigint`,
    values: [lockName, token.toString()],
  });
  if (rowCount !== 1) {
    throw new StaleFencingTokenError(`Fencing token ${token} of '${lockName}' is stale: the lock was lost.`);
  }
}

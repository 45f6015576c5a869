import type { Pool } from 'pg';
import { assertFence } from './fences';
import { withTransaction } from './pool';

/**
 * Adds one to a counter in a way that loses updates unless a lock is held around it: reads in one statement, writes what
 * it read plus one in another. The write is admitted only with a current fencing token.
 *
 * @returns the value written
 * @throws StaleFencingTokenError if the lock was lost to someone newer meanwhile; nothing is written then
 */
export async function incrementUnderLock(pool: Pool, lockName: string, token: bigint): Promise<number> {
  const before = await pool.query<{ value: number }>('select value from lock_counters where name = $1', [lockName]);
  const value = (before.rows[0]?.value ?? 0) + 1;
  await withTransaction(pool, async (client) => {
    await assertFence(client, lockName, token);
    await client.query(
      `insert into lock_counters (name, value) values ($1, $2)
       on conflict (name) do update set value = excluded.value`,
      [lockName, value],
    );
  });
  return value;
}

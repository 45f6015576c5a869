import type { Pool } from 'pg';
import { assertFence } from './fences';
import { withTransaction } from './pool';

/**
 * Adds one to a counter in a way that loses updates unless a lock is held around it: reads it in one transaction, writes
 * what it read plus one in another.
 *
 * Both show the fencing token. The read has to as well: from then on a former holder is refused, which could otherwise
 * still write between this read and this write.
 *
 * @returns the value written
 * @throws StaleFencingTokenError if the lock was lost to someone newer meanwhile; nothing is written then
 */
export async function incrementUnderLock(pool: Pool, lockName: string, token: bigint): Promise<number> {
  const value = await withTransaction(pool, async (client) => {
    await assertFence(client, lockName, token);
    const text = 'select value from lock_counters where name = $1';
    const { rows } = await client.query<{ value: number }>(text, [lockName]);
    return (rows[0]?.value ?? 0) + 1;
  });
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

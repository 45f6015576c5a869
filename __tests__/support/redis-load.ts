import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisClient } from '../../apps/redis/client';
import { keys } from '../../apps/redis/keys';

/** What callers saw of a load. */
export interface LoadReport {
  readonly writes: number;
  /** Messages of the errors that reached a caller. */
  readonly errors: readonly string[];
  readonly longestMilliseconds: number;
}

/** Writes a key every 10 ms, over all shards, while `during` runs; then waits for every reply. */
export async function loadDuring(client: RedisClient, during: () => Promise<void>): Promise<LoadReport> {
  const errors: string[] = [];
  const writes: Promise<void>[] = [];
  let longestMilliseconds = 0;
  const write = async (index: number) => {
    const start = performance.now();
    try {
      await client.set(keys.cachedResource(String(index % 200)), 'value', 'EX', 60);
    } catch (error) {
      errors.push(String(error));
    }
    longestMilliseconds = Math.max(longestMilliseconds, performance.now() - start);
  };
  const state = { running: true };
  const load = (async () => {
    while (state.running) {
      writes.push(write(writes.length));
      await sleep(10);
    }
  })();
  try {
    await during();
  } finally {
    state.running = false;
    await load;
    await Promise.all(writes);
  }
  return { writes: writes.length, errors, longestMilliseconds };
}

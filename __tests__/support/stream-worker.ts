/**
 * A worker process for tests that kill it: says what it begins, and then hangs, or kills itself.
 *
 * Argument: a JSON file {settings, queue, crash}. Output: a line with the number of each message it begins.
 */
import { readFileSync } from 'node:fs';
import { connectRedis } from '../../apps/redis/client';
import type { RedisClusterSettings } from '../../apps/redis/settings';
import { StreamConsumer } from '../../apps/redis/stream-queue/consumer';
import { jsonCodec } from '../../apps/redis/stream-queue/queue';

export interface StreamWorkerOrder {
  readonly settings: RedisClusterSettings;
  readonly queue: { readonly name: string; readonly group: string; readonly tags: readonly string[] };
  /** Whether it kills itself while it handles a message, instead of hanging. */
  readonly crash: boolean;
  readonly handlerTimeoutMilliseconds: number;
  readonly redeliveryMarginMilliseconds: number;
  readonly maxAttempts: number;
}

const { settings, queue, crash, ...options } = JSON.parse(
  readFileSync(process.argv[2] ?? '', 'utf8'),
) as StreamWorkerOrder;

new StreamConsumer(
  connectRedis(settings),
  { ...queue, codec: jsonCodec((value) => value as { number: number }) },
  {
    ...options,
    redeliveryIntervalMilliseconds: 50,
    handle: ({ payload, attempt }) => {
      process.stdout.write(`${payload.number} ${attempt}\n`, () => {
        if (crash) process.kill(process.pid, 'SIGKILL');
      });
      return new Promise(() => undefined);
    },
  },
).start();

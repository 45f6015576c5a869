/** A bound on how long a request waits for Redis, so that its fallback comes in time. */
import type { RedisClient } from './client';

/** Redis gave no answer in time; a caller with a fallback takes it. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';

  constructor(operation: string, reason: string) {
    super(`Redis is unavailable for ${operation}: ${reason}`);
  }
}

/** States in which a command can be sent at once or as soon as the first connection stands. */
const usable: ReadonlySet<string> = new Set(['ready', 'connect', 'connecting', 'wait']);

/** Why nothing can be sent now; undefined if it can. */
export function disconnection(client: RedisClient, operation: string): RedisUnavailableError | undefined {
  if (usable.has(client.status)) return undefined;
  return new RedisUnavailableError(operation, `the connection is ${client.status}`);
}

/**
 * Runs commands, at most `milliseconds` long.
 *
 * A lost connection fails at once instead of queueing commands that would be executed long after anyone waits for
 * them. A command that was sent when the deadline passed may still be executed: callers are to be idempotent.
 *
 * @param operation what is being done, for the error
 * @throws RedisUnavailableError if there is no connection, or no answer by then; other errors as Redis gave them
 */
export function withDeadline<T>(
  client: RedisClient,
  milliseconds: number,
  operation: string,
  run: () => Promise<T>,
): Promise<T> {
  const problem = disconnection(client, operation);
  if (problem) return Promise.reject(problem);
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new RedisUnavailableError(operation, `no answer within ${milliseconds} ms`)),
      milliseconds,
    );
    run().then(
      (value) => {
        clearTimeout(timer);
        resolve(value);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

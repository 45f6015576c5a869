/** Whether commands can be sent now. */
import type { RedisClient } from './client';
import { RedisUnavailableError } from './unavailability';

/** States in which a command can be sent at once or as soon as the first connection stands. */
const usable: ReadonlySet<string> = new Set(['ready', 'connect', 'connecting', 'wait']);

/** Clients that had a connection, or failed to get one. */
const tried = new WeakSet<RedisClient>();

/** Follows a client from its beginning on. */
export function followConnection(client: RedisClient): void {
  for (const event of ['ready', 'close', 'end']) client.once(event, () => tried.add(client));
}

/**
 * Why nothing can be sent now; undefined if it can. A client that connects for the first time counts as connected: what is
 * sent then waits for the connection. One that lost its connection doesn't, however close it may be to the next.
 */
export function disconnection(client: RedisClient, operation: string): RedisUnavailableError | undefined {
  const { status } = client;
  if (status === 'ready' || (usable.has(status) && !tried.has(client))) return undefined;
  return new RedisUnavailableError(operation, `the connection is ${status}`, { mayBeDone: false });
}

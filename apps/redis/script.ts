/** Lua scripts, run by digest: the text crosses the network once a server, not once a call. */
import { createHash } from 'node:crypto';
import type { RedisClient } from './client';

/** An argument or key of a script. */
export type ScriptArgument = string | number | Buffer;

/** A script that changes or reads keys of one slot in one atomic step. */
export interface Script {
  /** SHA-1 of the source, as `EVALSHA` takes it. */
  readonly digest: string;
  readonly source: string;
  readonly keyCount: number;
}

/** Declares a script. `keyCount` is the number of KEYS, which come before the other arguments in every call. */
export function script(source: string, keyCount: number): Script {
  return { digest: createHash('sha1').update(source).digest('hex'), source, keyCount };
}

/**
 * Runs a script in one round trip, or two the first time on a server that doesn't know it yet.
 *
 * A server forgets scripts at a restart or failover, so the missing script is sent along with the retried call;
 * `SCRIPT LOAD` would reach one node of a cluster only.
 */
export async function runScript(
  client: RedisClient,
  { digest, source, keyCount }: Script,
  keysAndArguments: readonly ScriptArgument[],
): Promise<unknown> {
  try {
    return await client.evalsha(digest, keyCount, ...keysAndArguments);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) {
      throw error;
    }
    return client.eval(source, keyCount, ...keysAndArguments);
  }
}

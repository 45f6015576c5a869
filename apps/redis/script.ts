/** Lua scripts, run by digest: the text crosses the network once a server, not once a call. */
import { createHash } from 'node:crypto';

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

/** Whether a server doesn't know a script, which is to be sent along then. */
export function isMissingScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

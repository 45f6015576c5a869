/** What a check is, and what it is given. */
import type { Api } from './api';
import type { Finding } from './findings';
import type { Logins } from './logins';

/** What can be chosen with `--only`. */
export const capabilities = ['service', 'sessions', 'cache', 'limits', 'orders', 'locks', 'leader'] as const;

export type Capability = (typeof capabilities)[number];

/** One row of the table. */
export interface Check {
  /** Unique, and stable: programs that read `--json` go by it. */
  readonly id: string;
  readonly capability: Capability;
  /** What a pass proves, as a phrase. */
  readonly proves: string;
  /** It says something about several processes: with one alone a pass is no proof, and the row is skipped. @default false */
  readonly crossProcess?: boolean;
  /** Mostly waits: it runs beside the checks after it. @default false */
  readonly background?: boolean;
  /** Without it nothing else can be told: it always runs, and if it fails the others do not. @default false */
  readonly gate?: boolean;
  /**
   * @throws Unexpected for a failed row, CannotTell for a skipped one
   */
  run(context: CheckContext): Promise<Finding>;
}

export interface CheckContext {
  readonly api: Api;
  readonly logins: Logins;
  /** Random, part of every id that the run makes up. */
  readonly runId: string;
  /** Orders sent through the queue. */
  readonly orders: number;
  /** Reads of one key at once. */
  readonly stampede: number;
  /** Aborts when the run is over before its end; its reason is an error. */
  readonly signal: AbortSignal;
  /** Tells someone who watches what is going on. */
  progress(text: string): void;
  /** Records data that the run leaves in the platform; `what` is a noun in the singular. */
  leaves(what: string, count: number): void;
}

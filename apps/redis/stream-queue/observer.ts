/** What producers and consumers tell of themselves, for metrics and logs. */

/** Why a message became a dead letter. `crashed`: each attempt's worker died or lost it. */
export type DeathReason = 'failed' | 'permanent' | 'crashed' | 'unparsable';

/** A message that became a dead letter. */
export interface Death {
  /** Id of the dead letter, for `DeadLetters.replay`. */
  readonly deadLetterId: string;
  readonly messageId: string;
  /** As it was added; undefined if the entry wasn't written by a producer of the queue. */
  readonly payload: string | undefined;
  readonly reason: DeathReason;
  readonly error: string;
  readonly attempts: number;
}

/** Called synchronously in the middle of the work: must be quick and must not throw. */
export interface StreamQueueObserver {
  /** Messages were added in one command. */
  added?(count: number): void;
  /** Messages were read in one command; never 0. */
  read?(count: number): void;
  /** A call of the handler settled. */
  handled?(messages: number, seconds: number): void;
  /** A message was handled with success, `seconds` after it was first added by the clocks of Redis and this machine. */
  succeeded?(seconds: number): void;
  /** Messages are done and gone. */
  completed?(count: number): void;
  /** An attempt failed. */
  failed?(messageId: string, error: Error, attempt: number): void;
  /** A failed message waits for its next attempt. */
  retried?(messageId: string, delayMilliseconds: number): void;
  died?(death: Death): void;
  /** Messages were taken over from consumers that died or hung. */
  redelivered?(count: number): void;
  /** Redis failed or refused a command that is tried again. */
  error?(error: Error): void;
}

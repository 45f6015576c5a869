/** Messages as handlers see them, and how the entries of a stream become messages. */
import { entryTimeMilliseconds, messageId } from './queue';

/** What is to be done. */
export interface Message<T> {
  /** The same in every attempt and after a replay. */
  readonly id: string;
  readonly payload: T;
  /** 1 at first. Counts failures, timeouts and workers that died while they handled it. */
  readonly attempt: number;
  /** When it was added, in milliseconds since 1970 by the server's clock. */
  readonly addedAtMilliseconds: number;
}

/** Thrown by a handler for what no further attempt can mend: the message goes to the dead letters at once. */
export class PermanentFailure extends Error {
  override readonly name: string = 'PermanentFailure';
}

/**
 * Thrown by a handler that can't do its work at all for now, for want of something it needs: the message is tried again
 * after a pause, and this try doesn't count as an attempt.
 */
export class Postponement extends Error {
  override readonly name: string = 'Postponement';
}

/** The handler didn't settle in time. It was told by its signal; what it did not undo may happen beside a retry. */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError';

  constructor(timeoutMilliseconds: number) {
    super(`the handler did not settle within handlerTimeoutMilliseconds (${timeoutMilliseconds})`);
  }
}

/** An entry that was delivered to this consumer. */
export interface Delivery {
  readonly entryId: string;
  /** Undefined if the entry wasn't written by a producer of this queue. */
  readonly payload: string | undefined;
  /** Id of the entry by which the message was added first. */
  readonly originalEntryId: string;
  /** How often the entry was delivered: more than once if whoever got it before didn't settle it. */
  readonly deliveries: number;
  /** 1 at first. */
  readonly attempt: number;
}

/** An entry as Redis replies it: its id, and its fields and values in turn. */
export type StreamEntry = readonly [id: string, fields: readonly string[]];

export function deliveryOf([entryId, fields]: StreamEntry, deliveries: number): Delivery {
  if (fields.length === 2 && fields[0] === 'payload') {
    return { entryId, payload: fields[1], originalEntryId: entryId, deliveries, attempt: deliveries };
  }
  const values = fieldsOf(fields);
  return {
    entryId,
    payload: values.get('payload'),
    originalEntryId: values.get('added') ?? entryId,
    deliveries,
    attempt: Number(values.get('attempts') ?? 0) + deliveries,
  };
}

/** The fields of an entry by name. */
export function fieldsOf(fields: readonly string[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length; index += 2) {
    values.set(String(fields[index]), String(fields[index + 1]));
  }
  return values;
}

export function messageOf<T>(tag: string, delivery: Delivery, payload: T): Message<T> {
  return {
    id: messageId(tag, delivery.originalEntryId),
    payload,
    attempt: delivery.attempt,
    addedAtMilliseconds: entryTimeMilliseconds(delivery.originalEntryId),
  };
}

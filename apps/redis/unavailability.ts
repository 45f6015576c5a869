/**
 * Which errors say that Redis can't serve now. This is the one list of them: the client reconnects by it, components of the
 * library report by it, and the programs answer by it.
 */

/** What is known of a failed operation beside the reason. */
export interface UnavailabilityDetails {
  /** Whether Redis may have carried it out. False if it was never sent. @default true */
  readonly mayBeDone?: boolean;
  /** Whether a server refused it, and will until its state changes: another try within seconds is of no use. @default false */
  readonly isRefusal?: boolean;
  /** The error of the server or the client. */
  readonly cause?: unknown;
}

/** Redis can't serve now. A caller with a fallback takes it; one without answers 503 and can be asked again. */
export class RedisUnavailableError extends Error {
  override readonly name = 'RedisUnavailableError';
  /** The message without the operation. */
  readonly reason: string;
  readonly mayBeDone: boolean;
  readonly isRefusal: boolean;

  constructor(operation: string, reason: string, details: UnavailabilityDetails = {}) {
    const { mayBeDone = true, isRefusal = false, cause } = details;
    super(`Redis is unavailable for ${operation}: ${reason}`, cause === undefined ? undefined : { cause });
    this.reason = reason;
    this.mayBeDone = mayBeDone;
    this.isRefusal = isRefusal;
  }
}

/**
 * What a server says that can't serve now, by the first word of its reply, and what the client does about it.
 *
 * - `resend`: the server is on its way to another role or state. The connection is closed, and the command is sent again to
 *   the server that is the master by then.
 * - `follow`: the slot is elsewhere, or has no master yet. ioredis follows and retries by itself until its budget is used up.
 * - `refuse`: the server stays like this until an operator, time or its disk changes it. The caller gets the error at once.
 */
export const serverUnavailability = {
  /** A demoted master, or a script that reached a replica. */
  READONLY: 'resend',
  /** Reads its data from disk or from its master. */
  LOADING: 'resend',
  /** A replica without its master that may not answer from old data. */
  MASTERDOWN: 'resend',
  /** A blocking read whose server became a replica. */
  UNBLOCKED: 'resend',
  /** A master whose replicas are on their way to it after a failover, or that was cut off from them. */
  NOREPLICAS: 'resend',
  /** Outlives ioredis' retries while a layout changes again and again, or two nodes disagree on it. */
  MOVED: 'follow',
  ASK: 'follow',
  TRYAGAIN: 'follow',
  /** No majority of masters, or a slot without one. ElastiCache says it too while its transaction log is behind. */
  CLUSTERDOWN: 'follow',
  /** Can't write its append-only file or its snapshot. It refuses writes, and goes on to answer reads. */
  MISCONF: 'refuse',
  /** At its memory limit without a key that it may evict. */
  OOM: 'refuse',
  /** Runs a script that doesn't end. */
  BUSY: 'refuse',
  /** Passwords change at the server and in the program at different times: until both have the new one. */
  NOAUTH: 'refuse',
  WRONGPASS: 'refuse',
  /** Protected mode: a server without a password that isn't configured yet. */
  DENIED: 'refuse',
} as const satisfies Readonly<Record<string, 'resend' | 'follow' | 'refuse'>>;

/** What a server says to a connection too many, which has no code of its own. Nodes of the cluster are counted too. */
const tooManyClients = 'ERR max number of clients';

/** What ioredis says of connections that are gone, silent or not there yet, and of retries that were of no use. */
const clientMessages = new RegExp(
  '^(?:' +
    [
      'Connection is closed',
      'Connection is aborted',
      'Connection is discarded',
      'Command timed out',
      'Command aborted due to connection close',
      'Socket timeout\\.',
      "Stream isn't writeable and enableOfflineQueue options is false",
      "Cluster isn't ready and enableOfflineQueue options is false",
      'Cluster is (?:ended|disconnected|disconnecting)',
      'Failed to refresh slots cache',
      'Node is disconnected',
      'None of startup nodes is available',
      'No subscriber for the cluster',
      'Too many Cluster redirections',
      'Reached the max retries per request limit',
      'All sentinels are unreachable',
    ].join('|') +
    ')',
);

/** Codes of sockets and of name resolution. */
const socketCodes =
  /^(?:ECONNREFUSED|ECONNRESET|ECONNABORTED|EPIPE|ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN|EAI_AGAIN|ENOTFOUND)$/;

type ServerError = keyof typeof serverUnavailability;

/** What a client does about a reply; undefined for a reply that isn't of this kind, such as WRONGTYPE or NOPERM. */
function treatmentOf({ name, message }: Error): (typeof serverUnavailability)[ServerError] | undefined {
  if (name !== 'ReplyError') return undefined;
  if (message.startsWith(tooManyClients)) return 'refuse';
  const code = message.slice(0, message.indexOf(' '));
  return Object.hasOwn(serverUnavailability, code) ? serverUnavailability[code as ServerError] : undefined;
}

function isOfConnection(error: Error & { readonly code?: unknown }): boolean {
  return clientMessages.test(error.message) || (typeof error.code === 'string' && socketCodes.test(error.code));
}

/** Whether a server is on its way to another role or state: the command is to be sent again over another connection. */
export function isTransition(error: Error): boolean {
  return treatmentOf(error) === 'resend';
}

/** Whether a command was given up by its client without an answer: what its connection will not answer besides is unknown. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof Error && error.message === 'Command timed out';
}

/** Whether an error says that Redis can't serve now. */
export function isRedisUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof RedisUnavailableError || treatmentOf(error) !== undefined || isOfConnection(error);
}

/** Whether Redis can't serve now, and may within seconds: a failover, a lost connection, no answer in time. */
export function isPassing(error: unknown): boolean {
  if (error instanceof RedisUnavailableError) return !error.isRefusal;
  return error instanceof Error && isRedisUnavailable(error) && treatmentOf(error) !== 'refuse';
}

/** An error as callers of the library get it: RedisUnavailableError if Redis can't serve now, else as Redis gave it. */
export function reported(operation: string, error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (error instanceof RedisUnavailableError || !isRedisUnavailable(error)) return error;
  return new RedisUnavailableError(operation, error.message, {
    isRefusal: treatmentOf(error) === 'refuse',
    cause: error,
  });
}

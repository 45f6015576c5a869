/** Which errors tell of a server that is away or overloaded: what failed by them can be tried again. */
import { CacheLoadTimeoutError, CacheOverloadedError } from '../redis/cache-source';
import { LocksOverloadedError } from '../redis/lock-errors';
import { isRedisUnavailable } from '../redis/unavailability';

/**
 * Codes of errors of Postgres (a class of five, see its documentation's appendix A) and of its sockets: connections that
 * fail or are cut (08), too many of them (53300), statements that took too long (57014), a server that stops or starts
 * (57P01 to 57P03), or became a standby (25006).
 */
const codes =
  /^(?:08\w{3}|53300|57014|57P0[123]|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;

/** What `pg` says of a connection that is gone or silent; these errors have no code. */
const messages =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Query read timeout)/;

/** Whether an error is one of a server that may be back soon. */
export function isUnavailable(error: Error & { readonly code?: unknown }): boolean {
  return (
    isRedisUnavailable(error) ||
    error instanceof LocksOverloadedError ||
    error instanceof CacheOverloadedError ||
    error instanceof CacheLoadTimeoutError ||
    (typeof error.code === 'string' && codes.test(error.code)) ||
    messages.test(error.message)
  );
}

/** Errors as they are logged. */
import { stdSerializers } from 'pino';

/**
 * An error as it is logged: without what libraries attach to it. To the error of a refused login the Redis client attaches
 * the command, which has the password among its arguments.
 */
export function loggedError(error: Error): object {
  const { type, message, stack } = stdSerializers.err(error);
  const { code, lastNodeError } = error as { readonly code?: unknown; readonly lastNodeError?: unknown };
  return {
    ...{ type, message, stack },
    ...(code !== undefined && { code }),
    // Why the cluster can't be reached, of an error that only says that it can't.
    ...(lastNodeError instanceof Error && { lastNodeError: lastNodeError.message }),
  };
}

/**
 * Synthesizes without the places where CDKTF makes tokens, which it notes by the stack of a plain object: to find them in
 * TypeScript would take three quarters of the time. Errors that are made meanwhile have no stack.
 */
import { isNativeError } from 'node:util/types';

export function withoutTokenTraces<Result>(synthesize: () => Result): Result {
  const before = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace');
  Error.prepareStackTrace = (error): unknown => (isNativeError(error) ? String(error) : '');
  try {
    return synthesize();
  } finally {
    if (before) Object.defineProperty(Error, 'prepareStackTrace', before);
    else Reflect.deleteProperty(Error, 'prepareStackTrace');
  }
}

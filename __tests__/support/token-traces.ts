/**
 * CDKTF notes of each token where it was made, by the stack of a plain object; to find these places in TypeScript would take
 * three quarters of a synthesis. Errors keep their stacks.
 */
import { isNativeError } from 'node:util/types';

const describeStack = Error.prepareStackTrace.bind(Error);

Error.prepareStackTrace = (error, frames): unknown => (isNativeError(error) ? describeStack(error, frames) : '');

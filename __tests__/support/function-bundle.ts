/** A Lambda function for tests, whose digest stays when the programs change. */
import path from 'node:path';
import type { FunctionBundle } from '../../constructs/aws/function-bundle';

export const testBundle: FunctionBundle = { folder: path.join(__dirname, 'function'), digest: 'digest-of-function' };

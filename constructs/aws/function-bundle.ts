/** The code of a Lambda function, as `npm run build` leaves it. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A folder that becomes the function's archive. */
export interface FunctionBundle {
  /** Absolute path. */
  readonly folder: string;
  /** Of the code alone: the same code is never deployed twice, whenever and wherever it was built. */
  readonly digest: string;
}

/** File of the folder that Lambda calls, at its export `handler`. */
const entry = 'index.js';

/** What Lambda is told to call. */
export const functionHandler = 'index.handler';

/** @throws Error if it wasn't built */
export function functionBundle(folder: string): FunctionBundle {
  const file = path.join(folder, entry);
  if (!existsSync(file)) throw new Error(`Lambda function: ${file} is missing; make it with 'npm run build'`);
  return { folder, digest: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 32) };
}

/** The api's keys for sessions: made once, kept in a 0600 file. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { writeSecretFile } from './secret-files';

/** Makes the file with one key for encryption and one for signing if it is missing. */
export function ensureSessionKeys(directory: string, name: string): void {
  const file = path.join(directory, name);
  if (existsSync(file)) return;
  const key = () => ({ id: randomBytes(6).toString('hex'), key: randomBytes(32).toString('base64url') });
  writeSecretFile(file, `${JSON.stringify({ encryption: [key()], signing: [key()] })}\n`);
}

import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

/** Postgres' `scram_iterations` default and the minimum of RFC 7677. */
const defaultIterations = 4096;
const keyBytes = 32;

/**
 * What a server stores to check a SCRAM-SHA-256 login (RFC 5802, RFC 7677), in the form of Postgres' `pg_authid`:
 * `SCRAM-SHA-256$<iterations>:<salt>$<StoredKey>:<ServerKey>`, binary parts in base64.
 *
 * Sent in place of a password, it keeps the password out of the server's memory and log.
 *
 * @param password printable ASCII: SASLprep is the identity there and is not applied
 */
export function scramVerifier(
  password: string,
  salt: Buffer = randomBytes(16),
  iterations: number = defaultIterations,
): string {
  const saltedPassword = pbkdf2Sync(password, salt, iterations, keyBytes, 'sha256');
  const clientKey = createHmac('sha256', saltedPassword).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest();
  const serverKey = createHmac('sha256', saltedPassword).update('Server Key').digest();
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey.toString('base64')}:${serverKey.toString('base64')}`;
}

/** Whether the verifier was made from this password; false for null and for anything that is no SCRAM verifier. */
export function matchesVerifier(password: string, verifier: string | null): boolean {
  const parts = /^SCRAM-SHA-256\$(\d+):([^$]+)\$/.exec(verifier ?? '');
  if (verifier === null || parts?.[1] === undefined || parts[2] === undefined) return false;
  const expected = Buffer.from(scramVerifier(password, Buffer.from(parts[2], 'base64'), Number(parts[1])));
  const actual = Buffer.from(verifier);
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto';

/** N = 2^14, r = 8, p = 5: one of OWASP's equivalent choices for scrypt, the one that takes 16 MiB a hash. */
const cost = { logN: 14, r: 8, p: 5 };
const saltBytes = 16;
const keyBytes = 32;
/** Above what `cost` takes (128 · N · r), and a bound on what a stored hash can ask for. */
const memoryLimitBytes = 64 * 1024 * 1024;

/**
 * Hashes a password with scrypt (RFC 7914), in the PHC string format: `$scrypt$ln=14,r=8,p=5$<salt>$<key>`, base64.
 *
 * @param password compared in Unicode's NFKC form, so that a composed and a decomposed letter are the same
 */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(saltBytes);
  const key = await derive(password, salt, { N: 2 ** cost.logN, r: cost.r, p: cost.p });
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/**
 * Checks a password in constant time.
 *
 * @throws Error when the hash is in no format that `hashPassword` writes
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, scheme, parameters = '', salt = '', key = ''] = hash.split('$');
  const [, logN, r, p] = /^ln=(\d+),r=(\d+),p=(\d+)$/.exec(parameters) ?? [];
  const expected = Buffer.from(key, 'base64');
  if (scheme !== 'scrypt' || logN === undefined || expected.length !== keyBytes) {
    throw new Error('A stored password hash is in no known format: set the password of this user again.');
  }
  const options = { N: 2 ** Number(logN), r: Number(r), p: Number(p) };
  return timingSafeEqual(await derive(password, Buffer.from(salt, 'base64'), options), expected);
}

function derive(password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { ...options, maxmem: memoryLimitBytes }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

import { hashPassword, verifyPassword } from '../../../apps/database/password-hash';

test('a hash names its cost, is salted, and fits its password alone', async () => {
  const [hash, other] = await Promise.all([hashPassword('correct horse'), hashPassword('correct horse')]);
  expect(hash).toMatch(/^\$scrypt\$ln=14,r=8,p=5\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
  expect(hash).not.toBe(other);
  await expect(verifyPassword('correct horse', hash)).resolves.toBe(true);
  await expect(verifyPassword('correct horses', hash)).resolves.toBe(false);
});

test('a hash of the vector in RFC 7914, section 12, verifies with its own cost', async () => {
  // scrypt("pleaseletmein", "SodiumChloride", N=16384, r=8, p=1): the first 32 of its 64 bytes.
  const key = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
  const hash = `$scrypt$ln=14,r=8,p=1$${Buffer.from('SodiumChloride').toString('base64')}$${key.toString('base64')}`;
  await expect(verifyPassword('pleaseletmein', hash)).resolves.toBe(true);
});

test('composed and decomposed letters are the same', async () => {
  await expect(verifyPassword('cafe\u0301', await hashPassword('caf\u00e9'))).resolves.toBe(true);
});

test.each(['', 'plain', '$2b$10$abcdefghijklmnopqrstuv', '$scrypt$ln=14,r=8,p=5$c2FsdA==$c2hvcnQ='])(
  'a hash in another format is an error: %s',
  async (hash) => {
    await expect(verifyPassword('x', hash)).rejects.toThrow('no known format');
  },
);

import { createSecretKey, randomBytes } from 'node:crypto';
import { KeyRing } from '../../../apps/redis/key-ring';
import { SessionCipher, UnreadableSessionError } from '../../../apps/redis/session-cipher';

const key = (id: string) => ({ id, secret: createSecretKey(randomBytes(32)) });
const first = key('first');
const second = key('second');
const cipher = new SessionCipher(new KeyRing([first]));

test.each(['', 'x', '{"name":"Žofie 🐟"}', 'long '.repeat(10_000)])('opens what it sealed', (text) => {
  expect(cipher.open(cipher.seal(text, 'place'), 'place')).toEqual({ text, current: true });
});

test('seals the same text differently each time, and shows none of it', () => {
  const sealed = Array.from({ length: 100 }, () => cipher.seal('secret', 'place'));
  expect(new Set(sealed).size).toBe(100);
  expect(sealed.some((text) => Buffer.from(text, 'base64url').includes('secret'))).toBe(false);
});

test('a rotated ring opens what the former key sealed, and says so', () => {
  const sealed = cipher.seal('text', 'place');
  const rotated = new SessionCipher(new KeyRing([second, first]));
  expect(rotated.open(sealed, 'place')).toEqual({ text: 'text', current: false });
  expect(rotated.seal('text', 'place').split('.')[0]).toBe('second');
});

const flip = (text: string, index: number) => {
  const bytes = Buffer.from(text.slice(text.indexOf('.') + 1), 'base64url');
  bytes.writeUInt8(bytes.readUInt8(index) ^ 1, index);
  return `first.${bytes.toString('base64url')}`;
};

test('no byte can be changed: nonce, ciphertext or tag', () => {
  const sealed = cipher.seal('a secret', 'place');
  const length = Buffer.from(sealed.slice('first.'.length), 'base64url').length;
  for (let index = 0; index < length; index++) {
    expect(() => cipher.open(flip(sealed, index), 'place')).toThrow(UnreadableSessionError);
  }
});

test.each<[string, (sealed: string) => string]>([
  ['an empty text', () => ''],
  ['no key id', (sealed) => sealed.slice(sealed.indexOf('.') + 1)],
  ['an unknown key id', (sealed) => sealed.replace('first', 'third')],
  ['nothing behind the key id', () => 'first.'],
  ['less than a nonce and a tag', () => `first.${randomBytes(27).toString('base64url')}`],
  ['a cut end', (sealed) => sealed.slice(0, -2)],
])('%s is unreadable', (_, change) => {
  expect(() => cipher.open(change(cipher.seal('text', 'place')), 'place')).toThrow(UnreadableSessionError);
});

test('what was sealed for one place is unreadable in another, and under another id', () => {
  expect(() => cipher.open(cipher.seal('text', 'here'), 'there')).toThrow(UnreadableSessionError);
  const renamed = new SessionCipher(new KeyRing([{ ...first, id: 'renamed' }]));
  expect(() => renamed.open(cipher.seal('text', 'place').replace('first', 'renamed'), 'place')).toThrow(
    UnreadableSessionError,
  );
});

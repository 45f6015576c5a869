import { createSecretKey, randomBytes } from 'node:crypto';
import { KeyRing, parseSessionKeys } from '../../../apps/redis/key-ring';

const base64url = () => randomBytes(32).toString('base64url');
const file = (change: Record<string, unknown> = {}) =>
  JSON.stringify({
    encryption: [
      { id: 'new', key: base64url() },
      { id: 'old', key: base64url() },
    ],
    signing: [{ id: 's1', key: base64url() }],
    ...change,
  });

test('the first key of a file is the current one, the others are found by id', () => {
  const { encryption, signing } = parseSessionKeys(file());
  expect(encryption.current.id).toBe('new');
  expect(encryption.find('old')?.id).toBe('old');
  expect(encryption.find('none')).toBeUndefined();
  expect(signing.keys.map(({ id }) => id)).toEqual(['s1']);
  expect(signing.current.secret.symmetricKeySize).toBe(32);
});

const shared = base64url();
const short = randomBytes(31).toString('base64url');

test.each<[string, string, string]>([
  ['no JSON', shared, 'the text is no JSON'],
  ['no object', 'null', "'encryption' is no list of keys"],
  ['a missing list', file({ signing: undefined }), "'signing' is no list of keys"],
  ['an empty list', file({ encryption: [] }), "'encryption' is no list of keys"],
  ['a bad id', file({ signing: [{ id: 'a.b', key: shared }] }), 'the id of signing[0]'],
  ['no id', file({ signing: [{ key: shared }] }), 'the id of signing[0]'],
  ['a short key', file({ signing: [{ id: 'a', key: short }] }), 'the key of signing[0]'],
  ['a key that is no base64url', file({ signing: [{ id: 'a', key: `${shared}=` }] }), 'the key of signing[0]'],
  ['a key that is no text', file({ signing: [{ id: 'a', key: 1 }] }), 'the key of signing[0]'],
  [
    'two keys of one id',
    file({
      signing: [
        { id: 'a', key: shared },
        { id: 'a', key: base64url() },
      ],
    }),
    "'signing' has two keys of the same id",
  ],
  [
    'one key for both purposes',
    file({ encryption: [{ id: 'a', key: shared }], signing: [{ id: 'b', key: shared }] }),
    'a key is in both lists',
  ],
])('a file with %s is refused without telling a key', (_, text, message) => {
  expect(() => parseSessionKeys(text)).toThrow(message);
  expect(() => parseSessionKeys(text)).not.toThrow(shared);
  expect(() => parseSessionKeys(text)).not.toThrow(short);
});

test('everything wrong with a file is told at once', () => {
  expect(() => parseSessionKeys(file({ encryption: [{ id: 'a', key: short }], signing: [] }))).toThrow(
    /encryption\[0\].*'signing'/,
  );
});

test('a ring needs a key, and ids that differ', () => {
  const key = { id: 'a', secret: createSecretKey(randomBytes(32)) };
  expect(() => new KeyRing([])).toThrow('needs a key');
  expect(() => new KeyRing([key, key])).toThrow('ids that differ');
});

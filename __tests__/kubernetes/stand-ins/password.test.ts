import { generatePasswords, passwordSpec } from '../../../kubernetes/stand-ins/secrets/password';

const generate = (spec: Readonly<Record<string, unknown>>) => generatePasswords(passwordSpec.parse(spec));
const count = (text: string, pattern: RegExp) => (text.match(pattern) ?? []).length;

test('as many digits and symbols as are asked for, and letters else', () => {
  const { password = '' } = generate({ length: 40, digits: 10, symbols: 0, allowRepeat: true });
  expect(password).toMatch(/^[A-Za-z0-9]{40}$/);
  expect(count(password, /\d/g)).toBe(10);
});

test('by default a quarter of each, no character twice', () => {
  const { password = '' } = generate({});
  expect(password).toHaveLength(24);
  expect(count(password, /\d/g)).toBe(6);
  expect(count(password, /[^A-Za-z0-9]/g)).toBe(6);
  expect(new Set(password).size).toBe(24);
});

test('symbols of a set, no upper case, a password for each key', () => {
  const made = generate({
    ...{ length: 30, digits: 5, symbols: 5, symbolCharacters: '-_', noUpper: true, allowRepeat: true },
    secretKeys: ['one', 'other'],
  });
  expect(Object.keys(made)).toEqual(['one', 'other']);
  for (const password of Object.values(made)) expect(password).toMatch(/^[a-z0-9_-]{30}$/);
  expect(made.one).not.toBe(made.other);
});

test('no two are the same', () => {
  const all = Array.from({ length: 200 }, () => generate({ length: 20, digits: 4, symbols: 0 }).password);
  expect(new Set(all).size).toBe(200);
});

test.each([
  [{ length: 40, digits: 20, symbols: 0 }, 'there are 10 digits, and 20 different ones are asked for: set allowRepeat'],
  [{ length: 4, digits: 3, symbols: 3 }, 'a password of 4 characters has no place for its digits and symbols'],
  [{ encoding: 'hex' }, 'Invalid input'],
  [{ length: 0 }, 'Too small'],
  [{ words: 4 }, 'Unrecognized key'],
])('%j is refused', (spec, message) => {
  expect(() => generate(spec)).toThrow(message);
});

/** The generator `Password` of External Secrets. Source: generators/v1/password of External Secrets 2.9. */
import { randomInt } from 'node:crypto';
import { z } from 'zod';

export const passwordSpec = z.strictObject({
  length: z.int().positive().default(24),
  /** @default - a quarter of the length */
  digits: z.int().nonnegative().optional(),
  /** @default - a quarter of the length */
  symbols: z.int().nonnegative().optional(),
  symbolCharacters: z.string().min(1).default('~!@#$%^&*()_+`-={}|[]\\:"<>?,./'),
  noUpper: z.boolean().default(false),
  allowRepeat: z.boolean().default(false),
  encoding: z.literal('raw').default('raw'),
  /** Keys that get a password each. */
  secretKeys: z.array(z.string().min(1)).min(1).default(['password']),
});

export type PasswordSpec = z.output<typeof passwordSpec>;

const lower = 'abcdefghijklmnopqrstuvwxyz';
const digits = '0123456789';

const share = 0.25;

/** Passwords by key. @throws Error if more different characters are asked for than there are */
export function generatePasswords(spec: PasswordSpec): Readonly<Record<string, string>> {
  return Object.fromEntries(spec.secretKeys.map((key) => [key, generatePassword(spec)]));
}

function generatePassword(spec: PasswordSpec): string {
  const { length, symbolCharacters, noUpper, allowRepeat } = spec;
  const { digits: digitCount = Math.floor(length * share), symbols = Math.floor(length * share) } = spec;
  const letters = length - digitCount - symbols;
  if (letters < 0) throw new Error(`a password of ${length} characters has no place for its digits and symbols`);
  const alphabet = noUpper ? lower : lower + lower.toUpperCase();
  const characters = [
    ...pick(alphabet, letters, allowRepeat, 'letters'),
    ...pick(digits, digitCount, allowRepeat, 'digits'),
    ...pick(symbolCharacters, symbols, allowRepeat, 'symbols'),
  ];
  return shuffled(characters).join('');
}

function pick(alphabet: string, count: number, allowRepeat: boolean, what: string): readonly string[] {
  const left = Array.from(alphabet);
  if (!allowRepeat && count > left.length) {
    throw new Error(`there are ${left.length} ${what}, and ${count} different ones are asked for: set allowRepeat`);
  }
  return Array.from({ length: count }, () => {
    const index = randomInt(left.length);
    const chosen = left[index] ?? '';
    if (!allowRepeat) left.splice(index, 1);
    return chosen;
  });
}

/** Fisher and Yates' shuffle. */
function shuffled(characters: readonly string[]): readonly string[] {
  const result = [...characters];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = randomInt(last + 1);
    [result[last], result[other]] = [result[other] ?? '', result[last] ?? ''];
  }
  return result;
}

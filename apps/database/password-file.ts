import { readFileSync } from 'node:fs';

/**
 * The first line of a password file, without its line ending.
 *
 * @param setting name used in errors
 * @throws Error when the file cannot be read or its first line is empty
 */
export function readPasswordFile(setting: string, file: string): string {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    throw new Error(`${setting}: cannot read ${file}; create it or correct the setting`, { cause: error });
  }
  const password = content.split(/\r?\n/, 1)[0] ?? '';
  if (password === '') throw new Error(`${setting}: the first line of ${file} is empty; write the password there`);
  return password;
}

/** What commands in docs/guides/ work through. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Lines between `<<'NAME'` and `NAME` in a guide, sorted. */
export function hereDocument(guide: string, name: string): string[] {
  const text = readFileSync(path.join(__dirname, '../../docs/guides', `${guide}.md`), 'utf8');
  return new RegExp(`<<'${name}'\n(.*?)\n${name}\n`, 's').exec(text)?.[1]?.split('\n').sort() ?? [];
}

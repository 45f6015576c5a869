/** The tables of docs/guides/security.md are those of production. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { securityTables, withTables } from '../../review/security-guide';
import { planNamed } from '../support/environment-plans';

const guide = readFileSync(path.resolve(__dirname, '../../docs/guides/security.md'), 'utf8');

/** Prettier fills cells of tables up; the rest of a line says the same. */
const compact = (markdown: string) =>
  markdown
    .split('\n')
    .map((line) => line.replace(/ +/g, ' ').replace(/-{3,}/g, '---').trim())
    .filter((line) => line !== '');

test('what stands there is what `npm run render:security` writes', () => {
  const written = compact(withTables(withoutTables(guide), securityTables(planNamed('production'))));
  expect(compact(guide)).toEqual(written);
  expect(written.length).toBeGreaterThan(200);
});

const withoutTables = (text: string) => text.replace(/(<!-- ([a-z]+) -->)[^]*?(<!-- end of \2 -->)/g, '$1$3');

test('a guide without the marks is refused', () => {
  const tables = { aws: '', kubernetes: '', connections: '' };
  expect(() => withTables('# Security', tables)).toThrow('the marks <!-- aws --> and <!-- end of aws --> are missing');
});

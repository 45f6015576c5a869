/** The tables of docs/guides/security.md are those of production. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { securityTables, withTables } from '../../review/security-guide';
import { planNamed } from '../support/environment-plans';

const guide = readFileSync(path.resolve(__dirname, '../../docs/guides/security.md'), 'utf8');

test('what stands there is what `npm run render:security` writes', () => {
  const written = withTables(withoutTables(guide), securityTables(planNamed('production')));
  expect(guide.split('\n')).toEqual(written.split('\n'));
  expect(written.split('\n').length).toBeGreaterThan(200);
});

const withoutTables = (text: string) => text.replace(/(<!-- ([a-z]+) -->)[^]*?(<!-- end of \2 -->)/g, '$1$3');

test('a guide without the marks is refused', () => {
  const tables = { aws: '', kubernetes: '', redis: '', connections: '' };
  expect(() => withTables('# Security', tables)).toThrow('the marks <!-- aws --> and <!-- end of aws --> are missing');
});

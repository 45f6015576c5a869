import { readdirSync } from 'node:fs';
import path from 'node:path';
import { checksum, planMigrations, type AppliedMigration, type Migration } from '../../../apps/database/migrate';
import { migrations } from '../../../apps/database/migrations';

const one: Migration = { version: 1, name: 'one', sql: 'select 1' };
const two: Migration = { version: 2, name: 'two', sql: 'select 2' };

function applied({ version, name, sql }: Migration): AppliedMigration {
  return { version, name, checksum: checksum({ version, name, sql }) };
}

test('every migration file is listed, in the order of its number', () => {
  const files = readdirSync(path.resolve(__dirname, '../../../apps/database/migrations')).sort();
  const listed = migrations.map(({ version, name }) => `${String(version).padStart(4, '0')}-${name}.sql`);
  expect(listed).toEqual(files);
  expect(planMigrations(migrations, [])).toEqual(migrations);
});

test.each([
  ['an empty database', [], [one, two]],
  ['one that has the first', [applied(one)], [two]],
  ['one that has both', [applied(one), applied(two)], []],
])('what is missing is planned for %s', (_case, present, expected) => {
  expect(planMigrations([one, two], present)).toEqual(expected);
});

test.each([
  ['a changed migration', [one, two], [applied({ ...one, sql: 'select 3' })], '1 one: changed since it was applied'],
  ['a renamed migration', [one, two], [applied({ ...one, name: 'eins' })], '1 one: changed since it was applied'],
  ['a newer database', [one], [applied(one), applied(two)], '2 two: applied to this database but unknown here'],
  ['a gap', [one, { ...two, version: 3 }], [], 'two: version 3 at position 2'],
  ['a version used twice', [one, { ...two, version: 1 }], [], 'two: version 1 at position 2'],
  ['a wrong order', [two, one], [], 'two: version 2 at position 1'],
])('%s is refused', (_case, list, present, message) => {
  expect(() => planMigrations(list, present)).toThrow(message);
});

test('every disagreement is reported at once', () => {
  expect(() => planMigrations([{ ...one, sql: 'x' }], [applied(one), applied(two)])).toThrow(/1 one[^]*2 two/);
});

test('a checkout with other line endings has the same checksums', () => {
  expect(checksum({ ...one, sql: 'a\r\nb' })).toBe(checksum({ ...one, sql: 'a\nb' }));
});

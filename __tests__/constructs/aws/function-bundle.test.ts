import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { functionBundle } from '../../../constructs/aws/function-bundle';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'function-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const built = (name: string, code: string) => {
  const target = path.join(folder, name);
  mkdirSync(target);
  writeFileSync(path.join(target, 'index.js'), code);
  return functionBundle(target);
};

test('the digest is of the code, wherever and whenever it was built', () => {
  const { digest, folder: place } = built('one', 'code');
  expect(place).toBe(path.join(folder, 'one'));
  expect(digest).toMatch(/^[0-9a-f]{32}$/);
  expect(built('two', 'code').digest).toBe(digest);
  expect(built('three', 'other code').digest).not.toBe(digest);
});

test('what was not built is named, with how to build it', () => {
  expect(() => functionBundle(folder)).toThrow(
    `${path.join(folder, 'index.js')} is missing; make it with 'npm run build'`,
  );
});

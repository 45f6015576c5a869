import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = path.resolve(__dirname, '../../.ci/count-tests.mjs');

/** The fields of Jest's JSON output that are counted. */
const result = (passed: number, failed = 0, brokenSuites = 0, pending = 0, todo = 0) =>
  JSON.stringify({
    numPassedTests: passed,
    numFailedTests: failed,
    numRuntimeErrorTestSuites: brokenSuites,
    numPendingTests: pending,
    numTodoTests: todo,
  });

let folder: string;

beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'redis-platform-count-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test.each<[string, number, Record<string, string>, string, number]>([
  ['both projects passed', 0, { unit: result(20), integration: result(7) }, '27 passed, 0 failed', 0],
  ['a test failed', 1, { unit: result(20, 2), integration: result(7) }, '27 passed, 2 failed', 1],
  ['a suite could not be loaded', 1, { unit: result(20, 0, 1) }, '20 passed, 1 failed', 1],
  ['tests were skipped', 0, { unit: result(20, 0, 0, 2, 1) }, '20 passed, 0 failed, 3 skipped', 0],
  ['a failure before Jest', 2, {}, '0 passed, 1 failed', 1],
  ['a failure beside Jest', 1, { unit: result(20) }, '20 passed, 1 failed', 1],
  ['a failed test and a failure beside Jest', 1, { unit: result(20, 1) }, '20 passed, 1 failed', 1],
  ['no test ran', 0, { unit: result(0) }, '0 passed, 1 failed', 1],
  ['no result at all', 0, {}, '0 passed, 1 failed', 1],
  ['only skipped tests', 0, { unit: result(0, 0, 0, 4) }, '0 passed, 1 failed, 4 skipped', 1],
  ['a result cut off', 1, { unit: result(20), integration: '{"numPassedTe' }, '20 passed, 1 failed', 1],
  ['a result of another form', 0, { unit: result(20), integration: '{}' }, '20 passed, 1 failed', 1],
])('%s', (_case, status, files, line, exitCode) => {
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, `${name}.json`), content);
  const { stdout, status: exit } = spawnSync(process.execPath, [program, folder, String(status)], { encoding: 'utf8' });
  expect({ stdout, exit }).toEqual({ stdout: `${line}\n`, exit: exitCode });
});

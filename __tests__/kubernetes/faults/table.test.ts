import { readFileSync } from 'node:fs';
import path from 'node:path';
import { environments } from '../../../kubernetes/faults/environments';
import { faults } from '../../../kubernetes/faults/faults';
import { brokenPromises, readResults, resultsFolder, type Result } from '../../../kubernetes/faults/result';
import { faultTable } from '../../../kubernetes/faults/table';

const result: Result = {
  fault: 'node-lost',
  environment: 'staging',
  platform: 'bitnami-cluster',
  date: '2026-01-02T03:04:05.000Z',
  versions: { redis: '8.0.2', kubernetes: '1.34.2' },
  verdict: 'passed',
  accepted: 1_234,
  unanswered: 0,
  lost: 0,
  twice: 0,
  lostSessions: 0,
  repeated: {},
  machineLoad: 1.5,
  pauseMilliseconds: 2_345,
  waitMilliseconds: 6_000,
  fulfilmentMilliseconds: 7_000,
  steadySeconds: 40,
  returnedSeconds: 70,
  restarts: { containers: 1, pods: 2 },
  findings: [],
};

/** The line of a fault in the table of the first environment. */
const lineOf = (results: readonly Result[]) =>
  faultTable(environments, faults, results)
    .split('\n')
    .find((line) => line.includes('(`node-lost`)'));

test('a row that passed', () =>
  expect(lineOf([result])).toBe(
    '| Node of a master lost and returned (`node-lost`) | 1234 | 0 | 0 | 2.3 s | 6.0 s | 40 s | 2 pods, 1 container | 70 s | 1.5 | passed |',
  ));

test('a row that failed says so, and why', () => {
  const failed: Result = { ...result, verdict: 'failed', findings: ['2 orders are lost'] };
  delete (failed as { steadySeconds?: number }).steadySeconds;
  expect(lineOf([failed])).toContain('| never |');
  expect(lineOf([failed])).toContain('**failed**');
  expect(faultTable(environments, faults, [failed])).toContain('- `node-lost`: 2 orders are lost');
});

test('a fault that was not run is shown as not run, where others were', () => {
  expect(lineOf([{ ...result, fault: 'master-hangs' }])).toMatch(/\|\s*not run \|$/);
  expect(lineOf([])).toBeUndefined();
});

test('names of faults are unique, and the short form has three', () => {
  expect(new Set(faults.map(({ name }) => name)).size).toBe(faults.length);
  expect(faults.filter(({ isShort }) => isShort).map(({ name }) => name)).toEqual([
    'master-pod-killed',
    'node-lost',
    'all-pods-killed',
  ]);
});

const promises = { promises: { text: '', pauseSeconds: 2, steadySeconds: 30 } };
const kept = { ...result, pauseMilliseconds: 1_000, steadySeconds: 10 };

test('promises that are kept', () => expect(brokenPromises(promises, kept)).toEqual([]));

test.each([
  [{ lost: 1 }, '1 orders are lost'],
  [{ twice: 2 }, '2 too many'],
  [{ accepted: 0 }, 'no order was accepted'],
  [{ pauseMilliseconds: 2_001 }, 'no order was accepted for 2001 ms; promised are 2 s at most'],
  [{ steadySeconds: 31 }, 'steady after 31 s; promised are 30 s at most'],
])('%o breaks a promise', (change, finding) =>
  expect(brokenPromises(promises, { ...kept, ...change })).toEqual([finding]),
);

test('where the pod of Postgres moves, a promise for that holds, and only there', () => {
  const withDatabase = { promises: { ...promises.promises, pauseSecondsWithDatabase: 9 } };
  const row = { ...kept, pauseMilliseconds: 8_000 };
  expect(brokenPromises(withDatabase, row)).toHaveLength(1);
  expect(brokenPromises(withDatabase, { ...row, databaseMoved: true })).toEqual([]);
  expect(brokenPromises(promises, { ...row, databaseMoved: true })).toHaveLength(1);
  expect(brokenPromises(withDatabase, { ...row, pauseMilliseconds: 9_001, databaseMoved: true })).toHaveLength(1);
});

/** Prettier pads cells; what they say is compared. */
const plain = (text: string) =>
  text
    .split('\n')
    .map((line) =>
      line
        .replaceAll(/ *\| */g, '|')
        .replaceAll(/-{3,}/g, '---')
        .trim(),
    )
    .filter((line) => line !== '');

test('docs/fault-table.md is what the results say', () => {
  const page = readFileSync(path.join(__dirname, '../../../docs/fault-table.md'), 'utf8');
  expect(plain(page)).toEqual(plain(faultTable(environments, faults, readResults(resultsFolder))));
});

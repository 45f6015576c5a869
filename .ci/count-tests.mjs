/**
 * `count-tests.mjs FOLDER STATUS`: adds up Jest's JSON results in FOLDER and prints `N passed, N failed[, N skipped]`.
 * STATUS is the exit code of the test command: a failure that no result tells of (types, lint, build, a crash) counts as
 * one failed, and so does a run without a test. Exits with 1 if anything failed.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const [folder, status] = process.argv.slice(2);
let totals = { passed: 0, failed: 0, skipped: 0 };

for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  try {
    const result = JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
    const passed = count(result, 'numPassedTests');
    const failed = count(result, 'numFailedTests') + count(result, 'numRuntimeErrorTestSuites');
    const skipped = count(result, 'numPendingTests') + count(result, 'numTodoTests');
    totals = { passed: totals.passed + passed, failed: totals.failed + failed, skipped: totals.skipped + skipped };
  } catch (error) {
    console.error(`${name} is no result of Jest: ${error.message}`);
    totals.failed += 1;
  }
}

function count(result, field) {
  if (!Number.isInteger(result[field])) throw new Error(`${field} is ${result[field]}`);
  return result[field];
}

const ran = totals.passed + totals.failed;
if (totals.failed === 0 && (status !== '0' || ran === 0)) totals.failed = 1;

const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
console.log(`${totals.passed} passed, ${totals.failed} failed${skipped}`);
process.exitCode = totals.failed > 0 ? 1 : 0;

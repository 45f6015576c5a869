/** Writes the tables of docs/guides/security.md again: `npm run render:security`. They are those of `production`. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readSurroundings } from '../stacks/surroundings';
import { cloudEnvironmentOf } from './environment-argument';
import { securityTables, withTables } from './security-guide';
import { planEnvironment } from './synthesis/environment-plan';

const root = path.resolve(__dirname, '..');
const guide = path.join(root, 'docs/guides/security.md');

function main(): void {
  const plan = planEnvironment(
    cloudEnvironmentOf({ command: 'render:security', options: ['production'] }),
    readSurroundings(root),
  );
  const text = withTables(readFileSync(guide, 'utf8'), securityTables(plan));
  writeFileSync(guide, text);
}

try {
  process.setSourceMapsEnabled(false);
  main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** Writes docs/dashboards.md. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { renderDashboards } from './rendering';

const file = path.resolve(__dirname, '../../docs/dashboards.md');

async function main(): Promise<void> {
  writeFileSync(file, await format(renderDashboards(), { ...(await resolveConfig(file)), parser: 'markdown' }));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

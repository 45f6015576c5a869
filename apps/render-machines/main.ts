/** `npm run render:machines -- <environment> <folder>`: the files of machines of one's own; see docs/guides/machines.md. */
import path from 'node:path';
import { bareMetalPlatform } from '../../constructs/machines/bare-metal-platform';
import { bareMetalNames, loadBareMetal } from '../../environments/bare-metal';
import { renderMachines } from './rendering';

const [environment, folder, ...others] = process.argv.slice(2);
try {
  if (environment === undefined || folder === undefined || others.length > 0) {
    throw new Error(
      `usage: npm run render:machines -- <environment> <folder>; environments: ${bareMetalNames.join(', ')}`,
    );
  }
  for (const name of renderMachines(bareMetalPlatform(loadBareMetal(environment)), folder)) {
    console.log(`${path.join(folder, name)}: copy it to ${name} and run ./install there`);
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

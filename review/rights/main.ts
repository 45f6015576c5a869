/**
 * Prints who may do what in an environment: `npm run rights -- production [--json]`.
 *
 * Exit code 1 if a need isn't granted, a grant isn't needed, or something is allowed that must not be; and, with what to do
 * about it, if there is no such environment, it is not valid, or not in AWS.
 */
import path from 'node:path';
import { readSurroundings } from '../../stacks/surroundings';
import { cloudEnvironmentOf } from '../environment-argument';
import { planEnvironment } from '../synthesis/environment-plan';
import { renderRightsReport, rightsReport } from './rights-report';

function main(options: readonly string[]): void {
  const environment = cloudEnvironmentOf({ command: 'rights', options });
  const report = rightsReport(planEnvironment(environment, readSurroundings(path.resolve(__dirname, '../..'))));
  console.log(options.includes('--json') ? JSON.stringify(report, undefined, 2) : renderRightsReport(report));
  if (report.problems.length > 0) process.exitCode = 1;
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

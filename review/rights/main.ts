/**
 * Prints who may do what in an environment: `npm run rights -- production [--json]`.
 *
 * Exit code 1 if a need isn't granted, a grant isn't needed, or something is allowed that must not be; and, with what to do
 * about it, if there is no such environment, it is not valid, or neither in AWS nor on Kubernetes.
 */
import path from 'node:path';
import { readSurroundings } from '../../stacks/surroundings';
import { isCloudEnvironment, isKubernetesEnvironment, type Environment } from '../../environments/environment';
import { environmentOf } from '../environment-argument';
import { planEnvironment } from '../synthesis/environment-plan';
import { clusterRightsReport, renderRightsReport, rightsReport, type RightsReport } from './rights-report';

function main(options: readonly string[]): void {
  const report = reportOf(environmentOf({ command: 'rights', options }));
  console.log(options.includes('--json') ? JSON.stringify(report, undefined, 2) : renderRightsReport(report));
  if (report.problems.length > 0) process.exitCode = 1;
}

/** @throws Error if the environment has no rights to report */
function reportOf(environment: Environment): RightsReport {
  const surroundings = readSurroundings(path.resolve(__dirname, '../..'));
  if (isCloudEnvironment(environment)) return rightsReport(planEnvironment(environment, surroundings));
  if (isKubernetesEnvironment(environment)) return clusterRightsReport(planEnvironment(environment, surroundings));
  throw new Error(`${environment.name} runs on one machine, where no process has rights in AWS or Kubernetes`);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

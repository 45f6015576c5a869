/**
 * Prints who connects to whom in an environment, and by which rules: `npm run reachability -- production [--picture]
 * [--mutate]`.
 *
 * Exit code 1 if there is no such environment, it is not valid, a needed connection is closed, one is open that nothing
 * needs, or (`--mutate`) a rule could be taken away and nothing would miss it.
 */
import path from 'node:path';
import { readSurroundings } from '../../stacks/surroundings';
import { cloudEnvironmentOf } from '../environment-argument';
import { planEnvironment } from '../synthesis/environment-plan';
import { mutateReachability } from './mutation';
import { checkReachability } from './reachability-check';
import { reachabilityPicture } from './reachability-picture';
import { rowsOf } from './reachability-table';
import { renderReachability } from './reachability-text';
import { reachabilitySubject } from './subject';

const known = ['--picture', '--mutate'];

function main(options: readonly string[]): void {
  const environment = cloudEnvironmentOf({ command: 'reachability', options, known });
  const surroundings = readSurroundings(path.resolve(__dirname, '..', '..'));
  const plan = planEnvironment(environment, surroundings);
  const subject = reachabilitySubject(plan);
  const reachability = checkReachability(subject);
  const { needed, closed, undeclared } = reachability;
  console.log(
    options.includes('--picture')
      ? reachabilityPicture(rowsOf(needed), subject.parties)
      : renderReachability(environment.name, reachability),
  );
  if (closed.length > 0 || undeclared.length > 0) process.exitCode = 1;
  if (!options.includes('--mutate')) return;
  const { taken, excused, unnoticed } = mutateReachability(plan);
  console.log(`\nTaken away: ${taken}; not missed, with a reason: ${excused.length}; not missed: ${unnoticed.length}`);
  for (const rule of unnoticed) console.log(`${rule}: remove it, or declare the flow that needs it`);
  if (unnoticed.length > 0) process.exitCode = 1;
}

try {
  process.setSourceMapsEnabled(false);
  main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

/** The environment that is deployed, resolved without Terraform. */
import path from 'node:path';
import type { Environment } from '../../environments/environment';
import { loadEnvironment } from '../../environments/index';
import { planEnvironment, type EnvironmentPlan } from '../../review/synthesis/environment-plan';
import { readSurroundings } from '../../stacks/surroundings';

export type Plan = EnvironmentPlan<Environment>;

/** @throws Error if there is no such environment, it isn't valid, or `dist` isn't built */
export function planOf(name: string): Plan {
  const surroundings = readSurroundings(path.resolve(__dirname, '../..'));
  // CDKTF notes where each token was made. To find these places in TypeScript would take a fifth of the time.
  process.setSourceMapsEnabled(false);
  return planEnvironment(loadEnvironment(name, process.env, surroundings.today), surroundings);
}

/** The environment that is deployed, resolved without Terraform. */
import path from 'node:path';
import { parseEnvironment, type Environment } from '../../environments/environment';
import { loadEnvironment } from '../../environments/index';
import { planEnvironment, type EnvironmentPlan } from '../../review/synthesis/environment-plan';
import { readSurroundings } from '../../stacks/surroundings';

export type Plan = EnvironmentPlan<Environment>;

/**
 * @param changes of the environment's settings: `platform.memoryMebibytes=2048`
 * @throws Error if there is no such environment, it isn't valid, or `dist` isn't built
 */
export function planOf(name: string, changes: readonly string[] = []): Plan {
  const surroundings = readSurroundings(path.resolve(__dirname, '../..'));
  // CDKTF notes where each token was made. To find these places in TypeScript would take a fifth of the time.
  process.setSourceMapsEnabled(false);
  return planEnvironment(changedEnvironment(name, changes, surroundings.today), surroundings);
}

/** An environment with other settings than its file has, validated as a whole. @throws Error as `planOf` */
export function changedEnvironment(name: string, changes: readonly string[], today?: Date): Environment {
  const environment = loadEnvironment(name, process.env, today);
  if (changes.length === 0) return environment;
  const copy = structuredClone(environment);
  for (const change of changes) setNumber(copy, change);
  return parseEnvironment(copy, today);
}

/** @throws Error unless it is a number that the environment has already, by its path */
function setNumber(environment: object, change: string): void {
  const [setting = '', text = ''] = change.split('=');
  const keys = setting.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<unknown>((value, key) => membersOf(value)[key], environment);
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || typeof membersOf(parent)[last] !== 'number') {
    throw new Error(
      `--set ${change}: a number that the environment has is allowed, such as platform.memoryMebibytes=2048`,
    );
  }
  membersOf(parent)[last] = value;
}

const membersOf = (value: unknown) =>
  (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;

/** The environment that a command of the review is called with. */
import type { CloudEnvironment } from '../environments/cloud-environment';
import { isCloudEnvironment } from '../environments/environment';
import { environmentNames, loadEnvironment } from '../environments/index';

/**
 * The environment in AWS that the arguments name, beside which there may be `--json`.
 *
 * @param command name of the npm script
 * @throws Error that says how the command is used, if they name none, several, an unknown one or one that isn't in AWS
 */
export function cloudEnvironmentOf(command: string, options: readonly string[]): CloudEnvironment {
  const usage = `npm run ${command} -- <environment> [--json]; environments: ${environmentNames.join(', ')}`;
  const unknown = options.find((option) => option.startsWith('-') && option !== '--json');
  if (unknown !== undefined) throw new Error(`There is no option ${unknown}: ${usage}`);
  const [name, ...others] = options.filter((option) => option !== '--json');
  if (name === undefined || others.length > 0) throw new Error(`Name one environment: ${usage}`);
  const environment = loadEnvironment(name, process.env);
  if (!isCloudEnvironment(environment)) throw new Error(`${name} runs on one machine, without AWS: ${usage}`);
  return environment;
}

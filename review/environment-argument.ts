/** The environment that a command of the review is called with. */
import type { CloudEnvironment } from '../environments/cloud-environment';
import { isCloudEnvironment, type Environment } from '../environments/environment';
import { environmentNames, loadEnvironment } from '../environments/index';

export interface CommandProps {
  /** Name of the npm script. */
  readonly command: string;
  /** What the command was called with. */
  readonly options: readonly string[];
  /** Options that it knows. @default - `--json` */
  readonly known?: readonly string[];
}

/**
 * The one environment that the arguments name.
 *
 * @throws Error that says how the command is used, if they name none, several or an unknown one, or an unknown option
 */
export function environmentOf({ command, options, known = ['--json'] }: CommandProps): Environment {
  const usage = usageOf({ command, options, known });
  const unknown = options.find((option) => option.startsWith('-') && !known.includes(option));
  if (unknown !== undefined) throw new Error(`There is no option ${unknown}: ${usage}`);
  const [name, ...others] = options.filter((option) => !known.includes(option));
  if (name === undefined || others.length > 0) throw new Error(`Name one environment: ${usage}`);
  return loadEnvironment(name, process.env);
}

/** The same, for commands that are about AWS. @throws Error also if the environment isn't in AWS */
export function cloudEnvironmentOf(props: CommandProps): CloudEnvironment {
  const environment = environmentOf(props);
  if (isCloudEnvironment(environment)) return environment;
  throw new Error(`${environment.name} is not in AWS: ${usageOf(props)}`);
}

const usageOf = ({ command, known = ['--json'] }: CommandProps) =>
  `npm run ${command} -- <environment> ${known.map((option) => `[${option}]`).join(' ')}; ` +
  `environments: ${environmentNames.join(', ')}`;

/** The environments there are, by name. */
import { didYouMean } from '../constructs/validation/did-you-mean';
import { developmentEnvironment } from './development';
import { parseEnvironment, type Environment, type EnvironmentInput } from './environment';
import { kubernetesEnvironment } from './kubernetes';
import { localEnvironment } from './local';
import { productionEnvironment } from './production';
import { stagingEnvironment } from './staging';

/** Process environment variables, as far as environments read them. */
export type Variables = Readonly<Record<string, string | undefined>>;

const sources: Readonly<Record<string, (variables: Variables) => EnvironmentInput>> = {
  local: localEnvironment,
  kubernetes: () => kubernetesEnvironment,
  development: () => developmentEnvironment,
  staging: () => stagingEnvironment,
  production: () => productionEnvironment,
};

/** Names of all environments. */
export const environmentNames: readonly string[] = Object.keys(sources);

/**
 * One environment, validated.
 *
 * @param today the day on which versions must be supported. @default - the day of the call
 * @throws Error listing the known names if there is none of that name; ViolationsError if it is not valid
 */
export function loadEnvironment(name: string, variables: Variables, today = new Date()): Environment {
  const source = Object.hasOwn(sources, name) ? sources[name] : undefined;
  if (!source) {
    throw new Error(`ENVIRONMENT: there is no environment '${name}'. ${didYouMean(name, environmentNames)}.`);
  }
  return parseEnvironment(source(variables), today);
}

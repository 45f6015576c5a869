/** Plans of the environments in AWS and of their variants, each made once a test file. */
import { developmentEnvironment } from '../../environments/development';
import type { EnvironmentInput } from '../../environments/environment';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import type { EnvironmentPlan } from '../../review/synthesis/environment-plan';
import { planOf } from './environment-plan';
import { environmentVariants } from './environment-variants';

/** The shipped environments, and every member of unions that they don't have. */
export const plannedEnvironments: Readonly<Record<string, EnvironmentInput>> = {
  production: productionEnvironment,
  staging: stagingEnvironment,
  development: developmentEnvironment,
  ...environmentVariants,
};

const plans = new Map<string, EnvironmentPlan>();

/** @param name one of `plannedEnvironments` */
export function planNamed(name: string): EnvironmentPlan {
  const input = plannedEnvironments[name];
  if (!input) throw new Error(`there is no environment '${name}' among those planned`);
  const plan = plans.get(name) ?? planOf(input);
  plans.set(name, plan);
  return plan;
}

/** Plans of the environments in AWS and of their variants, each made once a test file. */
import type { CloudEnvironment } from '../../environments/cloud-environment';
import { developmentEnvironment } from '../../environments/development';
import { isCloudEnvironment, parseEnvironment, type EnvironmentInput } from '../../environments/environment';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { planEnvironment, type EnvironmentPlan } from '../../review/synthesis/environment-plan';
import { environmentVariants } from './environment-variants';
import { testDay } from './kubernetes';
import { testSurroundings } from './surroundings';
import { withoutTokenTraces } from './token-traces';

/** The shipped environments, and every member of unions that they don't have. */
export const plannedEnvironments: Readonly<Record<string, EnvironmentInput>> = {
  production: productionEnvironment,
  staging: stagingEnvironment,
  development: developmentEnvironment,
  ...environmentVariants,
};

const plans = new Map<string, EnvironmentPlan>();

/** @param name one of `plannedEnvironments` */
export function planOf(name: string): EnvironmentPlan {
  const plan = plans.get(name) ?? withoutTokenTraces(() => planEnvironment(cloudEnvironment(name), testSurroundings()));
  plans.set(name, plan);
  return plan;
}

function cloudEnvironment(name: string): CloudEnvironment {
  const input = plannedEnvironments[name];
  if (!input) throw new Error(`there is no environment '${name}' among those planned`);
  const environment = parseEnvironment(input, testDay);
  if (!isCloudEnvironment(environment)) throw new Error(`${name} is not in AWS`);
  return environment;
}

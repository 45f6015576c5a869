/** Rights within the clusters of the environments, synthesized and collected once. */
import { developmentEnvironment } from '../../environments/development';
import { kubernetesEnvironment } from '../../environments/kubernetes';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { chartRightsByFacts } from '../../review/rights/kubernetes/chart-facts';
import { environmentRights, type EnvironmentRights } from '../../review/rights/kubernetes/environment-rights';
import { synthesize } from './synthesized';

const environments = {
  production: productionEnvironment,
  staging: stagingEnvironment,
  development: developmentEnvironment,
  kubernetes: kubernetesEnvironment,
};

export type ReviewedEnvironment = keyof typeof environments;

export const reviewedEnvironments = Object.keys(environments) as ReviewedEnvironment[];

const known = new Map<ReviewedEnvironment, EnvironmentRights>();

export function rightsOf(name: ReviewedEnvironment): EnvironmentRights {
  const rights = known.get(name) ?? environmentRights(synthesize(environments[name]).stacks, chartRightsByFacts);
  known.set(name, rights);
  return rights;
}

/** Environments that together have every platform of Redis in AWS and every engine of the database. */
import { developmentEnvironment } from '../../environments/development';
import type { EnvironmentInput } from '../../environments/environment';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { environmentVariants } from './environment-variants';

function variant(name: string): EnvironmentInput {
  const found = environmentVariants[name];
  if (!found) throw new Error(`there is no variant '${name}'`);
  return found;
}

/** By platform and engine. */
export const cloudVariants: Readonly<Record<string, EnvironmentInput>> = {
  'elasticache, rds': productionEnvironment,
  'elasticache, aurora': variant('Aurora, provisioned'),
  'elasticache-serverless, rds': variant('ElastiCache Serverless'),
  'machines, rds': variant('machines'),
  'bitnami-cluster, rds': stagingEnvironment,
  'bitnami-sentinel, rds': developmentEnvironment,
};

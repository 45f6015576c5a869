/** Stacks of all environments in the cloud, synthesized once for a file of tests. */
import { developmentEnvironment } from '../../environments/development';
import { productionEnvironment } from '../../environments/production';
import { stagingEnvironment } from '../../environments/staging';
import { synthesize, type SynthesizedStack } from './synthesized';

/** By name of the stack, which starts with that of its environment. */
export const cloudStacks = (): Readonly<Record<string, SynthesizedStack>> =>
  Object.assign(
    {},
    ...[developmentEnvironment, stagingEnvironment, productionEnvironment].map(
      (environment) => synthesize(environment).stacks,
    ),
  ) as Readonly<Record<string, SynthesizedStack>>;

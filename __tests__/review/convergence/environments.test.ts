import { kubernetesEnvironment } from '../../../environments/kubernetes';
import { localEnvironment } from '../../../environments/local';
import { convergenceViolations } from '../../../review/convergence/convergence-violations';
import type { StackJson } from '../../../review/convergence/reshape';
import { cloudVariants } from '../../support/cloud-variants';
import { synthesize } from '../../support/synthesized';

test.each(Object.entries({ ...cloudVariants, kubernetes: kubernetesEnvironment, local: localEnvironment({}) }))(
  'what the providers read is what was written: %s',
  (_, input) => {
    const found = Object.entries(synthesize(input).stacks).flatMap(([stack, json]) =>
      convergenceViolations(json as unknown as StackJson).map((violation) => ({ stack, ...violation })),
    );
    expect(found).toEqual([]);
  },
);

/** Arguments of a synthesized stack that no apply makes so that the next plan is empty. */
import { knownReshapes } from './known-reshapes';
import type { Reshape, StackJson } from './reshape';

export interface ConvergenceViolation {
  /** Name of the reshape. */
  readonly reshape: string;
  /** `kubernetes_deployment_v1.programs_api_deployment_0A1B2C3D`. */
  readonly resource: string;
  /** Place of the argument, and its value. */
  readonly argument: string;
  readonly remedy: string;
}

/** @param reshapes what is looked for. @default - all that are known */
export function convergenceViolations(
  stack: StackJson,
  reshapes: readonly Reshape[] = knownReshapes,
): readonly ConvergenceViolation[] {
  return reshapes.flatMap(({ name, types, remedy, violations }) =>
    types.flatMap((type) =>
      Object.entries(stack.resource?.[type] ?? {}).flatMap(([id, resource]) =>
        violations(resource, stack).map((argument) => ({ reshape: name, resource: `${type}.${id}`, argument, remedy })),
      ),
    ),
  );
}

/** Values of planned or synthesized AWS resources, checked against AWS' own service models by the rehearsal. */
import { rehearse } from './rehearsal';

export interface CheckedValues {
  /** Resources whose type has a service model. */
  readonly resources: number;
  /** Values that the model of the API call refuses, each with its resource. */
  readonly refused: readonly string[];
}

/**
 * Checks a folder of plans (`rehearse-stacks --plans`) or a synthesis.
 *
 * @throws Error with what the program printed if it ended without a summary
 */
export function checkValues(folder: string): CheckedValues {
  const { output } = rehearse('check-values', folder);
  const [summary = '', ...refused] = output.trimEnd().split('\n');
  const [, resources] = /^(\d+) resources checked, \d+ values refused;/.exec(summary) ?? [];
  if (resources === undefined) throw new Error(`check-values ${folder}: ${output}`);
  return { resources: Number(resources), refused: refused.map((line) => line.trim()) };
}

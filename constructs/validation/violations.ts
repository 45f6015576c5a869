/** Collects everything that is wrong with an input and reports it at once. */

/** One broken rule. */
export interface Violation {
  /** Path of the setting, as the reader finds it: `capacity.shards`. */
  readonly setting: string;
  /** The value found, as it is; `undefined` for a missing one. Never a secret's. */
  readonly value: unknown;
  /** What would be allowed, as the end of "expected …". */
  readonly expected: string;
  /** What to do about it: a sentence in the imperative, without a full stop. */
  readonly remedy: string;
}

/** The input breaks one or more rules; the message lists all of them. */
export class ViolationsError extends Error {
  override readonly name = 'ViolationsError';
  readonly violations: readonly Violation[];

  /** @param subject what was checked: `environment 'local'`, or the path of a construct */
  constructor(subject: string, violations: readonly Violation[]) {
    const count = violations.length === 1 ? '1 problem' : `${violations.length} problems`;
    super([`${subject} has ${count}:`, ...violations.map(describe)].join('\n'));
    this.violations = violations;
  }
}

/** Does nothing if there are none. @throws ViolationsError with all of them */
export function throwViolations(subject: string, violations: readonly Violation[]): void {
  if (violations.length > 0) throw new ViolationsError(subject, violations);
}

function describe({ setting, value, expected, remedy }: Violation): string {
  return `  - ${setting}: ${value === undefined ? 'missing' : JSON.stringify(value)}; expected ${expected}. ${remedy}.`;
}

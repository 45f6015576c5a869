/** Rules and endpoints that no needed connection misses, and that stay: each with its reason and the day of the decision. */

interface Excuse {
  /** What the rule's name is, as a whole. */
  readonly rule: RegExp;
  readonly reason: string;
  /** `2026-11-30` */
  readonly since: string;
}

const excuses: readonly Excuse[] = [];

export const excusedRule = (name: string) => excuses.find(({ rule }) => rule.test(name));

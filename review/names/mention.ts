/** Where a synthesized environment mentions a name that another stack may mention as well. */
import { unmarked } from './marks';

export interface Mention {
  /** What the name is of, such as `namespace` or `label app of pods in keda`: equal names of two kinds are no pair. */
  readonly kind: string;
  readonly value: string;
  /** Whether the resource gets its name here, or looks for the name of another. */
  readonly role: 'defines' | 'reads';
  /** Name of the stack. */
  readonly stack: string;
  /** Path of the construct, and of the attribute in it. */
  readonly path: string;
}

/** A mention without its place. */
export type Named = Omit<Mention, 'stack' | 'path'>;

export const defines = (kind: string, value: unknown): Named[] => named(kind, value, 'defines');

export const reads = (kind: string, value: unknown): Named[] => named(kind, value, 'reads');

/** Kinds have no marks, even if a name of another kind is in them. None if the value is of Terraform, which resolves it when it is applied, or no text or number. */
function named(kind: string, value: unknown, role: Mention['role']): Named[] {
  if (typeof value === 'number') return [{ kind: unmarked(kind), value: String(value), role }];
  if (typeof value !== 'string' || value === '' || value.includes('${')) return [];
  return [{ kind: unmarked(kind), value, role }];
}

/** Arguments of a block. */
export type Block = Readonly<Record<string, unknown>>;

/** Blocks of a resource as a list: CDKTF writes one block as an object and several as a list. */
export function blocksOf(value: unknown): readonly Block[] {
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]) as readonly Block[];
}

/** An argument that is a text. @throws Error if it is none */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`expected a text, and found ${JSON.stringify(value)}`);
  return value;
}

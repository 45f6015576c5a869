/** What is somewhere in a chart's values. */

/** All objects in values, at any depth. */
export function objectsIn(values: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof values !== 'object' || values === null) return [];
  const nested = Object.values(values).flatMap(objectsIn);
  return Array.isArray(values) ? nested : [{ ...values }, ...nested];
}

/** Every value of a key, at any depth. */
export const valuesNamed = (values: unknown, name: string) =>
  objectsIn(values)
    .filter((object) => name in object)
    .map((object) => object[name]);

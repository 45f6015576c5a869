/** Keys of charts, by the lists in the folder of the same name: every leaf of a chart's values, made of the chart itself. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Every key of a chart. @param chart name and version, with a dash between */
export function chartKeys(chart: string): readonly string[] {
  const file = path.resolve(__dirname, 'chart-keys', `${chart}.json`);
  return Object.keys(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
}

/** Keys that values set, as the chart's list has them: what the chart has an object or a list for is a value itself. */
export function keysThatAreSet(values: unknown, known: readonly string[], prefix = ''): string[] {
  if (known.includes(prefix)) return [prefix];
  if (typeof values !== 'object' || values === null || Array.isArray(values)) return [prefix];
  return Object.entries(values).flatMap(([key, inner]) =>
    keysThatAreSet(inner, known, prefix === '' ? key : `${prefix}.${key}`),
  );
}

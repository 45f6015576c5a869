/**
 * Charts of other makers, where the folder that `CHARTS` names has them, as `helm pull --untar` writes them. Tests that
 * need them are skipped elsewhere, and say so: charts are not copied into this repository.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const { CHARTS: folder = '' } = process.env;

/** `test`, or what skips it with a warning where there are no charts. */
export const chartTest: jest.It = folder === '' ? skipLoudly() : test;

function skipLoudly(): jest.It {
  console.warn('CHARTS is not set: the tests of values against charts are SKIPPED.');
  return test.skip;
}

/** Version of a chart there. */
export function chartVersion(chart: string): string | undefined {
  return /^version: *["']?([^"'\s]+)/m.exec(read(chart, 'Chart.yaml'))?.[1];
}

/** What a chart knows: paths of keys, each with a dot after it. */
type KnownKeys = ReadonlySet<string>;

/** What charts pass on to Kubernetes, or to the program, as it is; their values hold some of its keys only. */
const passedOn = [
  'containerSecurityContext',
  'grafana.ini',
  'limits_config',
  'podSecurityContext',
  'resources',
  'securityContext',
  'spec',
];

/** Paths in values that a chart doesn't know. What it has no keys below, it takes as it is. */
export function unknownKeys(chart: string, values: object): string[] {
  return unknownBelow(values, '', keysOf(read(chart, 'values.yaml')));
}

function read(chart: string, file: string): string {
  return readFileSync(path.join(folder, chart, file), 'utf8');
}

function unknownBelow(values: object, parent: string, known: KnownKeys): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const here = `${parent}${key}.`;
    if (!known.has(here)) return [here.slice(0, -1)];
    // Some charts have one for each of their parts.
    const isPassedOn = passedOn.includes(key) && !known.has(`${here}operator.`);
    const hasKeys = [...known].some((other) => other.startsWith(here) && other !== here);
    const goesOn = typeof value === 'object' && value !== null && !Array.isArray(value) && hasKeys && !isPassedOn;
    return goesOn ? unknownBelow(value, here, known) : [];
  });
}

/** A key, as a line of a file of values has it. */
interface KeyLine {
  readonly indent: number;
  readonly key: string;
  /** Whether keys may be below it. */
  readonly isOpen: boolean;
}

function keyLine(line: string): KeyLine | undefined {
  const match = /^( *)(# ?)?["']?([A-Za-z][\w.-]*)["']?:(?: +(.*))?$/.exec(line);
  if (!match) return undefined;
  const [, indent = '', comment = '', key = '', value = ''] = match;
  return { indent: indent.length, key, isOpen: comment === '' && /^(?:#.*)?$/.test(value) };
}

/**
 * Paths of the keys in a file of values, by their indentation. A key in a comment is one, too: that is how charts tell
 * of keys without a default; below `{}` it is an example.
 */
export function keysOf(yaml: string): KnownKeys {
  const found = new Set<string>();
  let parents: readonly { readonly indent: number; readonly path: string }[] = [];
  for (const line of yaml.split('\n')) {
    if (/^ *\{\}$/.test(line)) parents = parents.slice(0, -1);
    const parsed = keyLine(line);
    if (!parsed) continue;
    const { indent, key, isOpen } = parsed;
    parents = parents.filter((parent) => parent.indent < indent);
    const here = `${parents.at(-1)?.path ?? ''}${key}.`;
    if (indent === 0 || parents.length > 0) found.add(here);
    if (isOpen) parents = [...parents, { indent, path: here }];
  }
  return found;
}

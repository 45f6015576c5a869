/** Keys that charts know in their values: a value with another key has no effect, and Helm says nothing. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Keys, and what is below them; nothing below what a chart takes as it is. */
export interface KeyTree {
  readonly [key: string]: KeyTree;
}

/** A file of keys. */
export interface KeyFile {
  readonly version: string;
  readonly keys: KeyTree;
  /** Of charts within the chart that get values here, by name. */
  readonly charts: Readonly<Record<string, KeyTree>>;
}

const dataFolder = path.join(__dirname, 'keys');

/** Keys of a chart, from the files beside this one. @throws Error if there is no such file */
export const chartKeys = (chart: string): KeyFile =>
  JSON.parse(readFileSync(path.join(dataFolder, `${chart}.json`), 'utf8')) as KeyFile;

/** Keys of charts, from a folder of them. */
export function keyFiles(
  charts: readonly { readonly chart: string; readonly version: string }[],
  folder: string,
): Readonly<Record<string, KeyFile>> {
  return Object.fromEntries(
    charts.map(({ chart, version }) => [
      chart,
      {
        version,
        keys: keysInFolder(path.join(folder, chart)) ?? {},
        charts: keysWithin(path.join(folder, chart), chart),
      },
    ]),
  );
}

/** Charts within others that get values here. */
const usedWithin: Readonly<Record<string, readonly string[]>> = { 'kube-prometheus-stack': ['kube-state-metrics'] };

const keysWithin = (folder: string, chart: string): Record<string, KeyTree> =>
  Object.fromEntries(
    (usedWithin[chart] ?? []).map((name) => [name, keysInFolder(path.join(folder, 'charts', name)) ?? {}]),
  );

function keysInFolder(folder: string): KeyTree | undefined {
  const file = path.join(folder, 'values.yaml');
  return existsSync(file) ? keysOf(readFileSync(file, 'utf8')) : undefined;
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

type Tree = Map<string, Tree>;

/**
 * The keys in a file of values, by their indentation. A key in a comment is one, too: that is how charts document keys
 * without a default; below `{}` it is an example.
 */
export function keysOf(yaml: string): KeyTree {
  const root: Tree = new Map();
  let parents: readonly { readonly indent: number; readonly tree: Tree }[] = [];
  for (const line of yaml.split('\n')) {
    if (/^ *\{\}$/.test(line)) parents = parents.slice(0, -1);
    const parsed = keyLine(line);
    if (!parsed) continue;
    const { indent, key, isOpen } = parsed;
    parents = parents.filter((parent) => parent.indent < indent);
    if (indent > 0 && parents.length === 0) continue;
    const above = parents.at(-1)?.tree ?? root;
    const tree: Tree = above.get(key) ?? new Map<string, Tree>();
    above.set(key, tree);
    if (isOpen) parents = [...parents, { indent, tree }];
  }
  return plain(root);
}

const plain = (tree: Tree): KeyTree => Object.fromEntries([...tree].map(([key, below]) => [key, plain(below)]));

/** What charts pass on to Kubernetes, or to the program, as it is; their values hold some of its keys only. */
const passedOn = [
  'containerSecurityContext',
  'grafana.ini',
  'limits',
  'limits_config',
  'podSecurityContext',
  'requests',
  'resources',
  'securityContext',
  'spec',
];

/** Paths in values that a chart doesn't know. What it has no keys below, it takes as it is. */
export function unknownKeys(known: KeyTree, values: object, parent = ''): string[] {
  return Object.entries(values).flatMap(([key, value]: [string, unknown]) => {
    const here = `${parent}${key}`;
    const below = Object.hasOwn(known, key) ? known[key] : undefined;
    if (below === undefined) return [here];
    // Some charts have one for each of their parts.
    const isPassedOn = passedOn.includes(key) && !('operator' in below);
    const goesOn = typeof value === 'object' && value !== null && !Array.isArray(value);
    return goesOn && Object.keys(below).length > 0 && !isPassedOn ? unknownKeys(below, value, `${here}.`) : [];
  });
}

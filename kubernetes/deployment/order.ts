/** The order in which Terraform would deploy resources: stacks by their dependencies, resources by theirs. */
import { parseTemplate, type Expression } from '../../review/synthesis/expression';
import type { ResolvedResource } from '../../review/synthesis/resources';
import type { StackFile } from '../../review/synthesis/stack-files';

/** Resources that depend on none of each other; those that they need are in steps before. */
export type Step = readonly ResolvedResource[];

/** Stacks in the order of their dependencies, otherwise as they are. @throws Error if they depend on each other in a circle */
export function stacksInOrder(stacks: readonly StackFile[]): readonly StackFile[] {
  const byName = new Map(stacks.map((stack) => [stack.name, stack]));
  const names = inOrder(
    stacks.map(({ name }) => name),
    (name) => (byName.get(name)?.dependencies ?? []).filter((needed) => byName.has(needed)),
  );
  return names.flatMap((name) => byName.get(name) ?? []);
}

/**
 * The managed resources of a stack in steps. What a resource depends on by way of resources that aren't among those given
 * counts as well: an ExternalSecret waits for its namespace, even if a policy of AWS is between them.
 *
 * @throws Error if resources depend on each other in a circle
 */
export function stepsOf(stack: StackFile, resources: readonly ResolvedResource[]): readonly Step[] {
  const needs = dependenciesOf(stack);
  const own = new Map(resources.filter(({ mode }) => mode === 'managed').map((one) => [`${one.type}.${one.id}`, one]));
  const depths = new Map<string, number>();
  for (const id of inOrder([...needs.keys()], (name) => needs.get(name) ?? [])) {
    const before = Math.max(-1, ...(needs.get(id) ?? []).map((needed) => depths.get(needed) ?? -1));
    depths.set(id, own.has(id) ? before + 1 : before);
  }
  const steps: ResolvedResource[][] = [];
  for (const [id, resource] of own) (steps[depths.get(id) ?? 0] ??= []).push(resource);
  return steps;
}

/** By `<type>.<id>` of each resource: those of the same stack that it names in `depends_on`, or refers to. */
function dependenciesOf({ configuration }: StackFile): ReadonlyMap<string, readonly string[]> {
  const { resource = {}, data = {}, locals = {} } = configuration;
  const blocks = new Map<string, unknown>();
  for (const [prefix, byType] of [['', resource] as const, ['data.', data] as const]) {
    for (const [type, byId] of Object.entries(byType)) {
      for (const [id, value] of Object.entries(byId)) blocks.set(`${prefix}${type}.${id}`, value);
    }
  }
  for (const [name, value] of Object.entries(locals)) blocks.set(`local.${name}`, value);
  return new Map(
    [...blocks].map(([id, value]) => {
      const { depends_on: named = [] } = value as { readonly depends_on?: readonly string[] };
      const found = [...named, ...textsIn(value).flatMap(referencesIn)];
      return [id, [...new Set(found)].filter((needed) => needed !== id && blocks.has(needed))];
    }),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.includes('${') ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a text refers to: `<type>.<id>`, `data.<type>.<id>`, `local.<name>`. */
function referencesIn(text: string): readonly string[] {
  return parseTemplate(text).flatMap((part) => (typeof part === 'string' ? [] : referencesOf(part)));
}

function referencesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'literal':
      return [];
    case 'list':
      return expression.items.flatMap(referencesOf);
    case 'call':
      return expression.arguments.flatMap(referencesOf);
    case 'reference': {
      const length = expression.steps[0] === 'data' ? 3 : 2;
      return [expression.steps.slice(0, length).join('.')];
    }
  }
}

/** Names so that what each needs comes before it; otherwise in the order given. */
function inOrder(names: readonly string[], needsOf: (name: string) => readonly string[]): readonly string[] {
  const done = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (done.has(name)) return;
    if (path.includes(name)) throw new Error(`These depend on each other: ${[...path, name].join(' → ')}`);
    for (const needed of needsOf(name)) visit(needed, [...path, name]);
    done.add(name);
  };
  for (const name of names) visit(name, []);
  return [...done];
}

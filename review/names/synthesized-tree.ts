/** A synthesized stack as one tree: JSON that stands in texts is opened, and keys are in one spelling. */
import { unmarked } from './marks';

/** An object of the tree. */
export type Branch = Readonly<Record<string, unknown>>;

/** A place in the tree. */
export interface Node {
  /** Key in the object it is in; of a part of a list, the list's. */
  readonly key: string;
  /** Attributes from the resource down, such as `spec.podSelector`. */
  readonly path: string;
  readonly value: unknown;
  /** Namespace of Kubernetes that the nearest object around it is in, or ''. */
  readonly namespace: string;
}

export interface Resource {
  /** Terraform's type, `data.` first for a data source. */
  readonly type: string;
  /** Path of the construct. */
  readonly construct: string;
  readonly arguments: Branch;
}

export const branch = (value: unknown): Branch =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Branch) : {};

export const text = (value: unknown) => (typeof value === 'string' ? value : '');

export const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** Resources and data sources of a stack, but for states of other stacks: these are references that Terraform follows. */
export function resourcesOf(stack: unknown): readonly Resource[] {
  const { resource, data } = branch(stack);
  return [
    ...ofTypes(resource, ''),
    ...ofTypes(data, 'data.').filter(({ type }) => type !== 'data.terraform_remote_state'),
  ];
}

const ofTypes = (types: unknown, prefix: string): Resource[] =>
  Object.entries(branch(types)).flatMap(([type, resources]) =>
    Object.entries(branch(resources)).map(([id, resource]) => {
      const { '//': notes, ...others } = branch(resource);
      const path = branch(branch(notes).metadata).path;
      return {
        type: prefix + type,
        construct: unmarked(typeof path === 'string' ? path : id),
        arguments: branch(opened(others)),
      };
    }),
  );

/** Terraform's `pod_selector` and Kubernetes' `podSelector` are one key. */
const oneSpelling = (key: string) =>
  /^[a-z]+(?:_[a-z\d]+)+$/.test(key) ? key.replaceAll(/_([a-z\d])/g, (_, letter: string) => letter.toUpperCase()) : key;

function opened(value: unknown): unknown {
  if (typeof value === 'string') return parsed(value);
  if (Array.isArray(value)) return value.map(opened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [oneSpelling(key), opened(inner)]));
}

/** The text itself unless it is an object or a list in JSON. */
function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return opened(JSON.parse(withoutExpressions(text)));
  } catch {
    return text;
  }
}

/** Expressions of Terraform have quotation marks of their own, which JSON wouldn't understand: `${}` stands for each. */
export function withoutExpressions(text: string): string {
  let rest = text;
  let result = '';
  for (let start = rest.indexOf('${'); start >= 0; start = rest.indexOf('${')) {
    result += `${rest.slice(0, start)}\${}`;
    rest = rest.slice(start + expressionLength(rest.slice(start)));
  }
  return result + rest;
}

/** Characters from `${` to the brace that closes it. Braces in texts within come in pairs, too: they are expressions again. */
function expressionLength(text: string): number {
  let depth = 0;
  for (const { 0: brace, index } of text.matchAll(/[{}]/g)) {
    depth += brace === '{' ? 1 : -1;
    if (depth === 0) return index + 1;
  }
  return text.length;
}

/** All nodes of a resource, itself first. */
export function nodesOf({ type, arguments: root }: Resource): readonly Node[] {
  const own = type === 'helm_release' ? text(root.namespace) : '';
  return nodes({ key: '', path: '', value: root, namespace: own });
}

function nodes(node: Node): Node[] {
  const { key, path, value } = node;
  if (Array.isArray(value)) {
    const parts = value.flatMap((part, index) => nodes({ ...node, path: `${path}[${index}]`, value: part }));
    return [node, ...parts];
  }
  const namespace = text(branch(branch(value).metadata).namespace) || node.namespace;
  const inner = Object.entries(branch(value)).flatMap(([name, part]) =>
    nodes({ key: name, path: path === '' ? name : `${path}.${name}`, value: part, namespace }),
  );
  return [{ key, path, value, namespace }, ...inner];
}

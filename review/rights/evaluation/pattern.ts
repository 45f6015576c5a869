/**
 * Patterns of policies: literal text, wildcards and policy variables.
 *
 * Source: "IAM policy elements: Variables and tags" and "IAM JSON policy elements: Resource".
 */
import { RequestError } from './policy-error';
import type { RequestContext } from './request-context';

/** What a pattern consists of once its variables have values. */
export type Piece =
  | { readonly kind: 'text'; readonly text: string }
  /** `*` */
  | { readonly kind: 'any' }
  /** `?` */
  | { readonly kind: 'one' };

export interface Variable {
  readonly kind: 'variable';
  readonly key: string;
  /** From `${key, 'fallback'}`. @default - none: without a value, the pattern matches nothing */
  readonly fallback?: string;
}

export type Pattern = readonly (Piece | Variable)[];

/** Whether a policy's version has variables: in 2008-10-17 `${aws:username}` is literal text. */
export type PolicyVersion = '2008-10-17' | '2012-10-17';

/**
 * Reads a pattern.
 *
 * @param wildcards whether `*` and `?` are wildcards; false for operators such as StringEquals
 * @throws Error, with the problem alone, if a variable is malformed
 */
export function parsePattern(text: string, version: PolicyVersion, wildcards = true): Pattern {
  const variables = version === '2012-10-17';
  if (variables && /\$\{[^}]*$/.test(text)) throw new Error(`'${text}' has a variable without its closing brace`);
  const pieces = text.match(variables ? /\$\{[^}]*\}|[*?]|\$|[^*?$]+/g : /[*?]|[^*?]+/g) ?? [];
  return pieces.map((piece) => {
    if (variables && piece.startsWith('${')) return parseVariable(piece);
    if (wildcards && piece === '*') return { kind: 'any' };
    if (wildcards && piece === '?') return { kind: 'one' };
    return { kind: 'text', text: piece };
  });
}

function parseVariable(text: string): Piece | Variable {
  const content = text.slice(2, -1);
  if (content === '*' || content === '?' || content === '$') return { kind: 'text', text: content };
  const [, key, fallback] = /^([^',]*[^',\s])(?:, '([^']*)')?$/.exec(content) ?? [];
  if (!key?.includes(':')) throw new Error(`'${text}' is no policy variable; write \${key} or \${key, 'default'}`);
  if (fallback !== undefined && /[*?]/.test(fallback))
    throw new Error(`the default of '${text}' has a wildcard, whose meaning AWS doesn't document`);
  return { kind: 'variable', key, ...(fallback !== undefined && { fallback }) };
}

export function variablesOf(pattern: Pattern): readonly Variable[] {
  return pattern.filter((piece) => piece.kind === 'variable');
}

/**
 * The pattern with the values of its variables, which are literal text; undefined if one has no value and no default.
 *
 * @throws RequestError if a value is a list, which can't be a variable, or has a wildcard, whose meaning isn't documented
 */
export function resolvePattern(pattern: Pattern, context: RequestContext): readonly Piece[] | undefined {
  const pieces = pattern.map((piece) => (piece.kind === 'variable' ? resolveVariable(piece, context) : piece));
  return pieces.every((piece) => piece !== undefined) ? pieces : undefined;
}

function resolveVariable({ key, fallback }: Variable, context: RequestContext): Piece | undefined {
  const value = context.get(key) ?? fallback;
  if (value === undefined) return undefined;
  if (typeof value !== 'string')
    throw new RequestError(`context.${key}`, 'a policy uses it as a variable, so it must be one value and no list');
  if (/[*?]/.test(value))
    throw new RequestError(`context.${key}`, `a policy uses it as a variable, and '${value}' has a wildcard`);
  return { kind: 'text', text: value };
}

/** Whether the whole text matches; `*` matches any characters, also none, and `?` exactly one. */
export function matchesPieces(pieces: readonly Piece[], text: string, ignoreCase = false): boolean {
  const source = pieces.map((piece) => {
    if (piece.kind === 'any') return '.*';
    return piece.kind === 'one' ? '.' : piece.text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
  });
  return new RegExp(`^${source.join('')}$`, ignoreCase ? 'isu' : 'su').test(text);
}

/** The text of pieces without wildcards. */
export function literalText(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : piece.kind === 'any' ? '*' : '?')).join('');
}

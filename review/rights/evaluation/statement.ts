/** One statement of a policy. Source: "Grammar of the IAM JSON policy language" and the page of each element. */
import { splitArnPattern } from './arn';
import { parseConditions, type Condition } from './conditions';
import { isJsonObject, type JsonObject } from './json-document';
import { parsePattern, type Pattern, type Piece, type PolicyVersion } from './pattern';
import { PolicyError, type StatementLocation } from './policy-error';
import { parsePrincipals, type PrincipalElement } from './principal';

/**
 * Which rules apply to a policy: `identity` for policies of roles and users, boundaries and session policies; `key` and
 * `trust` for the policies of KMS keys and roles; `endpoint` for those of VPC endpoints; `resource` for all others.
 */
export type PolicyKind = 'identity' | 'resource' | 'key' | 'trust' | 'endpoint';

/** A pattern with the text it was parsed from. */
export interface NamedPattern {
  readonly text: string;
  readonly pattern: Pattern;
}

export interface PatternElement {
  /** Whether it is NotAction or NotResource. */
  readonly negated: boolean;
  readonly patterns: readonly NamedPattern[];
}

export interface Statement {
  readonly location: StatementLocation & { readonly sid: string };
  readonly effect: 'Allow' | 'Deny';
  /** Absent in policies of identities. */
  readonly principals?: PrincipalElement;
  readonly actions: PatternElement;
  /** Absent in trust policies, which are about the role they belong to. */
  readonly resources?: PatternElement;
  readonly conditions: readonly Condition[];
}

const elementNames = [
  'Sid',
  'Effect',
  'Principal',
  'NotPrincipal',
  'Action',
  'NotAction',
  'Resource',
  'NotResource',
  'Condition',
] as const;

/**
 * Parses one statement.
 *
 * @param position from 1, for statements without a sid
 * @throws PolicyError if it is malformed, or has an element that its kind of policy doesn't
 */
export function parseStatement(
  policy: string,
  kind: PolicyKind,
  version: PolicyVersion,
  value: unknown,
  position: number,
): Statement {
  if (!isJsonObject(value)) throw new PolicyError({ policy }, `Statement[${position - 1}]`, 'it must be an object');
  const location = { policy, sid: readSid(policy, kind, value, position) };
  const unknown = Object.keys(value).find((name) => !elementNames.some((element) => element === name));
  if (unknown !== undefined) throw new PolicyError(location, unknown, 'a statement has no such element');
  const { Effect: effect } = value;
  if (effect !== 'Allow' && effect !== 'Deny') throw new PolicyError(location, 'Effect', 'it must be Allow or Deny');
  const principals = readPrincipals(location, kind, value, effect);
  const resources = readResources(location, kind, value, version);
  return {
    location,
    effect,
    ...(principals && { principals }),
    actions: readPatterns(location, value, 'Action', (text) => parseAction(text)),
    ...(resources && { resources }),
    conditions: parseConditions(location, value.Condition, version),
  };
}

/** The sid, or `#2` for the second statement without one. */
function readSid(policy: string, kind: PolicyKind, { Sid: sid }: JsonObject, position: number): string {
  if (sid === undefined || sid === '') return `#${position}`;
  if (typeof sid !== 'string') throw new PolicyError({ policy, sid: `#${position}` }, 'Sid', 'it must be text');
  const strict = kind === 'identity' || kind === 'trust';
  if (strict && !/^[A-Za-z0-9]+$/.test(sid))
    throw new PolicyError({ policy, sid }, 'Sid', 'in policies of IAM it must be letters and digits');
  return sid;
}

/** Which of an element and its negation is there, such as Action and NotAction. */
function elementOf(
  location: StatementLocation,
  value: JsonObject,
  name: string,
): { name: string; negated: boolean } | undefined {
  const negation = `Not${name}`;
  if (name in value && negation in value)
    throw new PolicyError(location, negation, `it can't be there beside ${name}; leave one out`);
  if (name in value) return { name, negated: false };
  return negation in value ? { name: negation, negated: true } : undefined;
}

function readPrincipals(
  location: StatementLocation,
  kind: PolicyKind,
  value: JsonObject,
  effect: Statement['effect'],
): PrincipalElement | undefined {
  const element = elementOf(location, value, 'Principal');
  if (kind === 'identity') {
    if (element) throw new PolicyError(location, element.name, 'a policy of an identity has none; leave it out');
    return undefined;
  }
  if (!element) throw new PolicyError(location, 'Principal', 'it is missing');
  const { name, negated } = element;
  const entries = parsePrincipals(location, name, value[name]);
  if (negated && kind === 'trust') throw new PolicyError(location, name, 'a trust policy has none; use a condition');
  if (negated && effect === 'Allow')
    throw new PolicyError(location, name, 'with Allow it grants to all others, also anonymous ones; use Principal');
  if (negated && entries.some((entry) => entry.kind === 'everyone'))
    throw new PolicyError(location, name, 'it names everyone, so that the statement is about no principal');
  return { negated, entries };
}

function readResources(
  location: StatementLocation,
  kind: PolicyKind,
  value: JsonObject,
  version: PolicyVersion,
): PatternElement | undefined {
  const element = elementOf(location, value, 'Resource');
  if (kind !== 'trust') return readPatterns(location, value, 'Resource', (text) => parseResource(text, version));
  if (element) throw new PolicyError(location, element.name, 'a trust policy is about its role alone; leave it out');
  return undefined;
}

function readPatterns(
  location: StatementLocation,
  value: JsonObject,
  name: 'Action' | 'Resource',
  parse: (text: string) => Pattern,
): PatternElement {
  const element = elementOf(location, value, name);
  if (!element) throw new PolicyError(location, name, 'it is missing');
  const content = value[element.name];
  const texts: readonly unknown[] = Array.isArray(content) ? content : [content];
  if (texts.length === 0) throw new PolicyError(location, element.name, 'it is empty');
  const patterns = texts.map((text): NamedPattern => {
    if (typeof text !== 'string') throw new PolicyError(location, element.name, 'it must be text or a list of text');
    try {
      return { text, pattern: parse(text) };
    } catch (error) {
      throw new PolicyError(location, element.name, error instanceof Error ? error.message : String(error));
    }
  });
  return { negated: element.negated, patterns };
}

/** Wildcards are allowed in an action's name, and not in its service's. Source: "IAM JSON policy elements: Action". */
function parseAction(text: string): Pattern {
  if (text !== '*' && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/i.test(text))
    throw new Error(`'${text}' is no action; write '*' or service:Name, with wildcards in the name alone`);
  return parsePattern(text, '2008-10-17');
}

/** Variables are allowed after the fifth colon. Source: "IAM policy elements: Variables and tags", Resource element. */
function parseResource(text: string, version: PolicyVersion): Pattern {
  const pattern = parsePattern(text, version);
  if (text === '*') return pattern;
  const known = pattern.map((piece): Piece => (piece.kind === 'variable' ? { kind: 'any' } : piece));
  const components = splitArnPattern(known);
  if (!components) throw new Error(`'${text}' is no ARN; write '*' or arn:partition:service:region:account:resource`);
  const variable = pattern.findIndex((piece) => piece.kind === 'variable');
  const before = variable < 0 ? undefined : splitArnPattern([...known.slice(0, variable), { kind: 'any' }]);
  if (variable >= 0 && !before)
    throw new Error(`'${text}' has a variable before the fifth colon, where AWS takes none`);
  if (components[2]?.some((piece) => piece.kind !== 'text'))
    throw new Error(`'${text}' has a wildcard in place of the service, which AWS doesn't allow; name the service`);
  return pattern;
}

/** Whether a statement is about a request. */
import { matchesArn, splitArnPattern } from './arn';
import { matchesConditions } from './conditions';
import { matchesPieces, resolvePattern, type Pattern } from './pattern';
import { matchPrincipal, type PrincipalMatch } from './principal';
import type { CheckedRequest, PlacedPolicy, PolicyPlace } from './request';
import type { NamedPattern, PatternElement, Statement } from './statement';

export interface StatementMatch {
  readonly place: PolicyPlace;
  readonly statement: Statement;
  /** How it names the principal; empty in policies of identities, which name none. */
  readonly principal: readonly PrincipalMatch[];
  /** The patterns that match; of NotAction and NotResource all, since all must not match. */
  readonly actions: readonly NamedPattern[];
  /** @default - none, in a trust policy */
  readonly resources?: readonly NamedPattern[];
}

/** The statements of a policy that are about a request. */
export function matchPolicy({ place, policy }: PlacedPolicy, request: CheckedRequest): readonly StatementMatch[] {
  return policy.statements.flatMap((statement) => matchStatement(place, statement, request) ?? []);
}

function matchStatement(place: PolicyPlace, statement: Statement, request: CheckedRequest): StatementMatch | undefined {
  const actions = matchPatterns(statement.actions, (pattern) => matchesAction(pattern, request));
  const resources =
    statement.resources && matchPatterns(statement.resources, (pattern) => matchesResource(pattern, request));
  if (actions.length === 0 || resources?.length === 0) return undefined;
  const { location, principals, conditions } = statement;
  const principal = principals ? matchPrincipal(location, principals, request.principal, request.hasBoundary) : [];
  if (principals && principal.length === 0) return undefined;
  if (!matchesConditions(conditions, request.context)) return undefined;
  return { place, statement, principal, actions, ...(resources && { resources }) };
}

/** @returns empty if the element isn't about the request */
function matchPatterns(element: PatternElement, matches: (pattern: Pattern) => boolean): readonly NamedPattern[] {
  const matching = element.patterns.filter(({ pattern }) => matches(pattern));
  if (!element.negated) return matching;
  return matching.length === 0 ? element.patterns : [];
}

/** Names of services and actions ignore case. Source: "IAM JSON policy elements: Action". */
function matchesAction(pattern: Pattern, { action, context }: CheckedRequest): boolean {
  const pieces = resolvePattern(pattern, context);
  return pieces !== undefined && matchesPieces(pieces, action, true);
}

/** A pattern whose variable has no value matches no resource. Source: "IAM policy elements: Variables and tags". */
function matchesResource(pattern: Pattern, { resourceArn, context }: CheckedRequest): boolean {
  if (pattern.length === 1 && pattern[0]?.kind === 'any') return true;
  const pieces = resolvePattern(pattern, context);
  const components = pieces && splitArnPattern(pieces);
  return resourceArn !== undefined && components !== undefined && matchesArn(components, resourceArn);
}

/**
 * Grants: each action pattern of an Allow statement with each of its resource patterns. The grants of a policy that match no
 * request that is needed are more than any need.
 */
import type { Policy } from './policy';
import { checkRequest, placedPolicies, type Policies, type Request } from './request';
import type { NamedPattern, PatternElement, Statement } from './statement';
import { matchPolicy } from './statement-match';

export interface Grant {
  /** Name of the policy. */
  readonly policy: string;
  /** Sid, or `#2` for the second statement without one. */
  readonly sid: string;
  /** As in the policy; for NotAction all of it, as `not s3:Put*, s3:Delete*`. */
  readonly action: string;
  /** As in the policy, NotResource as NotAction. @default - none, in a trust policy */
  readonly resource?: string;
}

/** One text for each grant of a policy, to compare and to print it. */
export function grantName({ policy, sid, action, resource }: Grant): string {
  return [policy, sid, action, ...(resource === undefined ? [] : [resource])].join(' ');
}

/** All grants of a policy. */
export function grantsOf({ statements }: Policy): readonly Grant[] {
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap((statement) => grants(statement, statement.actions.patterns, statement.resources?.patterns));
}

/**
 * The grants that match a request: of all the policies with it, whether together they allow it or not.
 *
 * A grant whose conditions are false or that is about another principal doesn't match.
 * @throws PolicyError, RequestError as `evaluate`
 */
export function matchingGrants(request: Request, policies: Policies): readonly Grant[] {
  const checked = checkRequest(request, policies);
  return placedPolicies(policies)
    .flatMap((placed) => matchPolicy(placed, checked))
    .filter(({ statement }) => statement.effect === 'Allow')
    .flatMap(({ statement, actions, resources }) => grants(statement, actions, resources));
}

function grants(
  { location, actions, resources }: Statement,
  actionPatterns: readonly NamedPattern[],
  resourcePatterns: readonly NamedPattern[] | undefined,
): readonly Grant[] {
  const resourceNames = resources && resourcePatterns ? namesOf(resources, resourcePatterns) : undefined;
  return namesOf(actions, actionPatterns).flatMap((action): readonly Grant[] => {
    const grant = { policy: location.policy, sid: location.sid, action };
    return resourceNames ? resourceNames.map((resource) => ({ ...grant, resource })) : [grant];
  });
}

function namesOf({ negated }: PatternElement, patterns: readonly NamedPattern[]): readonly string[] {
  const texts = patterns.map(({ text }) => text);
  return negated ? [`not ${texts.join(', ')}`] : texts;
}

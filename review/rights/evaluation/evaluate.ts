/**
 * Decides whether policies allow a request.
 *
 * Sources, all of the IAM User Guide unless noted: "Policy evaluation logic", "Determining whether a request is allowed or
 * denied within an account", "Cross-account policy evaluation logic", "Permissions boundaries for IAM entities"; "Default key
 * policy" and "Troubleshooting key access" of the AWS KMS Developer Guide; AssumeRole in the AWS STS API Reference; "Control
 * access to VPC endpoints using endpoint policies" of the AWS PrivateLink Guide.
 *
 * Not evaluated: service and resource control policies of AWS Organizations, grants of KMS, access control lists of S3, and
 * the root user of an account.
 */
import { PolicyError } from './policy-error';
import type { PrincipalMatch } from './principal';
import {
  checkRequest,
  placedPolicies,
  type CheckedRequest,
  type Policies,
  type PolicyPlace,
  type Request,
} from './request';
import { matchPolicy, type StatementMatch } from './statement-match';

/** A statement that decided. */
export interface DecidingStatement {
  readonly place: PolicyPlace;
  /** Name of the policy. */
  readonly policy: string;
  /** Sid, or `#2` for the second statement without one. */
  readonly sid: string;
}

export interface Decision {
  readonly allowed: boolean;
  /** `implicit-deny`: nothing denies, and something that had to allow doesn't. */
  readonly kind: 'allowed' | 'explicit-deny' | 'implicit-deny';
  /** The statements that deny, or that together allow; empty after an implicit deny. */
  readonly by: readonly DecidingStatement[];
  /** One sentence for people. */
  readonly explanation: string;
}

/** What one or several policies say: the statements that allow, or why they don't. */
interface Verdict {
  readonly by: readonly StatementMatch[];
  /** Empty if they allow. */
  readonly lacks: readonly string[];
}

interface Situation {
  readonly request: CheckedRequest;
  readonly policies: Policies;
  /** The Allow statements about the request. */
  readonly allows: readonly StatementMatch[];
}

/**
 * Decides a request.
 *
 * @throws PolicyError, RequestError if policies or request are malformed, or AWS doesn't document what would happen
 */
export function evaluate(request: Request, policies: Policies): Decision {
  const checked = checkRequest(request, policies);
  const matches = placedPolicies(policies).flatMap((placed) => matchPolicy(placed, checked));
  const denies = matches.filter(({ statement }) => statement.effect === 'Deny');
  const subject = `${checked.action} on ${checked.resource}`;
  if (denies.length > 0) {
    const by = denies.map(decidingStatement);
    return { allowed: false, kind: 'explicit-deny', by, explanation: `${subject} is denied by ${listOf(by)}` };
  }
  const allows = matches.filter(({ statement }) => statement.effect === 'Allow');
  const situation = { request: checked, policies, allows };
  const { by: allowing, lacks } = both(accountVerdict(situation), endpointVerdict(situation));
  if (lacks.length > 0)
    return {
      allowed: false,
      kind: 'implicit-deny',
      by: [],
      explanation: `${subject} is not allowed: ${lacks.join('; ')}`,
    };
  const by = allowing.map(decidingStatement);
  return { allowed: true, kind: 'allowed', by, explanation: `${subject} is allowed by ${listOf(by)}` };
}

const decidingStatement = ({ place, statement }: StatementMatch): DecidingStatement => ({
  place,
  ...statement.location,
});

const listOf = (statements: readonly DecidingStatement[]) =>
  statements.map(({ place, policy, sid }) => `${policy}/${sid} (${place})`).join(' and ');

/** Principals of no account need the resource's policy alone, those of another account both sides. */
function accountVerdict(situation: Situation): Verdict {
  const { sameAccount } = situation.request;
  if (sameAccount === undefined) return resourceVerdict(situation);
  if (!sameAccount) return both(identityVerdict(situation), resourceVerdict(situation));
  return sameAccountVerdict(situation);
}

/**
 * Within an account, one of these is enough:
 *
 * - the resource's policy names the user, the session or everyone; neither boundary nor session policies limit that;
 * - it names the role; boundary and session policies limit that;
 * - policies of the identity, within boundary and session policies. A key's policy or a trust policy must then delegate to the
 *   account. Other resources' policies needn't, and naming the account there grants nothing by itself.
 */
function sameAccountVerdict(situation: Situation): Verdict {
  const { resource } = situation.policies;
  const direct = resourceVerdict(situation, ['user', 'session', 'everyone']);
  const byRole = both(resourceVerdict(situation, ['role']), limitsVerdict(situation));
  const byIdentity =
    resource?.kind === 'key' || resource?.kind === 'trust'
      ? both(identityVerdict(situation), delegationVerdict(situation))
      : identityVerdict(situation);
  const sufficient = [direct, byRole, byIdentity].find(({ lacks }) => lacks.length === 0);
  if (sufficient) return sufficient;
  const named = resourceVerdict(situation, ['role']).lacks.length === 0;
  if (named) return byRole;
  return resource
    ? { by: [], lacks: [...byIdentity.lacks, `${resource.name} doesn't grant it to the principal`] }
    : byIdentity;
}

/** Policies of the identity, within its boundary and session policies. */
function identityVerdict(situation: Situation): Verdict {
  return both(placeVerdict(situation, 'identity', 'no policy of the identity allows it'), limitsVerdict(situation));
}

function limitsVerdict(situation: Situation): Verdict {
  const { boundary, session } = situation.policies;
  const none: Verdict = { by: [], lacks: [] };
  return both(
    boundary ? placeVerdict(situation, 'boundary', `the boundary ${boundary.name} doesn't allow it`) : none,
    session ? placeVerdict(situation, 'session', 'no session policy allows it') : none,
  );
}

function placeVerdict({ allows }: Situation, place: PolicyPlace, lack: string): Verdict {
  const by = allows.filter((match) => match.place === place);
  return { by, lacks: by.length === 0 ? [lack] : [] };
}

/** @param as which ways of naming the principal count; @default - any, the account too */
function resourceVerdict({ allows, policies }: Situation, as?: readonly PrincipalMatch[]): Verdict {
  const counts = ({ principal }: StatementMatch) => as === undefined || principal.some((match) => as.includes(match));
  const by = allows.filter((match) => match.place === 'resource' && counts(match));
  const lack = policies.resource
    ? `${policies.resource.name} doesn't allow it`
    : 'the resource has no policy that allows it';
  return { by, lacks: by.length === 0 ? [lack] : [] };
}

function delegationVerdict(situation: Situation): Verdict {
  const { by, lacks } = resourceVerdict(situation, ['account']);
  return { by, lacks: lacks.length === 0 ? [] : ["its policy doesn't delegate to the account"] };
}

/** A request through a VPC endpoint needs the endpoint's policy too, which grants nothing by itself. */
function endpointVerdict(situation: Situation): Verdict {
  const { endpoint } = situation.policies;
  if (!endpoint) return { by: [], lacks: [] };
  const { by, lacks } = placeVerdict(situation, 'endpoint', `the endpoint's policy ${endpoint.name} doesn't allow it`);
  const precise = by.filter(({ principal }) => principal.some((match) => match !== 'account'));
  if (by.length > 0 && precise.length === 0) throw accountInEndpoint(by);
  return { by: precise, lacks };
}

/** Gateway endpoints take an account for its root user alone, and the documentation of interface endpoints says nothing. */
function accountInEndpoint([match]: readonly StatementMatch[]): PolicyError {
  return new PolicyError(
    match?.statement.location ?? { policy: 'endpoint' },
    'Principal',
    "it names an account, which not every endpoint takes for the account's roles; write '*' and a condition on aws:PrincipalAccount",
  );
}

function both(first: Verdict, second: Verdict): Verdict {
  const lacks = [...first.lacks, ...second.lacks];
  return { by: lacks.length > 0 ? [] : [...first.by, ...second.by], lacks };
}

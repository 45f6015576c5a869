/** A request, the policies that apply to it, and what follows from the two before any statement is compared. */
import { parseArn, type Arn } from './arn';
import { checkConditionKeys, unknownKey } from './conditions';
import { isKnownKey } from './condition-keys';
import { variablesOf } from './pattern';
import type { Policy } from './policy';
import { RequestError } from './policy-error';
import { accountOf, checkPrincipal, type Principal } from './principal';
import { RequestContext, type ContextValue } from './request-context';

/** One action on one resource. An API call that needs several, as sts:AssumeRole with tags does, is several requests. */
export interface Request {
  readonly principal: Principal;
  /** Such as `s3:GetObject`; case doesn't matter. */
  readonly action: string;
  /** ARN, or `*` for an action on no resource, such as `ec2:DescribeVpcs`. */
  readonly resource: string;
  /**
   * Condition keys of the request: text for keys with one value, and lists for those with several.
   *
   * A key that isn't here is absent from the request. Added by the evaluator where they follow from the rest:
   * `aws:PrincipalArn`, `aws:PrincipalAccount`, `aws:PrincipalType`, `aws:PrincipalIsAWSService`,
   * `aws:PrincipalServiceName`, `aws:username` and `aws:ResourceAccount`. The last must be here if the resource's ARN has no
   * account, as that of a bucket.
   */
  readonly context: Readonly<Record<string, ContextValue>>;
}

/** The policies that apply to a request. What is left out doesn't exist. */
export interface Policies {
  /** Of the role or user, and a user's groups. Empty for services and web identities, which have none. */
  readonly identity: readonly Policy<'identity'>[];
  /** Permissions boundary of the role or user. @default - none */
  readonly boundary?: Policy<'identity'>;
  /** Session policies: their union limits the session. @default - none */
  readonly session?: readonly Policy<'identity'>[];
  /** Policy of the resource: a key's, a role's trust policy, or another's. @default - none */
  readonly resource?: Policy<'key' | 'trust' | 'resource'>;
  /** Policy of the VPC endpoint that the request goes through. @default - none */
  readonly endpoint?: Policy<'endpoint'>;
}

/** Which place a policy has in the evaluation. */
export type PolicyPlace = keyof Policies;

export interface PlacedPolicy {
  readonly place: PolicyPlace;
  readonly policy: Policy;
}

/** A request that was checked. */
export interface CheckedRequest {
  readonly principal: Principal;
  readonly hasBoundary: boolean;
  readonly action: string;
  readonly resource: string;
  /** @default - the resource is `*` */
  readonly resourceArn: Arn | undefined;
  readonly context: RequestContext;
  /** Whether the principal belongs to the account of the resource; undefined for principals of no account. */
  readonly sameAccount: boolean | undefined;
}

export function placedPolicies({
  identity,
  boundary,
  session = [],
  resource,
  endpoint,
}: Policies): readonly PlacedPolicy[] {
  return [
    ...identity.map((policy) => ({ place: 'identity' as const, policy })),
    ...(boundary ? [{ place: 'boundary' as const, policy: boundary }] : []),
    ...session.map((policy) => ({ place: 'session' as const, policy })),
    ...(resource ? [{ place: 'resource' as const, policy: resource }] : []),
    ...(endpoint ? [{ place: 'endpoint' as const, policy: endpoint }] : []),
  ];
}

/**
 * Checks a request and its policies.
 *
 * @throws RequestError if the request is malformed or says too little, or policies and request don't fit each other
 * @throws PolicyError if a statement, whether it is about this request or not, has an unknown condition key
 */
export function checkRequest(request: Request, policies: Policies): CheckedRequest {
  const { principal, action, resource } = request;
  checkPrincipal(principal);
  if (!/^[a-z0-9-]+:[a-z0-9]+$/i.test(action))
    throw new RequestError('action', `'${action}' must be service:Name, without wildcards`);
  const resourceArn = parseArn(resource);
  if (resource !== '*' && !resourceArn) throw new RequestError('resource', `'${resource}' must be an ARN or '*'`);
  checkPolicies(request, resourceArn, policies);
  const given = new RequestContext(request.context).with(principalKeys(principal));
  const resourceAccount = accountOfResource(resourceArn, principal, given);
  const context =
    resourceArn && resourceAccount !== undefined ? given.with({ 'aws:ResourceAccount': resourceAccount }) : given;
  for (const { policy } of placedPolicies(policies)) checkKeys(policy, context);
  const account = accountOf(principal);
  const sameAccount = account === undefined ? undefined : account === resourceAccount;
  const hasBoundary = policies.boundary !== undefined;
  return { principal, hasBoundary, action, resource, resourceArn, context, sameAccount };
}

/** Values that AWS documents for each kind of principal. Source: "AWS global condition context keys". */
function principalKeys(principal: Principal): Readonly<Record<string, string>> {
  switch (principal.kind) {
    case 'service':
      return { 'aws:PrincipalIsAWSService': 'true', 'aws:PrincipalServiceName': principal.name };
    case 'web-identity':
      return {};
    case 'role':
      return { ...accountKeys(principal.arn), 'aws:PrincipalType': 'AssumedRole' };
    case 'user':
      return {
        ...accountKeys(principal.arn),
        'aws:PrincipalType': 'User',
        'aws:username': principal.arn.split('/').at(-1) ?? '',
      };
  }
}

function accountKeys(arn: string): Readonly<Record<string, string>> {
  const account = parseArn(arn)?.account ?? '';
  return { 'aws:PrincipalArn': arn, 'aws:PrincipalAccount': account, 'aws:PrincipalIsAWSService': 'false' };
}

/** @returns undefined if nothing depends on it: for a principal that belongs to no account */
function accountOfResource(arn: Arn | undefined, principal: Principal, context: RequestContext): string | undefined {
  if (arn && /^\d{12}$/.test(arn.account)) return arn.account;
  const own = accountOf(principal);
  const given = context.get('aws:ResourceAccount') ?? (arn ? undefined : own);
  if (given !== undefined && (typeof given !== 'string' || !/^\d{12}$/.test(given)))
    throw new RequestError('context.aws:ResourceAccount', `'${String(given)}' must be an account id`);
  if (given === undefined && own !== undefined)
    throw new RequestError('context.aws:ResourceAccount', "add it: the resource's ARN doesn't have its account");
  return given;
}

function checkPolicies({ principal, action }: Request, arn: Arn | undefined, policies: Policies): void {
  const { identity, boundary, session, resource } = policies;
  const hasIdentity = identity.length > 0 || boundary !== undefined || session !== undefined;
  if (accountOf(principal) === undefined && hasIdentity)
    throw new RequestError('policies.identity', `a ${principal.kind} has no policies of its own; leave them out`);
  if (session !== undefined && principal.kind !== 'role')
    throw new RequestError('policies.session', 'only sessions of roles have session policies');
  const expected = expectedKind(action, arn);
  const kind = resource?.kind ?? 'resource';
  if (kind !== expected)
    throw new RequestError(
      'policies.resource',
      `its kind is '${kind}', but ${action} needs a policy of kind '${expected}'`,
    );
  const names = placedPolicies(policies).map(({ policy }) => policy.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new RequestError('policies', `two are called '${twice}'; give each its own name`);
}

const trustActions = [
  'assumerole',
  'assumerolewithsaml',
  'assumerolewithwebidentity',
  'tagsession',
  'setsourceidentity',
];

/** Keys and roles always have a policy, so that leaving it out is a mistake. */
function expectedKind(action: string, arn: Arn | undefined): 'key' | 'trust' | 'resource' {
  const [service, name = ''] = action.toLowerCase().split(':');
  if (service === 'kms' && arn?.service === 'kms' && arn.resource.startsWith('key/')) return 'key';
  const onRole = arn?.service === 'iam' && arn.resource.startsWith('role/');
  return service === 'sts' && onRole && trustActions.includes(name) ? 'trust' : 'resource';
}

function checkKeys({ statements }: Policy, context: RequestContext): void {
  for (const { location, conditions, resources } of statements) {
    checkConditionKeys(conditions, context);
    const keys = resources?.patterns.flatMap(({ pattern }) => variablesOf(pattern)).map(({ key }) => key) ?? [];
    const unknown = keys.find((key) => !isKnownKey(key, context));
    if (unknown !== undefined) throw unknownKey(location, resources?.negated ? 'NotResource' : 'Resource', unknown);
  }
}

/**
 * Principals: who makes a request, and whom a statement names.
 *
 * Sources: "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal".
 */
import { parseArn } from './arn';
import { isJsonObject } from './json-document';
import { PolicyError, RequestError, type StatementLocation } from './policy-error';

/** Who makes a request. */
export type Principal =
  /** A session of a role. The session's name is needed where a policy names a session of this role. */
  | { readonly kind: 'role'; readonly arn: string; readonly session?: string }
  | { readonly kind: 'user'; readonly arn: string }
  /** An AWS service on its own, such as `logs.us-east-1.amazonaws.com`; not one that uses a role. */
  | { readonly kind: 'service'; readonly name: string }
  /** A caller with a token of an identity provider, before it has a role: the provider's ARN, or its domain. */
  | { readonly kind: 'web-identity'; readonly provider: string };

/** How closely a statement names a principal. */
export type PrincipalMatch = 'session' | 'role' | 'user' | 'service' | 'web-identity' | 'account' | 'everyone';

/** One entry of a Principal element. */
export type PrincipalEntry =
  | { readonly kind: 'everyone' }
  /** An account id, or its root ARN: it delegates to the account and is not its root user alone. */
  | { readonly kind: 'account'; readonly account: string }
  | { readonly kind: 'session' | 'role' | 'user'; readonly arn: string }
  | { readonly kind: 'service' | 'web-identity'; readonly name: string };

export interface PrincipalElement {
  /** Whether it is NotPrincipal. */
  readonly negated: boolean;
  readonly entries: readonly PrincipalEntry[];
}

/** @throws PolicyError if an entry is malformed, or of a kind that isn't supported */
export function parsePrincipals(
  location: StatementLocation,
  element: string,
  value: unknown,
): readonly PrincipalEntry[] {
  if (value === '*') return [{ kind: 'everyone' }];
  if (!isJsonObject(value) || Object.keys(value).length === 0)
    throw new PolicyError(location, element, "it must be '*', or an object of AWS, Service or Federated");
  return Object.entries(value).flatMap(([type, names]) => {
    const path = `${element}.${type}`;
    const parse = entryParsers.get(type);
    if (!parse) throw new PolicyError(location, path, 'it must be AWS, Service or Federated; others are unsupported');
    const list: readonly unknown[] = Array.isArray(names) ? names : [names];
    if (list.length === 0) throw new PolicyError(location, path, 'it names no principal');
    return list.map((name) => {
      const entry = typeof name === 'string' ? parse(name) : undefined;
      if (!entry) throw new PolicyError(location, path, `${JSON.stringify(name)} is no principal of this type`);
      return entry;
    });
  });
}

const entryParsers: ReadonlyMap<string, (name: string) => PrincipalEntry | undefined> = new Map([
  ['AWS', parseAwsEntry],
  ['Service', (name) => (isServiceName(name) ? { kind: 'service', name } : undefined)],
  ['Federated', (name) => (isProvider(name) ? { kind: 'web-identity', name } : undefined)],
]);

/** A unique id, as `AROA…`, is refused too: AWS puts it there when the role or user of the name was deleted. */
function parseAwsEntry(name: string): PrincipalEntry | undefined {
  if (name === '*') return { kind: 'everyone' };
  if (/^\d{12}$/.test(name)) return { kind: 'account', account: name };
  const arn = parseArn(name);
  if (!arn || /[*?]/.test(name) || arn.region !== '' || !/^\d{12}$/.test(arn.account)) return undefined;
  const resource = `${arn.service}:${arn.resource}`;
  if (resource === 'iam:root') return { kind: 'account', account: arn.account };
  const kind = identityForms.find(([, form]) => form.test(resource))?.[0];
  return kind && { kind, arn: name };
}

const identityForms = [
  ['role', /^iam:role\/.*[^/]$/],
  ['user', /^iam:user\/.*[^/]$/],
  ['session', /^sts:assumed-role\/[^/]+\/[^/]+$/],
] as const;

function isServiceName(name: string): boolean {
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?$/.test(name);
}

function isProvider(name: string): boolean {
  const arn = parseArn(name);
  if (arn) return /^(?:oidc|saml)-provider\/[^*?]+$/.test(arn.resource) && /^\d{12}$/.test(arn.account);
  return /^[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(name);
}

/** @returns undefined for principals that belong to no account */
export function accountOf(principal: Principal): string | undefined {
  return 'arn' in principal ? parseArn(principal.arn)?.account : undefined;
}

/** @throws RequestError if the principal is malformed */
export function checkPrincipal(principal: Principal): void {
  if (principal.kind === 'role' || principal.kind === 'user') {
    if (parseAwsEntry(principal.arn)?.kind !== principal.kind)
      throw new RequestError('principal.arn', `'${principal.arn}' is not the ARN of a ${principal.kind}`);
  } else if (principal.kind === 'service' && !isServiceName(principal.name))
    throw new RequestError('principal.name', `'${principal.name}' is not the name of a service principal`);
  else if (principal.kind === 'web-identity' && !isProvider(principal.provider))
    throw new RequestError('principal.provider', `'${principal.provider}' is not an identity provider`);
}

/**
 * How a Principal or NotPrincipal element names a principal; empty if the statement is not about it.
 *
 * NotPrincipal with Deny is about every principal that has a permissions boundary, whether it is named or not. Source:
 * "Permissions boundaries for IAM entities".
 * @throws RequestError if that depends on the session's name and the request has none
 * @throws PolicyError if NotPrincipal names a part of what AWS compares: session, role and account of one principal
 */
export function matchPrincipal(
  location: StatementLocation,
  element: PrincipalElement,
  principal: Principal,
  hasBoundary: boolean,
): readonly PrincipalMatch[] {
  const matches = element.entries.flatMap((entry) => (matchesEntry(entry, principal) ? [entry.kind] : []));
  if (!element.negated) return matches;
  if (matches.length === 0 || hasBoundary) return ['everyone'];
  const missing = identitiesOf(principal).filter((kind) => !matches.includes(kind));
  if (missing.length === 0) return [];
  throw new PolicyError(
    location,
    'NotPrincipal',
    `it must name the ${missing.join(' and the ')} of the principal too: without, AWS may deny it all the same`,
  );
}

/** What AWS may compare with NotPrincipal, one after the other. */
function identitiesOf(principal: Principal): readonly PrincipalMatch[] {
  if (principal.kind === 'role')
    return [...(principal.session === undefined ? [] : ['session' as const]), 'role', 'account'];
  return principal.kind === 'user' ? ['user', 'account'] : [principal.kind];
}

function matchesEntry(entry: PrincipalEntry, principal: Principal): boolean {
  switch (entry.kind) {
    case 'everyone':
      return true;
    case 'account':
      return accountOf(principal) === entry.account;
    case 'session':
      return principal.kind === 'role' && matchesSession(entry.arn, principal.arn, principal.session);
    case 'role':
    case 'user':
      return principal.kind === entry.kind && principal.arn === entry.arn;
    case 'service':
      return principal.kind === 'service' && principal.name === entry.name;
    case 'web-identity':
      return principal.kind === 'web-identity' && principal.provider === entry.name;
  }
}

/** ARNs of sessions have the role's name without its path. */
function matchesSession(sessionArn: string, roleArn: string, session: string | undefined): boolean {
  const [, partition, , , account, resource = ''] = roleArn.split(':');
  const ofRole = `arn:${partition}:sts::${account}:assumed-role/${resource.split('/').at(-1)}/`;
  const sameRole = sessionArn.startsWith(ofRole);
  if (sameRole && session === undefined)
    throw new RequestError('principal.session', `a policy names '${sessionArn}'; say which session makes the request`);
  return sessionArn === `${ofRole}${session}`;
}

/**
 * Whether role-based access control allows a request, decided as the API server does. Source: "Using RBAC Authorization"
 * of the Kubernetes documentation. The group `system:masters` is outside of it: the API server asks no role for it.
 */
import type { Binding, LabelSelector, PolicyRule, RbacObjects, Role, ServiceAccount, Subject } from './rbac-objects';

/** Who asks. */
export interface Caller {
  readonly user: string;
  readonly groups: readonly string[];
}

/** Resources are asked for in a namespace, or without one in all namespaces at once. */
export interface ResourceRequest {
  readonly verb: string;
  readonly group: string;
  /** With a subresource after a slash: `pods/log`. */
  readonly resource: string;
  /** @default - all namespaces, or a resource that is in none */
  readonly namespace?: string;
  /** @default - no certain object: `create` never names one, `list` and `watch` only by a field selector */
  readonly name?: string;
}

export interface UrlRequest {
  readonly verb: string;
  readonly nonResourceURL: string;
}

export type AccessRequest = ResourceRequest | UrlRequest;

/** A service account as the API server knows it. Source: "Service account tokens" of the same documentation. */
export function serviceAccountCaller({ namespace, name }: ServiceAccount): Caller {
  return {
    user: `system:serviceaccount:${namespace}:${name}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
  };
}

/** The first binding that allows the request. @returns undefined if none does */
export function allowedBy(objects: RbacObjects, caller: Caller, request: AccessRequest): Binding | undefined {
  return objects.bindings.find(
    (binding) =>
      reaches(binding, request) &&
      isSubject(binding, caller) &&
      rulesOf(objects, binding).some((rule) => ruleAllows(rule, request)),
  );
}

/** A binding in a namespace counts for requests in that namespace alone, even of a cluster role. */
function reaches(binding: Binding, request: AccessRequest): boolean {
  if (binding.kind === 'ClusterRoleBinding') return true;
  return 'resource' in request && request.namespace === binding.namespace;
}

function isSubject(binding: Binding, { user, groups }: Caller): boolean {
  return binding.subjects.some((subject) => {
    switch (subject.kind) {
      case 'Group':
        return groups.includes(subject.name);
      case 'User':
        return subject.name === user;
      case 'ServiceAccount':
        return serviceAccountUser(subject, binding) === user;
    }
  });
}

/** In a namespace, a service account without one is of the binding's. */
function serviceAccountUser({ name, namespace }: Subject, binding: Binding): string | undefined {
  const place = namespace ?? binding.namespace;
  return place === undefined ? undefined : serviceAccountCaller({ namespace: place, name }).user;
}

/** Rules of the role that a binding names; none if there is no such role. */
export function rulesOf({ roles }: RbacObjects, { kind, namespace, role: reference }: Binding): readonly PolicyRule[] {
  const found = roles.find(
    (role) =>
      role.kind === reference.kind &&
      role.name === reference.name &&
      // A binding of the whole cluster can't name a role of a namespace.
      (role.kind === 'ClusterRole' || (kind === 'RoleBinding' && role.namespace === namespace)),
  );
  return found ? rulesWithin(roles, found) : [];
}

/**
 * A controller writes the rules of the others into a role that aggregates them, in place of its own; one of the others may
 * aggregate further ones, as `admin` does with `edit`.
 */
function rulesWithin(roles: readonly Role[], role: Role, within: readonly string[] = []): readonly PolicyRule[] {
  const { kind, aggregates, rules, name } = role;
  if (kind !== 'ClusterRole' || !aggregates) return rules;
  const around = [...within, name];
  return roles
    .filter((other) => other.kind === 'ClusterRole' && !around.includes(other.name))
    .filter(({ labels }) => aggregates.some((selector) => selects(selector, labels)))
    .flatMap((other) => rulesWithin(roles, other, around));
}

function selects({ matchLabels, matchExpressions }: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const hasLabels = Object.entries(matchLabels).every(([key, value]) => labels[key] === value);
  return hasLabels && matchExpressions.every((expression) => matchesExpression(expression, labels));
}

function matchesExpression(
  { key, operator, values }: LabelSelector['matchExpressions'][number],
  labels: Readonly<Record<string, string>>,
): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      throw new Error(`aggregationRule: operator '${operator}'; expected In, NotIn, Exists or DoesNotExist`);
  }
}

/** Whether one rule allows a request, wherever the rule counts. */
export function ruleAllows(rule: PolicyRule, request: AccessRequest): boolean {
  if (!matchesOne(rule.verbs, request.verb)) return false;
  if ('nonResourceURL' in request) return rule.nonResourceURLs.some((url) => matchesUrl(url, request.nonResourceURL));
  return (
    matchesOne(rule.apiGroups, request.group) &&
    rule.resources.some((resource) => matchesResource(resource, request.resource)) &&
    // A request that names no object is refused by a list of names: `create` can't be bound to one.
    (rule.resourceNames.length === 0 || (request.name !== undefined && rule.resourceNames.includes(request.name)))
  );
}

const matchesOne = (allowed: readonly string[], asked: string) => allowed.includes('*') || allowed.includes(asked);

/** A resource doesn't include its subresources, and `pods/*` allows nothing; a star before a subresource is any resource. */
function matchesResource(allowed: string, asked: string): boolean {
  const [, subresource] = asked.split('/');
  return allowed === '*' || allowed === asked || (subresource !== undefined && allowed === `*/${subresource}`);
}

function matchesUrl(allowed: string, asked: string): boolean {
  return allowed === asked || (allowed.endsWith('*') && asked.startsWith(allowed.slice(0, -1)));
}

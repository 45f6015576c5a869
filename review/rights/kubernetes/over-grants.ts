/** Rights that no need uses, and rights in all namespaces whose needs are in a few. */
import type { KubernetesNeed } from '../../../constructs/kubernetes/needs';
import { ruleAllows } from './evaluator';
import { grants, subjectText, type Grant } from './grants';
import { overGrantExceptions, type OverGrantException } from './over-grant-exceptions';
import type { RbacObjects } from './rbac-objects';
import { resourceText } from './request-text';
import { requestOf } from './unmet-needs';

/** One resource of one rule. */
export interface OverGrant {
  /** `<namespace>/<name>` of the service account. */
  readonly subject: string;
  readonly binding: string;
  readonly origin: string;
  /** `secrets`, `deployments.apps/scale`, `/metrics`. */
  readonly resource: string;
  /** Verbs that no need uses. Empty if all are used, but in a few namespaces of all. */
  readonly unusedVerbs: readonly string[];
  /** Namespaces of all needs, where the right is in all. @default - as wide as needed, or not used at all */
  readonly usedIn?: readonly string[];
}

/**
 * What a needed verb makes harmless: a list or a watch discloses all that `get` does, and `patch` changes all that
 * `update` does. Source: "Privileges and RBAC" in "Role Based Access Control Good Practices" of the Kubernetes documentation.
 */
const alike: Readonly<Record<string, readonly string[]>> = {
  list: ['get', 'list', 'watch'],
  watch: ['get', 'list', 'watch'],
  update: ['update', 'patch'],
  patch: ['update', 'patch'],
};

/** Every over-grant, whether there is an exception for it or not. */
export function overGrants(objects: RbacObjects, needs: readonly KubernetesNeed[]): readonly OverGrant[] {
  return grants(objects)
    .filter(({ binding }) => binding.origin !== 'EKS')
    .flatMap((grant) => [...resourceOverGrants(grant, needs), ...urlOverGrants(grant)]);
}

function resourceOverGrants(grant: Grant, needs: readonly KubernetesNeed[]): readonly OverGrant[] {
  const { rule } = grant;
  const own = needs.filter(({ subject }) => `${subject.namespace}/${subject.serviceAccount}` === subjectText(grant));
  return rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) => {
      const narrow = { ...rule, apiGroups: [group], resources: [resource] };
      const about = own.filter((need) => isAbout({ ...grant, rule: narrow }, need));
      const used = new Set(about.flatMap(impliedVerbs));
      const unusedVerbs = rule.verbs.filter((verb) => !used.has(verb));
      const usedIn = namespacesOf(
        grant,
        about.filter((need) =>
          impliedVerbs(need).some((verb) => rule.verbs.includes(verb) || rule.verbs.includes('*')),
        ),
      );
      if (unusedVerbs.length === 0 && !usedIn) return [];
      return [
        { ...origin(grant), resource: resourceText({ group, resource }), unusedVerbs, ...(usedIn && { usedIn }) },
      ];
    }),
  );
}

const impliedVerbs = ({ verb }: KubernetesNeed) => alike[verb] ?? [verb];

/** Whether a need is about objects that a grant is about, whatever is done with them. */
function isAbout({ rule, namespace }: Grant, need: KubernetesNeed): boolean {
  return (
    (namespace === undefined || namespace === need.namespace) && ruleAllows({ ...rule, verbs: ['*'] }, requestOf(need))
  );
}

/** Where a right in all namespaces is needed, if that is not in all. */
function namespacesOf({ namespace }: Grant, using: readonly KubernetesNeed[]): readonly string[] | undefined {
  if (namespace !== undefined || using.length === 0) return undefined;
  const places = using.map((need) => need.namespace);
  const named = places.filter((place) => place !== undefined);
  return named.length === places.length ? [...new Set(named)].sort() : undefined;
}

/** No program here asks for a URL outside of the API's groups, but those that every account may. */
const urlOverGrants = (grant: Grant): readonly OverGrant[] =>
  grant.rule.nonResourceURLs.map((resource) => ({ ...origin(grant), resource, unusedVerbs: grant.rule.verbs }));

const origin = (grant: Grant) => ({
  subject: subjectText(grant),
  binding: grant.binding.name,
  origin: grant.binding.origin,
});

const covers = (exception: OverGrantException, { subject, resource }: Pick<OverGrant, 'subject' | 'resource'>) =>
  exception.account === subject &&
  exception.resources.some((pattern) =>
    pattern.startsWith('*.') ? resource.split('/')[0]?.endsWith(pattern.slice(1)) : pattern === resource,
  );

/** The exception for a right of a service account, whatever the verbs. */
export const exceptionOf = (account: string, resource: string): OverGrantException | undefined =>
  overGrantExceptions.find((exception) => covers(exception, { subject: account, resource }));

/** Over-grants without an exception. */
export const unexplained = (found: readonly OverGrant[]): readonly OverGrant[] =>
  found.filter((overGrant) => !overGrantExceptions.some((exception) => covers(exception, overGrant)));

/** Resources of exceptions that are no over-grants any more. */
export function unusedOverGrantExceptions(found: readonly OverGrant[]): readonly string[] {
  return overGrantExceptions.flatMap((exception) =>
    exception.resources
      .filter((resource) => !found.some((overGrant) => covers({ ...exception, resources: [resource] }, overGrant)))
      .map((resource) => `${exception.account}: ${resource}`),
  );
}

/** Who may do what in a cluster, a row for each rule, for reviewers. */
import { grants, subjectText, type Grant } from './grants';
import type { RbacObjects } from './rbac-objects';
import { resourceText } from './request-text';

export interface RightsRow {
  /** `<namespace>/<name>` of a service account, or a user or a group. */
  readonly subject: string;
  readonly verbs: string;
  readonly resources: string;
  /** A namespace, or `all namespaces`. */
  readonly where: string;
  /** Kind and name of the binding. */
  readonly binding: string;
  readonly origin: string;
}

/** Rows by subject, then by place. Rights that Kubernetes gives to every service account are left out. */
export function kubernetesRightsTable(objects: RbacObjects): readonly RightsRow[] {
  const key = ({ subject, where, resources }: RightsRow) => [subject, where, resources].join('\0');
  return grants(objects)
    .map(rowOf)
    .sort((one, other) => (key(one) < key(other) ? -1 : 1));
}

function rowOf(grant: Grant): RightsRow {
  const { rule, binding, namespace = 'all namespaces' } = grant;
  const resources = rule.apiGroups.flatMap((group) =>
    rule.resources.map((resource) => resourceText({ group, resource })),
  );
  const names = rule.resourceNames.length === 0 ? '' : ` (${rule.resourceNames.join(', ')})`;
  return {
    subject: subjectText(grant),
    verbs: rule.verbs.join(', '),
    resources: [...resources, ...rule.nonResourceURLs].join(', ') + names,
    where: namespace,
    binding: `${binding.kind} ${binding.name}`,
    origin: binding.origin,
  };
}

/** Objects of access control as an API server takes them. */
import type { Binding, RbacObjects, Role } from '../../review/rights/kubernetes/rbac-objects';
import { builtIn } from '../../review/rights/kubernetes/default-roles';

const apiVersion = 'rbac.authorization.k8s.io/v1';

const list = (items: readonly object[]) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items });

/** The namespaces that objects are in. */
export function namespaceList({ roles, bindings, serviceAccounts }: RbacObjects): string {
  const names = [...roles, ...bindings, ...serviceAccounts].map(({ namespace }) => namespace);
  return list(
    [...new Set(names)]
      .filter((name) => name !== undefined && name !== 'kube-system')
      .map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  );
}

/** The objects, without those that every API server has. */
export function manifestList({ roles, bindings, serviceAccounts }: RbacObjects, builtInRoles: readonly Role[]): string {
  return list([
    ...serviceAccounts.map((metadata) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata })),
    ...roles.filter((role) => !builtInRoles.includes(role)).map(roleManifest),
    ...bindings.filter(({ origin }) => origin !== builtIn).map(bindingManifest),
  ]);
}

const roleManifest = ({ kind, name, namespace, labels, rules, aggregates }: Role) => ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels },
  rules,
  ...(aggregates && { aggregationRule: { clusterRoleSelectors: aggregates } }),
});

const bindingManifest = ({ kind, name, namespace, role, subjects }: Binding) => ({
  apiVersion,
  kind,
  metadata: { name, namespace },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
  subjects: subjects.map((subject) =>
    subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: 'rbac.authorization.k8s.io' },
  ),
});

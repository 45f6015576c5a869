/** Objects of access control as an API server takes them. */
import type { Binding, RbacObjects, Role } from '../../review/rights/kubernetes/rbac-objects';
import { builtIn } from '../../review/rights/kubernetes/default-roles';

const apiVersion = 'rbac.authorization.k8s.io/v1';

/** A list of the objects and the namespaces they are in, without those that every API server has. */
export function manifestList({ roles, bindings, serviceAccounts }: RbacObjects, builtInRoles: readonly Role[]): string {
  const own = {
    roles: roles.filter((role) => !builtInRoles.includes(role)),
    bindings: bindings.filter(({ origin }) => origin !== builtIn),
  };
  const named = [...own.roles, ...own.bindings, ...serviceAccounts].map(({ namespace }) => namespace);
  const namespaces = [...new Set(named)].filter((name) => name !== undefined && name !== 'kube-system');
  const items = [
    ...namespaces.map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...serviceAccounts.map((metadata) => ({ apiVersion: 'v1', kind: 'ServiceAccount', metadata })),
    ...own.roles.map(roleManifest),
    ...own.bindings.map(bindingManifest),
  ];
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
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

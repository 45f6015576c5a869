/** Objects of access control as an API server takes them. */
import { builtIn } from './default-roles';
import type { Binding, RbacObjects, Role } from './rbac-objects';

const apiVersion = 'rbac.authorization.k8s.io/v1';

/** Service accounts first, then roles, then bindings; without those that Kubernetes itself makes. */
export function rbacManifests({ roles, bindings, serviceAccounts }: RbacObjects, builtInRoles: readonly Role[] = []) {
  return [
    ...serviceAccounts.map(({ name, namespace }) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace },
    })),
    ...roles.filter((role) => !builtInRoles.includes(role)).map(roleManifest),
    ...bindings.filter(({ origin }) => origin !== builtIn).map(bindingManifest),
  ];
}

const roleManifest = ({ kind, name, namespace, labels, rules, aggregates }: Role) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }), labels },
  rules,
  ...(aggregates && { aggregationRule: { clusterRoleSelectors: aggregates } }),
});

const bindingManifest = ({ kind, name, namespace, role, subjects }: Binding) => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
  roleRef: { apiGroup: 'rbac.authorization.k8s.io', ...role },
  subjects: subjects.map((subject) =>
    subject.kind === 'ServiceAccount' ? subject : { ...subject, apiGroup: 'rbac.authorization.k8s.io' },
  ),
});

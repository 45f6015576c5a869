/** Objects of access control as text for kubectl. */
import type { RbacObjects, Role } from '../../review/rights/kubernetes/rbac-objects';
import { rbacManifests } from '../../review/rights/kubernetes/rbac-manifests';

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
export const manifestList = (objects: RbacObjects, builtInRoles: readonly Role[]): string =>
  list(rbacManifests(objects, builtInRoles));

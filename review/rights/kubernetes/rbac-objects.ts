/** Objects of role-based access control, whatever wrote them: a chart, a stack, or Kubernetes itself. */

/** What a role allows. Empty lists allow nothing, but for `resourceNames`: empty means every name. */
export interface PolicyRule {
  /** `''` is the core group; `*` every group. */
  readonly apiGroups: readonly string[];
  /** Plural names in lower case, a subresource after a slash; `*` is every resource and subresource. */
  readonly resources: readonly string[];
  readonly resourceNames: readonly string[];
  readonly nonResourceURLs: readonly string[];
  readonly verbs: readonly string[];
}

/** Labels that a role must have for another one to contain its rules. */
export interface LabelSelector {
  readonly matchLabels: Readonly<Record<string, string>>;
  readonly matchExpressions: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

export interface Role {
  readonly kind: 'Role' | 'ClusterRole';
  readonly name: string;
  /** Of a `Role` alone. */
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly rules: readonly PolicyRule[];
  /** The rules are those of all cluster roles with these labels, and no others. @default - the role's own */
  readonly aggregates?: readonly LabelSelector[];
}

export interface Subject {
  readonly kind: 'ServiceAccount' | 'User' | 'Group';
  readonly name: string;
  /** Of a service account alone. */
  readonly namespace?: string;
}

export interface Binding {
  readonly kind: 'RoleBinding' | 'ClusterRoleBinding';
  readonly name: string;
  /** Of a `RoleBinding` alone. */
  readonly namespace?: string;
  readonly role: { readonly kind: Role['kind']; readonly name: string };
  readonly subjects: readonly Subject[];
  /** What made it: `chart keda`, `stack production-application`, `Kubernetes`. */
  readonly origin: string;
}

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

export interface RbacObjects {
  readonly roles: readonly Role[];
  readonly bindings: readonly Binding[];
  readonly serviceAccounts: readonly ServiceAccount[];
}

export const noObjects: RbacObjects = { roles: [], bindings: [], serviceAccounts: [] };

/** All objects of several sources. */
export function joined(sources: readonly RbacObjects[]): RbacObjects {
  return {
    roles: sources.flatMap(({ roles }) => roles),
    bindings: sources.flatMap(({ bindings }) => bindings),
    serviceAccounts: sources.flatMap(({ serviceAccounts }) => serviceAccounts),
  };
}

/**
 * Roles and bindings that every API server makes itself, as far as they count for service accounts here: those of groups
 * that all service accounts are in, and those that charts bind. Of 1.34.2, read 2026-11-30.
 *
 * Source: "Default roles and role bindings" of the Kubernetes documentation; the rules are those of
 * plugin/pkg/auth/authorizer/rbac/bootstrappolicy of Kubernetes.
 */
import { rbacObjectsOf } from './manifests';
import type { RbacObjects } from './rbac-objects';

const urlRole = (name: string, nonResourceURLs: readonly string[]) => ({
  kind: 'ClusterRole',
  metadata: { name },
  rules: [{ nonResourceURLs, verbs: ['get'] }],
});

const createRole = (name: string, resources: Readonly<Record<string, readonly string[]>>) => ({
  kind: 'ClusterRole',
  metadata: { name },
  rules: Object.entries(resources).map(([group, names]) => ({
    apiGroups: [group],
    resources: names,
    verbs: ['create'],
  })),
});

const aggregated = (name: string, labels: Readonly<Record<string, string>> = {}) => ({
  kind: 'ClusterRole',
  metadata: { name, labels },
  aggregationRule: {
    clusterRoleSelectors: [{ matchLabels: { [`rbac.authorization.k8s.io/aggregate-to-${name}`]: 'true' } }],
  },
});

const groupBinding = (role: string, ...groups: readonly string[]) => ({
  kind: 'ClusterRoleBinding',
  metadata: { name: role },
  roleRef: { kind: 'ClusterRole', name: role },
  subjects: groups.map((name) => ({ kind: 'Group', name })),
});

const versions = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const interfaces = ['/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];
const keys = ['/.well-known/openid-configuration', '/.well-known/openid-configuration/'];

const manifests: readonly unknown[] = [
  urlRole('system:public-info-viewer', versions),
  urlRole('system:discovery', [...versions, ...interfaces]),
  urlRole('system:service-account-issuer-discovery', [...keys, '/openid/v1/jwks', '/openid/v1/jwks/']),
  createRole('system:basic-user', {
    'authorization.k8s.io': ['selfsubjectaccessreviews', 'selfsubjectrulesreviews'],
    'authentication.k8s.io': ['selfsubjectreviews'],
  }),
  createRole('system:auth-delegator', {
    'authentication.k8s.io': ['tokenreviews'],
    'authorization.k8s.io': ['subjectaccessreviews'],
  }),
  {
    kind: 'Role',
    metadata: { name: 'extension-apiserver-authentication-reader', namespace: 'kube-system' },
    rules: [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['extension-apiserver-authentication'],
        verbs: ['get', 'list', 'watch'],
      },
    ],
  },
  {
    kind: 'ClusterRole',
    metadata: { name: 'cluster-admin' },
    rules: [
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { nonResourceURLs: ['*'], verbs: ['*'] },
    ],
  },
  // Their rules come from charts' roles with these labels; the API server's own share is left out: nothing binds them.
  aggregated('view', { 'rbac.authorization.k8s.io/aggregate-to-edit': 'true' }),
  aggregated('edit', { 'rbac.authorization.k8s.io/aggregate-to-admin': 'true' }),
  aggregated('admin'),
  groupBinding('system:public-info-viewer', 'system:authenticated', 'system:unauthenticated'),
  groupBinding('system:discovery', 'system:authenticated'),
  groupBinding('system:basic-user', 'system:authenticated'),
  groupBinding('system:service-account-issuer-discovery', 'system:serviceaccounts'),
];

/** What makes them, as an `origin`. */
export const builtIn = 'Kubernetes';

export const defaultRoles: RbacObjects = rbacObjectsOf(manifests, { origin: builtIn, namespace: 'default' });

/** Manifests, as charts render them and as the API of Kubernetes takes them, as objects of access control. */
import { z } from 'zod';
import { joined, noObjects, type Binding, type RbacObjects, type Role } from './rbac-objects';

const strings = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((map) => map ?? {});

const metadata = z.object({ name: z.string(), namespace: z.string().optional(), labels });

const rule = z.object({
  apiGroups: strings,
  resources: strings,
  resourceNames: strings,
  nonResourceURLs: strings,
  verbs: strings,
});

const selector = z.object({
  matchLabels: labels,
  matchExpressions: z
    .array(z.object({ key: z.string(), operator: z.string(), values: strings }))
    .nullish()
    .transform((list) => list ?? []),
});

const role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata,
  rules: z
    .array(rule)
    .nullish()
    .transform((list) => list ?? []),
  aggregationRule: z.object({ clusterRoleSelectors: z.array(selector) }).optional(),
});

const subject = z.object({
  kind: z.enum(['ServiceAccount', 'User', 'Group']),
  name: z.string(),
  namespace: z.string().optional(),
});

const binding = z.object({
  kind: z.enum(['RoleBinding', 'ClusterRoleBinding']),
  metadata,
  roleRef: z.object({ kind: z.enum(['Role', 'ClusterRole']), name: z.string() }),
  subjects: z
    .array(subject)
    .nullish()
    .transform((list) => list ?? []),
});

const serviceAccount = z.object({ kind: z.literal('ServiceAccount'), metadata });

/** Where manifests come from. */
export interface ManifestSource {
  /** What made them, for reviewers: `chart keda`. */
  readonly origin: string;
  /** Namespace of objects that name none, as Helm puts them there. */
  readonly namespace: string;
}

/**
 * Objects of access control among manifests; others are left out.
 *
 * @throws ZodError for a role, a binding or a service account of another form
 */
export function rbacObjectsOf(manifests: readonly unknown[], source: ManifestSource): RbacObjects {
  return joined(manifests.map((manifest) => objectOf(manifest, source)));
}

function objectOf(manifest: unknown, source: ManifestSource): RbacObjects {
  switch (kindOf(manifest)) {
    case 'Role':
    case 'ClusterRole':
      return { ...noObjects, roles: [roleOf(role.parse(manifest), source)] };
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      return { ...noObjects, bindings: [bindingOf(binding.parse(manifest), source)] };
    case 'ServiceAccount': {
      const { name, namespace = source.namespace } = serviceAccount.parse(manifest).metadata;
      return { ...noObjects, serviceAccounts: [{ name, namespace }] };
    }
    default:
      return noObjects;
  }
}

function roleOf(
  { kind, metadata: own, rules, aggregationRule }: z.output<typeof role>,
  { namespace }: ManifestSource,
): Role {
  return {
    kind,
    name: own.name,
    ...(kind === 'Role' && { namespace: own.namespace ?? namespace }),
    labels: own.labels,
    rules,
    ...(aggregationRule && { aggregates: aggregationRule.clusterRoleSelectors }),
  };
}

function bindingOf(
  { kind, metadata: own, roleRef, subjects }: z.output<typeof binding>,
  { origin, namespace }: ManifestSource,
): Binding {
  return {
    kind,
    name: own.name,
    ...(kind === 'RoleBinding' && { namespace: own.namespace ?? namespace }),
    role: roleRef,
    subjects: subjects.map(definedSubject),
    origin,
  };
}

const definedSubject = ({ kind, name, namespace }: z.output<typeof subject>) => ({
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

function kindOf(manifest: unknown): unknown {
  return typeof manifest === 'object' && manifest !== null && 'kind' in manifest ? manifest.kind : undefined;
}

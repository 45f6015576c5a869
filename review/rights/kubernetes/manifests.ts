/** Manifests, as charts render them and as the API of Kubernetes takes them, as objects of access control. */
import { z } from 'zod';
import { joined, noObjects, type RbacObjects } from './rbac-objects';

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

function objectOf(manifest: unknown, { origin, namespace }: ManifestSource): RbacObjects {
  switch (kindOf(manifest)) {
    case 'Role':
    case 'ClusterRole': {
      const { kind, metadata: own, rules, aggregationRule } = role.parse(manifest);
      const aggregates = aggregationRule?.clusterRoleSelectors;
      const place = kind === 'Role' ? { namespace: own.namespace ?? namespace } : {};
      const found = { kind, name: own.name, ...place, labels: own.labels, rules, ...(aggregates && { aggregates }) };
      return { ...noObjects, roles: [found] };
    }
    case 'RoleBinding':
    case 'ClusterRoleBinding': {
      const { kind, metadata: own, roleRef, subjects } = binding.parse(manifest);
      const place = kind === 'RoleBinding' ? { namespace: own.namespace ?? namespace } : {};
      return {
        ...noObjects,
        bindings: [{ kind, name: own.name, ...place, role: roleRef, subjects: subjects.map(definedSubject), origin }],
      };
    }
    case 'ServiceAccount': {
      const { metadata: own } = serviceAccount.parse(manifest);
      return { ...noObjects, serviceAccounts: [{ name: own.name, namespace: own.namespace ?? namespace }] };
    }
    default:
      return noObjects;
  }
}

const definedSubject = ({ kind, name, namespace }: z.output<typeof subject>) => ({
  kind,
  name,
  ...(namespace !== undefined && { namespace }),
});

function kindOf(manifest: unknown): unknown {
  return typeof manifest === 'object' && manifest !== null && 'kind' in manifest ? manifest.kind : undefined;
}

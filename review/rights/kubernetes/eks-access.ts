/** What access entries of EKS let people and pipelines do, beside role-based access control. */
import { z } from 'zod';
import { rbacObjectsOf } from './manifests';
import { noObjects, type RbacObjects } from './rbac-objects';
import type { StackResources } from './terraform-rbac';

const read = ['get', 'list', 'watch'];

/**
 * Rules of access policies, for the cluster or for a namespace each.
 *
 * Source: "Review access policy permissions" of the EKS User Guide, read 2026-11-30. AWS may change them.
 */
const policyRules: Readonly<Record<string, readonly object[]>> = {
  AmazonEKSClusterAdminPolicy: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
    { nonResourceURLs: ['*'], verbs: ['*'] },
  ],
  AmazonEKSViewPolicy: [
    {
      apiGroups: ['apps'],
      resources: [
        'controllerrevisions',
        ...['daemonsets', 'deployments', 'replicasets', 'statefulsets'].flatMap((kind) => [kind, `${kind}/status`]),
        ...['deployments', 'replicasets', 'statefulsets'].map((kind) => `${kind}/scale`),
      ],
      verbs: read,
    },
    {
      apiGroups: ['autoscaling'],
      resources: ['horizontalpodautoscalers', 'horizontalpodautoscalers/status'],
      verbs: read,
    },
    { apiGroups: ['batch'], resources: ['cronjobs', 'cronjobs/status', 'jobs', 'jobs/status'], verbs: read },
    { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: read },
    {
      apiGroups: ['networking.k8s.io'],
      resources: ['ingresses', 'ingresses/status', 'networkpolicies'],
      verbs: read,
    },
    { apiGroups: ['policy'], resources: ['poddisruptionbudgets', 'poddisruptionbudgets/status'], verbs: read },
    {
      apiGroups: [''],
      resources: [
        ...['bindings', 'configmaps', 'endpoints', 'events', 'limitranges', 'namespaces', 'namespaces/status'],
        ...['persistentvolumeclaims', 'persistentvolumeclaims/status', 'pods', 'pods/log', 'pods/status'],
        ...['replicationcontrollers', 'replicationcontrollers/scale', 'replicationcontrollers/status'],
        ...['resourcequotas', 'resourcequotas/status', 'serviceaccounts', 'services', 'services/status'],
      ],
      verbs: read,
    },
  ],
};

const association = z.object({ policy_arn: z.string(), access_scope: z.object({ type: z.literal('cluster') }) });

/**
 * Policies of a stack's access entries, as cluster roles of the policies' names bound to a group of the same name.
 *
 * @throws Error for a policy whose rules aren't here
 */
export function accessObjects({ resource = {} }: StackResources): RbacObjects {
  const names = Object.values(resource.aws_eks_access_policy_association ?? {}).map(
    (value) => association.parse(value).policy_arn.split('/').at(-1) ?? '',
  );
  const manifests = [...new Set(names)].flatMap(policyManifests);
  return manifests.length === 0 ? noObjects : rbacObjectsOf(manifests, { origin: 'EKS', namespace: 'default' });
}

function policyManifests(name: string): readonly object[] {
  const rules = policyRules[name];
  if (!rules) {
    throw new Error(
      `access policy ${name}: its rules are unknown; add them from the EKS User Guide, or use one of ${Object.keys(policyRules).join(', ')}`,
    );
  }
  return [
    { kind: 'ClusterRole', metadata: { name }, rules },
    {
      kind: 'ClusterRoleBinding',
      metadata: { name },
      roleRef: { kind: 'ClusterRole', name },
      subjects: [{ kind: 'Group', name }],
    },
  ];
}

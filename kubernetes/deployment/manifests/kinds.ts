/** Resources of Terraform's provider for Kubernetes as objects of its API. */
import * as access from './access-shapes';
import type { Manifest } from './manifest';
import { convert, type Shape } from './shape';
import * as storage from './storage-shapes';
import * as workloads from './workload-shapes';

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
  readonly shape: Shape;
}

const rbac = 'rbac.authorization.k8s.io/v1';

const thisFile = 'kubernetes/deployment/manifests/kinds.ts';

/** By the type of the resource. */
const kinds: Readonly<Record<string, Kind>> = {
  kubernetes_cluster_role_binding_v1: { apiVersion: rbac, kind: 'ClusterRoleBinding', shape: access.binding },
  kubernetes_cluster_role_v1: { apiVersion: rbac, kind: 'ClusterRole', shape: access.clusterRole },
  kubernetes_config_map_v1: { apiVersion: 'v1', kind: 'ConfigMap', shape: storage.configMap },
  kubernetes_cron_job_v1: { apiVersion: 'batch/v1', kind: 'CronJob', shape: workloads.cronJob },
  kubernetes_deployment_v1: { apiVersion: 'apps/v1', kind: 'Deployment', shape: workloads.deployment },
  kubernetes_horizontal_pod_autoscaler_v2: {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    shape: workloads.autoscaler,
  },
  kubernetes_job_v1: { apiVersion: 'batch/v1', kind: 'Job', shape: workloads.job },
  kubernetes_namespace_v1: { apiVersion: 'v1', kind: 'Namespace', shape: access.namespace },
  kubernetes_network_policy_v1: {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    shape: access.networkPolicy,
  },
  kubernetes_persistent_volume_claim_v1: { apiVersion: 'v1', kind: 'PersistentVolumeClaim', shape: storage.claim },
  kubernetes_pod_disruption_budget_v1: {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    shape: workloads.disruptionBudget,
  },
  kubernetes_priority_class_v1: {
    apiVersion: 'scheduling.k8s.io/v1',
    kind: 'PriorityClass',
    shape: access.priorityClass,
  },
  kubernetes_resource_quota_v1: { apiVersion: 'v1', kind: 'ResourceQuota', shape: storage.resourceQuota },
  kubernetes_role_binding_v1: { apiVersion: rbac, kind: 'RoleBinding', shape: access.binding },
  kubernetes_role_v1: { apiVersion: rbac, kind: 'Role', shape: access.role },
  kubernetes_service_account_v1: { apiVersion: 'v1', kind: 'ServiceAccount', shape: access.serviceAccount },
  kubernetes_service_v1: { apiVersion: 'v1', kind: 'Service', shape: access.service },
  kubernetes_stateful_set_v1: { apiVersion: 'apps/v1', kind: 'StatefulSet', shape: workloads.statefulSet },
  kubernetes_storage_class_v1: { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', shape: storage.storageClass },
};

/** Types of resources that become objects. */
export const resourceTypes: readonly string[] = Object.keys(kinds);

/** A resource, as far as it becomes an object. */
export interface ProviderResource {
  readonly type: string;
  /** What errors name. */
  readonly address: string;
  /** Arguments without references; see `review/synthesis/resources.ts`. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** @throws Error that names the type or the argument, if it is not known here */
export function manifestOf({ type, address, values }: ProviderResource): Manifest {
  const kind = kinds[type];
  if (!kind) {
    throw new Error(`${address}: resources of type ${type} become no objects here; add it to ${thisFile}`);
  }
  const members = convert(kind.shape, values, address);
  const { metadata } = members as { readonly metadata?: { readonly name?: unknown } };
  if (typeof metadata?.name !== 'string') throw new Error(`${address}: it has no metadata.name; write one out`);
  return { apiVersion: kind.apiVersion, kind: kind.kind, ...members } as unknown as Manifest;
}

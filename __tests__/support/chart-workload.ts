/** Pods of Bitnami's charts, as policies see workloads. The charts make them; what is in here comes from their values. */
import type { TerraformResource } from 'cdktf';
import type { Block, Workload, WorkloadContainer } from '../../constructs/policies/workload';

/** Names of Terraform for what values name as Kubernetes does. Probes of charts' own are switched off. */
const renamed: Readonly<Record<string, string>> = {
  customReadinessProbe: 'readiness_probe',
  customLivenessProbe: 'liveness_probe',
  readinessProbe: 'readiness_probe',
  livenessProbe: 'liveness_probe',
  topologySpreadConstraints: 'topology_spread_constraint',
  extraVolumes: 'volume',
};

const inTerraform = (key: string) => renamed[key] ?? key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

function converted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(converted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => (inner as { enabled?: boolean } | null)?.enabled !== false)
      .map(([key, inner]) => [inTerraform(key), converted(inner)]),
  );
}

function containerOf(name: string, values: object): WorkloadContainer {
  return { name, isInitial: false, arguments: converted(values) as Block };
}

export interface ChartContainer {
  readonly name: string;
  readonly values: object;
}

/** A StatefulSet of a chart. @param pod values that are for all containers */
export function chartWorkload(
  pod: object & { readonly sidecars: readonly { readonly name: string }[]; readonly extraVolumes?: unknown },
  containers: readonly ChartContainer[],
  replicas: number,
): Workload {
  return {
    // For the policy of disruption budgets alone, which looks for those that Terraform makes.
    resource: undefined as unknown as TerraformResource,
    kind: 'stateful_set',
    isServer: true,
    replicas,
    namespace: 'redis',
    labels: {},
    pod: { ...(converted(pod) as Block), service_account_name: 'redis' },
    containers: [
      ...containers.map(({ name, values }) => containerOf(name, values)),
      ...pod.sidecars.map((sidecar) => containerOf(sidecar.name, sidecar)),
    ],
  };
}

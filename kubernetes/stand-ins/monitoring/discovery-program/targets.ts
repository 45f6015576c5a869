/**
 * Ports of pods as targets of Prometheus, with the labels that its discovery in Kubernetes gives them. Source: "pod" under
 * `kubernetes_sd_config` in the documentation of Prometheus.
 */
import type { Labels } from '../../../../constructs/cluster-services/pods';

/** A pod, as far as is read here. */
export interface Pod {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly labels?: Labels };
  readonly spec: {
    readonly nodeName?: string;
    readonly containers: readonly {
      readonly name: string;
      readonly ports?: readonly {
        readonly name?: string;
        readonly containerPort: number;
        readonly protocol?: string;
      }[];
    }[];
  };
  readonly status: { readonly phase?: string; readonly podIP?: string };
}

/** A node, as far as is read here. */
export interface Node {
  readonly metadata: { readonly name: string; readonly labels?: Labels };
}

/** An entry of the answer to `http_sd_config`. */
export interface Target {
  readonly targets: readonly string[];
  readonly labels: Labels;
}

/** Name of a label of Kubernetes within a label of Prometheus. */
export const labelName = (label: string) => label.replaceAll(/[^A-Za-z0-9_]/g, '_');

/** One target for each port of each container. Pods without an address have none. */
export function targetsOf(pods: readonly Pod[], nodes: readonly Node[]): readonly Target[] {
  const labelsOfNodes = new Map(nodes.map(({ metadata }) => [metadata.name, metadata.labels]));
  return pods.flatMap(({ metadata, spec, status }) => {
    const { podIP } = status;
    if (podIP === undefined) return [];
    const ofPod = {
      __meta_kubernetes_namespace: metadata.namespace,
      __meta_kubernetes_pod_name: metadata.name,
      __meta_kubernetes_pod_phase: status.phase ?? '',
      ...prefixed('__meta_kubernetes_pod_label_', metadata.labels),
      ...prefixed('__meta_kubernetes_node_label_', labelsOfNodes.get(spec.nodeName ?? '')),
    };
    return spec.containers.flatMap(({ name, ports = [] }) =>
      ports
        .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
        .map((port) => ({
          targets: [`${podIP}:${port.containerPort}`],
          labels: {
            ...ofPod,
            __meta_kubernetes_pod_container_name: name,
            __meta_kubernetes_pod_container_port_name: port.name ?? '',
          },
        })),
    );
  });
}

const prefixed = (prefix: string, labels: Labels = {}) =>
  Object.fromEntries(Object.entries(labels).map(([label, value]) => [`${prefix}${labelName(label)}`, value]));

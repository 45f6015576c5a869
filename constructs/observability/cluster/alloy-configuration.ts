/** What Alloy does: it takes the output of every container, and sends it to Loki. */
import { watcherUrls } from './names';

/** A label of a line, and what it is taken from. */
const labels = {
  namespace: '__meta_kubernetes_namespace',
  pod: '__meta_kubernetes_pod_name',
  container: '__meta_kubernetes_pod_container_name',
  app: '__meta_kubernetes_pod_label_app_kubernetes_io_name',
} as const;

const rule = ([label, source]: readonly [string, string]) => `  rule {
    source_labels = ["${source}"]
    target_label  = "${label}"
  }`;

/**
 * By the API of Kubernetes rather than by files of nodes: pods that read these are root's, and see those of all others.
 * Each pod of Alloy takes its share of containers. `redis_cluster` and `environment` are the same as of metrics.
 *
 * Source: `loki.source.kubernetes` of the Alloy reference.
 */
export function alloyConfiguration(environment: string, clusterName: string): string {
  return `discovery.kubernetes "pods" {
  role = "pod"
}

discovery.relabel "pods" {
  targets = discovery.kubernetes.pods.targets
  // What has ended has said everything.
  rule {
    source_labels = ["__meta_kubernetes_pod_phase"]
    regex         = "Succeeded|Failed"
    action        = "drop"
  }
${Object.entries(labels).map(rule).join('\n')}
}

loki.source.kubernetes "pods" {
  targets    = discovery.relabel.pods.output
  forward_to = [loki.write.loki.receiver]
  clustering {
    enabled = true
  }
}

loki.write "loki" {
  endpoint {
    url = "${watcherUrls.loki}/loki/api/v1/push"
  }
  external_labels = {
    environment   = "${environment}",
    redis_cluster = "${clusterName}",
  }
}
`;
}

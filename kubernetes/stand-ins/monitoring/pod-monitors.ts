/**
 * Scrape configurations for PodMonitors, as the Prometheus operator makes them. Source: `generatePodMonitorConfig` in
 * pkg/prometheus/promcfg.go of the operator.
 */
import { z } from 'zod';
import type { KubernetesObject } from '../../../constructs/kubernetes/custom-resources';
import { discoveryPort } from './discovery-program/port';
import { labelName } from './discovery-program/targets';

const labels = z.record(z.string(), z.string());

const endpointSchema = z.strictObject({
  port: z.string(),
  relabelings: z
    .array(
      z.strictObject({
        sourceLabels: z.array(z.string()).optional(),
        targetLabel: z.string(),
        replacement: z.string().optional(),
      }),
    )
    .default([]),
});

/** What the stacks write; a member that isn't known here is refused rather than left out. */
const podMonitorSchema = z.strictObject({
  apiVersion: z.literal('monitoring.coreos.com/v1'),
  kind: z.literal('PodMonitor'),
  metadata: z.strictObject({ name: z.string(), namespace: z.string().optional() }),
  spec: z.strictObject({
    namespaceSelector: z.strictObject({ matchNames: z.array(z.string()) }),
    selector: z.strictObject({ matchLabels: labels }),
    attachMetadata: z.strictObject({ node: z.boolean() }).optional(),
    podMetricsEndpoints: z.array(endpointSchema),
  }),
});

type PodMonitor = z.output<typeof podMonitorSchema>;
type Endpoint = z.output<typeof endpointSchema>;

/** In the place of `kubernetes_sd_configs` with the role `pod`, which Debian's Prometheus doesn't have. */
const discovery = (namespaces: readonly string[]) => ({
  url: `http://127.0.0.1:${discoveryPort}/pods?${namespaces.map((namespace) => `namespace=${namespace}`).join('&')}`,
  refresh_interval: '5s',
});

/**
 * One scrape configuration for each endpoint.
 *
 * @param namespace of the object
 * @throws Error for a member that isn't known here
 */
export function scrapeConfigs(object: KubernetesObject, namespace: string) {
  const parsed = podMonitorSchema.safeParse(object);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
    throw new Error(
      `PodMonitor ${object.metadata.name}: ${problems.join('; ')}; add it to kubernetes/stand-ins/monitoring/pod-monitors.ts`,
    );
  }
  const { metadata, spec } = parsed.data;
  return spec.podMetricsEndpoints.map((endpoint, index) => ({
    job_name: `podMonitor/${namespace}/${metadata.name}/${index}`,
    http_sd_configs: [discovery(spec.namespaceSelector.matchNames)],
    relabel_configs: relabelConfigs(parsed.data, endpoint, namespace),
  }));
}

function relabelConfigs({ metadata, spec }: PodMonitor, { port, relabelings }: Endpoint, namespace: string) {
  const selected = Object.entries(spec.selector.matchLabels).map(
    ([label, value]) => [`__meta_kubernetes_pod_label_${labelName(label)}`, `(${value})`] as const,
  );
  const kept = [...selected, ['__meta_kubernetes_pod_container_port_name', port] as const];
  return [
    { action: 'drop', source_labels: ['__meta_kubernetes_pod_phase'], regex: '(Failed|Succeeded)' },
    ...kept.map(([label, regex]) => ({ action: 'keep', source_labels: [label], regex })),
    { source_labels: ['__meta_kubernetes_namespace'], target_label: 'namespace' },
    { source_labels: ['__meta_kubernetes_pod_container_name'], target_label: 'container' },
    { source_labels: ['__meta_kubernetes_pod_name'], target_label: 'pod' },
    { target_label: 'job', replacement: `${namespace}/${metadata.name}` },
    { target_label: 'endpoint', replacement: port },
    ...relabelings.map(({ sourceLabels, targetLabel, replacement }) => ({
      ...(sourceLabels && { source_labels: sourceLabels }),
      target_label: targetLabel,
      ...(replacement !== undefined && { replacement }),
    })),
  ];
}

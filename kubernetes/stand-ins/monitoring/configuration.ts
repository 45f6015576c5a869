/** Configurations of Prometheus and Alertmanager, from the chart's values and the objects that their operator would read. */
import { z } from 'zod';
import { renderYaml, type YamlValue } from '../../../constructs/rendering/yaml';
import type { InstalledObject } from '../../../review/synthesis/helm-objects';
import { scrapeConfigs } from './pod-monitors';
import { receiverUrl } from './receiver';

const origin = 'Written by the deployment, as the Prometheus operator would.';

/** Files by name. */
export type Files = Readonly<Record<string, string>>;

/** What is read of the values of kube-prometheus-stack. */
const chartValues = z.object({
  prometheus: z.object({
    prometheusSpec: z.object({
      scrapeInterval: z.string(),
      evaluationInterval: z.string(),
      retention: z.string(),
      externalLabels: z.record(z.string(), z.string()),
    }),
  }),
  alertmanager: z.object({
    config: z.looseObject({ receivers: z.array(z.looseObject({ name: z.string() })) }),
  }),
});

export type MonitoringValues = z.output<typeof chartValues>;

/** @param text values of the release, as JSON @throws ZodError if one is missing */
export const readMonitoringValues = (text: string): MonitoringValues => chartValues.parse(JSON.parse(text));

/**
 * Files of Prometheus.
 *
 * @param objects of its namespace, whose monitors and rules it gets
 * @param alertmanagers `host:port` of each
 */
export function prometheusFiles(
  values: MonitoringValues,
  objects: readonly InstalledObject[],
  alertmanagers: readonly string[],
): Files {
  const { scrapeInterval, evaluationInterval, externalLabels } = values.prometheus.prometheusSpec;
  const ofKind = (kind: string) => objects.filter(({ object }) => object.kind === kind);
  const configuration = {
    global: {
      scrape_interval: scrapeInterval,
      evaluation_interval: evaluationInterval,
      external_labels: externalLabels,
    },
    rule_files: ['*.rules.yaml'],
    alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers }] }] },
    scrape_configs: ofKind('PodMonitor').flatMap(({ object, namespace }) => scrapeConfigs(object, namespace)),
  };
  const rules = ofKind('PrometheusRule').map(({ object }): [string, string] => [
    `${object.metadata.name}.rules.yaml`,
    renderYaml(origin, object.spec as YamlValue),
  ]);
  return { 'prometheus.yaml': renderYaml(origin, configuration), ...Object.fromEntries(rules) };
}

/** The file of Alertmanager. Routes, groups and inhibitions are the environment's; every receiver is the stand-in's. */
export function alertmanagerFiles({ alertmanager: { config } }: MonitoringValues): Files {
  const receivers = config.receivers.map(({ name, ...targets }) => ({
    name,
    ...(Object.keys(targets).length > 0 && {
      webhook_configs: [{ url: receiverUrl(name), send_resolved: true }],
    }),
  }));
  return { 'alertmanager.yaml': renderYaml(origin, { ...config, receivers }) };
}

/** What watches a cluster goes by: names, ports and labels that charts, policies, rules and people share. */
import { namespaces } from '../../cluster-services/names';
import type { Labels } from '../../cluster-services/pods';
import { prometheusPods } from '../../cluster-services/watchers';
import { controlPlaneCalls } from '../../kubernetes/control-plane-calls';

export const observabilityNamespace = namespaces.observability;

/** Releases, by what they install; the first part of the names of what the charts make. */
export const releases = {
  definitions: 'monitoring-definitions',
  monitoring: 'monitoring',
  loki: 'loki',
  alloy: 'alloy',
  grafana: 'grafana',
} as const;

/** Ports of pods, and of the services before them but for Grafana's. */
export const watcherPorts = {
  operator: controlPlaneCalls.prometheusOperatorWebhook.port,
  prometheus: 9_090,
  alertmanager: 9_093,
  /** Between pods of Alertmanager. */
  alertmanagerMesh: 9_094,
  /** Of the program that reloads configurations. */
  reloader: 8_080,
  stateMetrics: 8_080,
  loki: 3_100,
  /** Between pods of Loki. */
  lokiRpc: 9_095,
  lokiMembers: 7_946,
  alloy: 12_345,
  grafana: 3_000,
} as const;

const name = (value: string): Labels => ({ 'app.kubernetes.io/name': value });

/** Labels of pods. */
export const watcherPods = {
  operator: { app: 'kube-prometheus-stack-operator', release: releases.monitoring },
  prometheus: prometheusPods,
  alertmanager: name('alertmanager'),
  stateMetrics: name('kube-state-metrics'),
  loki: name('loki'),
  alloy: name('alloy'),
  grafana: name('grafana'),
} as const satisfies Readonly<Record<string, Labels>>;

/** Service accounts that take on a role. */
export const watcherServiceAccounts = { loki: 'loki', grafana: 'grafana' } as const;

const inNamespace = (service: string, port: number) => `http://${service}.${observabilityNamespace}.svc:${port}`;

/** URLs within the cluster. */
export const watcherUrls = {
  prometheus: inNamespace(`${releases.monitoring}-prometheus`, watcherPorts.prometheus),
  alertmanager: inNamespace(`${releases.monitoring}-alertmanager`, watcherPorts.alertmanager),
  loki: inNamespace(releases.loki, watcherPorts.loki),
} as const;

/** The Secret with what receivers are reached by; its keys are the names of the settings' secrets. */
export const receiversSecret = 'alertmanager-receivers';

/** The Secret with the user and the password of Grafana's administrator. */
export const grafanaSecret = 'grafana-administrator';

/** Keys in it. */
export const grafanaSecretKeys = { user: 'username', password: 'password' } as const;

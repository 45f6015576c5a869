/** Values of the chart grafana, by the keys of version 12.11; the one place that knows them. */
import { servicePriorityClass } from '../../cluster-services/names';
import { emptyDir, hardenedContainer, resources } from '../../cluster-services/pods';
import type { ChartValues } from '../../kubernetes/chart-release';
import type { ChartWorkload } from '../../kubernetes/chart-workloads';
import { dataSources } from '../dashboards/data-sources';
import { imageWithSha, type WatcherProps } from './images';
import { grafanaSecret, grafanaSecretKeys, releases, watcherPorts, watcherServiceAccounts, watcherUrls } from './names';

export interface GrafanaProps extends WatcherProps {
  /** ConfigMap with dashboards, a file each. */
  readonly dashboards: string;
}

/** Folder of the dashboards in Grafana, and what the chart calls where they come from. */
const folder = 'redis-platform';

const off = { enabled: false };

/** Writable folders beside those of data and of the search, which the chart makes itself. */
const emptyFolders = { logs: '/var/log/grafana', temporary: '/tmp' };

/** Mebibytes of each. */
const emptyFolderMebibytes = 64;

/** Mebibytes of the database and of the search, whose folders the chart makes without a limit: the container has one. */
const dataMebibytes = 512;

const emptyDirMebibytes = dataMebibytes + Object.keys(emptyFolders).length * emptyFolderMebibytes;

/** Nothing in it is worth keeping: data sources and dashboards come with the deployment, and are read-only. */
export function grafanaValues(props: GrafanaProps): ChartValues {
  const { image, digests, memoryMebibytes } = props.settings.grafana;
  return {
    image: imageWithSha(props, 'grafana', { image, digests }),
    // One alone: two would each have their own sessions. It is away for seconds, and nothing depends on it.
    replicas: 1,
    service: { port: watcherPorts.grafana, targetPort: watcherPorts.grafana },
    // Nothing here asks Kubernetes.
    rbac: { create: false },
    serviceAccount: { name: watcherServiceAccounts.grafana, automountServiceAccountToken: false },
    automountServiceAccountToken: false,
    admin: {
      existingSecret: grafanaSecret,
      userKey: grafanaSecretKeys.user,
      passwordKey: grafanaSecretKeys.password,
    },
    testFramework: off,
    initChownData: off,
    persistence: off,
    sidecar: { dashboards: off, datasources: off },
    containerSecurityContext: hardenedContainer,
    // `extraEmptyDirMounts` would be shorter, and has no limits.
    extraVolumes: Object.keys(emptyFolders).map((name) => ({ name, emptyDir: emptyDir(emptyFolderMebibytes) })),
    extraVolumeMounts: Object.entries(emptyFolders).map(([name, mountPath]) => ({ name, mountPath, readOnly: false })),
    resources: resources({ cpuMillicores: 100, memoryMebibytes, emptyDirMebibytes }),
    priorityClassName: servicePriorityClass,
    datasources: { 'datasources.yaml': { apiVersion: 1, datasources: sources(props) } },
    dashboardProviders: { 'dashboardproviders.yaml': { apiVersion: 1, providers: [provider] } },
    dashboardsConfigMaps: { [folder]: props.dashboards },
    'grafana.ini': configuration,
  };
}

const provider = {
  name: folder,
  orgId: 1,
  folder: 'Redis platform',
  type: 'file',
  disableDeletion: true,
  allowUiUpdates: false,
  options: { path: `/var/lib/grafana/dashboards/${folder}` },
};

/** Where panels ask. CloudWatch is asked with the role of the pod. */
function sources({ account, settings }: GrafanaProps) {
  const proxied = { access: 'proxy', editable: false };
  return [
    {
      ...proxied,
      name: 'Prometheus',
      ...dataSources.prometheus,
      url: watcherUrls.prometheus,
      isDefault: true,
      // By which Grafana makes $__rate_interval long enough for two scrapes; it takes them for 15 s apart otherwise.
      jsonData: { timeInterval: `${settings.prometheus.scrapeSeconds}s` },
    },
    {
      ...proxied,
      name: 'Alertmanager',
      type: 'alertmanager',
      uid: 'alertmanager',
      url: watcherUrls.alertmanager,
      jsonData: { implementation: 'prometheus' },
    },
    { ...proxied, name: 'Loki', type: 'loki', uid: 'loki', url: watcherUrls.loki },
    {
      ...proxied,
      name: 'CloudWatch',
      ...dataSources.cloudwatch,
      jsonData: { authType: 'default', defaultRegion: account.region },
    },
  ];
}

/**
 * Data sources of the image that nothing here asks. Each would be a process of its own, with tens of megabytes.
 * Source: `defaultPreinstallPlugins` in pkg/setting/setting_plugins.go of Grafana.
 */
const unusedDataSources = [
  'elasticsearch',
  'grafana-postgresql-datasource',
  'grafana-pyroscope-datasource',
  'influxdb',
  'jaeger',
  'mssql',
  'mysql',
  'opentsdb',
  'stackdriver',
  'tempo',
  'zipkin',
];

const configuration = {
  // What compresses answers keeps memory in 13.0 to 13.2. Source: issue 123017 of Grafana.
  server: { enable_gzip: false },
  analytics: { reporting_enabled: false, check_for_updates: false, check_for_plugin_updates: false },
  users: { allow_sign_up: false },
  security: { disable_gravatar: true },
  plugins: {
    // From the catalogue, which it can't reach from here; those of the image are there without it.
    preinstall_disabled: true,
    public_key_retrieval_disabled: true,
    disable_plugins: unusedDataSources.join(','),
  },
  // Rules are Prometheus', who tells Alertmanager: one place says who is told.
  unified_alerting: { enabled: false },
};

/** Where the values say what pods request. */
export const grafanaWorkloads: readonly ChartWorkload[] = [
  { name: releases.grafana, kind: 'deployment', replicas: 'replicas', containers: ['resources'] },
];

/** Values of the chart loki, by the keys of version 18.11; the one place that knows them. */
import { servicePriorityClass } from '../../cluster-services/names';
import { hardenedContainer, oneAtATime, resources, spreadOverZones } from '../../cluster-services/pods';
import type { ChartValues } from '../../kubernetes/chart-release';
import type { ChartWorkload } from '../../kubernetes/chart-workloads';
import { defaultStorageClass } from '../../kubernetes/storage-class-names';
import { imageWithDigest, type WatcherProps } from './images';
import { releases, watcherPods, watcherPorts, watcherServiceAccounts } from './names';

export interface LokiProps extends WatcherProps {
  /** Name of the bucket that lines are kept in. */
  readonly bucket: string;
}

/**
 * The day since which lines are stored as they are. It never changes: Loki looks by it how older ones were. Source:
 * `schema_config`, Loki's configuration reference.
 */
const schemaFrom = '2026-01-01';

/** Pods: each line is on two of the three before it is taken for written. */
const replicas = 3;

/** Mebibytes of `/tmp`, which the chart makes without a limit: the container has one. */
const temporaryMebibytes = 256;

const off = { enabled: false };
const none = { replicas: 0 };

/** Every pod is all of Loki, and what is older than some hours is in S3. */
export function lokiValues(props: LokiProps): ChartValues {
  const { loki: settings } = props.settings.logs;
  const { image, digests, volumeGibibytes, memoryMebibytes } = settings;
  return {
    fullnameOverride: releases.loki,
    deploymentMode: 'Monolithic',
    loki: { image: imageWithDigest(props, 'loki', { image, digests }), ...configuration(props) },
    serviceAccount: { name: watcherServiceAccounts.loki, automountServiceAccountToken: false },
    defaults: { automountServiceAccountToken: false },
    singleBinary: {
      replicas,
      resources: resources({ cpuMillicores: 100, memoryMebibytes, emptyDirMebibytes: temporaryMebibytes }),
      priorityClassName: servicePriorityClass,
      podDisruptionBudget: { enabled: true, ...oneAtATime },
      topologySpreadConstraints: spreadOverZones(watcherPods.loki).map((constraint) => ({
        ...constraint,
        matchLabelKeys: ['controller-revision-hash'],
      })),
      persistence: {
        enabled: true,
        size: `${volumeGibibytes}Gi`,
        storageClass: defaultStorageClass,
        // What S3 doesn't have yet is on them. Without the first the chart leaves the others out.
        enableStatefulSetAutoDeletePVC: true,
        whenScaled: 'Retain',
        whenDeleted: 'Retain',
      },
    },
    // The parts of the other way to deploy it.
    write: none,
    read: none,
    backend: none,
    // Caches for far more lines, a proxy that adds nothing, and a program that tests from outside.
    chunksCache: off,
    resultsCache: off,
    gateway: off,
    lokiCanary: off,
    test: off,
    sidecar: { rules: off },
    minio: off,
  };
}

function configuration({ account, settings, bucket }: LokiProps) {
  const { retentionDays } = settings.logs;
  return {
    auth_enabled: false,
    server: { http_listen_port: watcherPorts.loki, grpc_listen_port: watcherPorts.lokiRpc },
    commonConfig: { replication_factor: replicas },
    schemaConfig: {
      configs: [
        {
          from: schemaFrom,
          store: 'tsdb',
          object_store: 's3',
          schema: 'v13',
          index: { prefix: 'index_', period: '24h' },
        },
      ],
    },
    storage: {
      type: 's3',
      bucketNames: { chunks: bucket, ruler: bucket },
      s3: { region: account.region },
    },
    // Without it nothing is ever deleted, whatever the limit says.
    compactor: { retention_enabled: true, delete_request_store: 's3' },
    limits_config: { retention_period: `${retentionDays * 24}h` },
    analytics: { reporting_enabled: false },
    containerSecurityContext: hardenedContainer,
  };
}

/** Where the values say what pods request. */
export const lokiWorkloads: readonly ChartWorkload[] = [
  {
    name: releases.loki,
    kind: 'stateful',
    replicas: 'singleBinary.replicas',
    containers: ['singleBinary.resources'],
    spread: 'singleBinary.topologySpreadConstraints',
    // The chart's own affinity keeps them on different nodes.
    apart: true,
    zoneBound: true,
  },
];

/** Values of the chart `redis-cluster`: the only place that knows its keys. */
import type { BitnamiClusterSettings } from '../../environments/bitnami-settings';
import { defaultStorageClass } from '../kubernetes/storage-classes';
import type { ChartValues } from '../kubernetes/chart-release';
import { exporterSidecar } from './exporter-sidecar';
import { keeperSidecar, serverLifecycle, serverProbes } from './server-programs';
import { passwordKey, redisPorts, redisPriorityClass, releaseName, serviceHost, userSecret } from './names';
import { clusterPods } from './placement';
import { redisPlacement } from './placement-values';
import { podPaths } from './pod-configuration';
import { podVolumes, serverVolumes, volumeMount, type PodFiles } from './pod-volumes';
import {
  claimRetention,
  containerSecurityContext,
  disruptionBudget,
  noChartProbes,
  podSecurityContext,
  serverResources,
  sharedValues,
} from './shared-values';
import { imageName, type BitnamiImages } from './sources';

export interface ClusterValuesProps {
  readonly settings: BitnamiClusterSettings;
  readonly images: BitnamiImages;
  readonly files: PodFiles;
}

/** The headless service, by which pods have names. */
export const clusterHeadlessService = `${releaseName}-headless`;

/** Names of pods, by ordinal. */
export const clusterPodNames = (settings: BitnamiClusterSettings): readonly string[] =>
  Array.from({ length: clusterPods(settings) }, (_, ordinal) => `${releaseName}-${ordinal}`);

/** The name that a pod is reached by. */
export const clusterPodHost = (pod: string) => `${pod}.${serviceHost(clusterHeadlessService)}`;

/**
 * The server is started as it is, with the configuration of this project: the chart's own start logs in as the default
 * user, which is off. The chart forms no cluster (`cluster.init`): it pairs pods without regard to zones, and adding pods
 * would wait for itself.
 */
export function clusterValues({ settings, images, files }: ClusterValuesProps): ChartValues {
  const { shards, replicasPerShard } = settings;
  return {
    ...sharedValues,
    image: { ...images.redis, pullPolicy: 'IfNotPresent' },
    cluster: { init: false, nodes: clusterPods({ shards, replicasPerShard }), replicas: replicasPerShard },
    // The keeper's: the password of the default user would be asked for here, and there is none.
    usePassword: true,
    usePasswordFiles: true,
    existingSecret: userSecret('keeper'),
    existingSecretPasswordKey: passwordKey,
    // Claims are made before, with the size and in the zone that each is to have; this one is never used. It can't be
    // changed in a release that is there.
    persistence: { enabled: true, path: podPaths.data, storageClass: defaultStorageClass, size: '1Gi' },
    persistentVolumeClaimRetentionPolicy: claimRetention,
    podSecurityContext,
    containerSecurityContext: { ...containerSecurityContext, privileged: false },
    sysctlImage: { enabled: false },
    service: { type: 'ClusterIP', ports: { redis: redisPorts.redis } },
    pdb: disruptionBudget,
    redis: serverValues(settings, images, files),
  };
}

function serverValues(
  settings: BitnamiClusterSettings,
  images: ClusterValuesProps['images'],
  files: PodFiles,
): Readonly<Record<string, unknown>> {
  return {
    command: ['redis-server'],
    args: [
      `${podPaths.configuration}/redis.conf`,
      '--cluster-announce-hostname',
      clusterPodHost('$(POD_NAME)'),
      '--cluster-announce-ip',
      '$(POD_IP)',
    ],
    extraEnvVars: [{ name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } }],
    containerPorts: { redis: redisPorts.redis, bus: redisPorts.bus },
    useAOFPersistence: 'yes',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    podManagementPolicy: 'Parallel',
    automountServiceAccountToken: false,
    hostNetwork: false,
    priorityClassName: redisPriorityClass,
    terminationGracePeriodSeconds: settings.terminationGracePeriodSeconds,
    ...redisPlacement,
    resources: serverResources(settings),
    ...noChartProbes,
    ...serverProbes,
    lifecycleHooks: serverLifecycle(settings),
    sidecars: [
      keeperSidecar(imageName(images.redis)),
      exporterSidecar(imageName(images.exporter), { isCluster: true }),
    ],
    extraVolumes: podVolumes(files),
    extraVolumeMounts: serverVolumes.map(volumeMount),
  };
}

/** Values of the chart `redis-cluster`: the only place that knows its keys. */
import type { BitnamiClusterSettings } from '../../environments/bitnami-settings';
import { resources } from '../cluster-services/pods';
import type { ChartValues } from '../kubernetes/chart-release';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import { exporterSidecar } from './exporter-sidecar';
import { keeperSidecar, serverLifecycle, serverProbes, type EnvironmentVariable } from './server-programs';
import { passwordKey, redisPorts, redisPriorityClass, podHost, releaseName, userSecret } from './names';
import { clusterPods, podGroup } from './placement';
import { redisPlacement } from './placement-values';
import { podPaths } from './pod-configuration';
import { podVolumes, serverVolumes, volumeMount } from './pod-volumes';
import {
  claimRetention,
  claimTemplate,
  containerSecurityContext,
  disruptionBudget,
  noChartProbes,
  podSecurityContext,
  sharedValues,
  type ValuesProps,
} from './shared-values';
import { imageName } from './sources';
import { masterReturnSeconds } from './timing';

/** Names of pods, by ordinal. */
export const clusterPodNames = (settings: BitnamiClusterSettings): readonly string[] =>
  Array.from({ length: clusterPods(settings) }, (_, ordinal) => `${releaseName}-${ordinal}`);

export interface ClusterValuesProps extends ValuesProps<BitnamiClusterSettings> {
  /** How many there are. */
  readonly zones: number;
}

/**
 * The server is started as it is, with the configuration of this project: the chart's own start logs in as the default
 * user, which is off. The chart forms no cluster (`cluster.init`): it pairs pods without regard to zones, and adding pods
 * would wait for itself.
 */
export function clusterValues(props: ClusterValuesProps): ChartValues {
  const { settings, images } = props;
  return {
    ...sharedValues,
    image: { ...images.redis, pullPolicy: 'IfNotPresent' },
    cluster: { init: false, nodes: clusterPods(settings), replicas: settings.replicasPerShard },
    // The keeper's: the password of the default user would be asked for here, and there is none.
    usePassword: true,
    usePasswordFiles: true,
    existingSecret: userSecret('keeper'),
    existingSecretPasswordKey: passwordKey,
    persistence: claimTemplate,
    persistentVolumeClaimRetentionPolicy: claimRetention,
    podSecurityContext,
    containerSecurityContext: { ...containerSecurityContext, privileged: false },
    sysctlImage: { enabled: false },
    service: { type: 'ClusterIP', ports: { redis: redisPorts.redis } },
    pdb: disruptionBudget,
    redis: serverValues(props),
  };
}

function serverValues({
  settings,
  images,
  files,
  placement,
  zones,
}: ClusterValuesProps): Readonly<Record<string, unknown>> {
  return {
    command: ['redis-server'],
    args: [
      `${podPaths.configuration}/redis.conf`,
      '--cluster-announce-hostname',
      podHost('$(POD_NAME)'),
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
    ...redisPlacement(placement),
    resources: resources(settings),
    ...noChartProbes,
    ...serverProbes,
    lifecycleHooks: serverLifecycle(settings),
    sidecars: [
      keeperSidecar(imageName(images.redis), masterReturn(settings, zones)),
      exporterSidecar(imageName(images.exporter), { isCluster: true }),
    ],
    extraVolumes: podVolumes(files),
    extraVolumeMounts: serverVolumes.map(volumeMount),
  };
}

/** Of the program `keep`. It says the same of every pod, and stays the same when shards are added: no pod is replaced for it. */
function masterReturn(settings: BitnamiClusterSettings, zones: number): readonly EnvironmentVariable[] {
  const group = podGroup(settings, zones);
  return [
    { name: 'GROUP_PODS', value: String(group.pods) },
    { name: 'GROUP_MASTERS', value: String(group.masters) },
    { name: 'RETURN_SECONDS', value: String(masterReturnSeconds(settings)) },
  ];
}

/** Where the values say what pods request. Affinity keeps them on different nodes; see `redisPlacement`. */
export const clusterWorkloads: readonly ChartWorkload[] = [
  {
    name: releaseName,
    kind: 'stateful',
    replicas: 'cluster.nodes',
    containers: ['redis.resources', 'redis.sidecars.0.resources', 'redis.sidecars.1.resources'],
    spread: 'redis.topologySpreadConstraints',
    apart: true,
    zoneBound: true,
  },
];

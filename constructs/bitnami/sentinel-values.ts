/** Values of the chart `redis` with Sentinels: the only place that knows its keys. */
import type { BitnamiSentinelSettings } from '../../environments/bitnami-settings';
import { emptyDir, resources } from '../cluster-services/pods';
import type { ChartValues } from '../kubernetes/chart-release';
import type { ChartWorkload } from '../kubernetes/chart-workloads';
import type { NetworkAddress } from '../redis/endpoint';
import { exporterSidecar } from './exporter-sidecar';
import {
  passwordKey,
  podHost,
  redisPorts,
  redisPriorityClass,
  releaseName,
  sentinelMasterName,
  userSecret,
} from './names';
import { redisPlacement } from './placement-values';
import { podVolumes, sentinelVolume, serverVolumes, volumeMount } from './pod-volumes';
import {
  keeperSidecar,
  ownSentinel,
  programPath,
  sentinelLifecycle,
  sentinelProbes,
  serverLifecycle,
  serverProbes,
  type EnvironmentVariable,
} from './server-programs';
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

type SentinelValuesProps = ValuesProps<BitnamiSentinelSettings>;
type Nodes = Pick<BitnamiSentinelSettings, 'nodes'>;
type Addresses = readonly [NetworkAddress, ...NetworkAddress[]];

/** Names of pods, by ordinal. */
export const sentinelPodNames = ({ nodes }: Nodes): readonly string[] =>
  Array.from({ length: nodes }, (_, ordinal) => podName(String(ordinal)));

const podName = (ordinal: string) => `${releaseName}-node-${ordinal}`;

/** Where servers are, by ordinal; there are three at least. */
export const serverAddresses = (settings: Nodes) => addresses(settings, redisPorts.redis);

/** Where Sentinels are. */
export const sentinelAddresses = (settings: Nodes) => addresses(settings, redisPorts.sentinel);

function addresses(settings: Nodes, port: number): Addresses {
  const [first = podName('0'), ...others] = sentinelPodNames(settings);
  const address = (pod: string) => ({ host: podHost(pod), port });
  return [address(first), ...others.map(address)];
}

const text = ({ host, port }: NetworkAddress) => `${host}:${port}`;

/** Mebibytes of each of its emptyDirs: its configuration, and temporary files. */
const emptyDirMebibytes = 64;

/** Mebibytes of a Sentinel and its shell. */
const sentinelMebibytes = 64;

/** What the programs of a pod go by. */
function podEnvironment(settings: BitnamiSentinelSettings): readonly EnvironmentVariable[] {
  const own = podHost('$(POD_NAME)');
  return [
    { name: 'OWN', value: text({ host: own, port: redisPorts.redis }) },
    { name: 'OWN_SENTINEL', value: text({ host: own, port: redisPorts.sentinel }) },
    { name: 'SENTINEL', value: ownSentinel },
    { name: 'SERVERS', value: serverAddresses(settings).map(text).join(' ') },
    { name: 'SENTINELS', value: sentinelAddresses(settings).map(text).join(' ') },
    { name: 'MASTER_NAME', value: sentinelMasterName },
    { name: 'FIRST_MASTER', value: text(serverAddresses(settings)[0]) },
  ];
}

/**
 * Servers and Sentinels are started by programs and with configurations of this project: the chart's own log in as the
 * default user, which is off, and make a server that lost its volume the master.
 */
export function sentinelValues(props: SentinelValuesProps): ChartValues {
  const { images } = props;
  return {
    ...sharedValues,
    architecture: 'replication',
    image: { ...images.redis, pullPolicy: 'IfNotPresent' },
    // The keeper's: the password of the default user would be asked for here, and there is none.
    auth: {
      enabled: true,
      sentinel: true,
      existingSecret: userSecret('keeper'),
      existingSecretPasswordKey: passwordKey,
      usePasswordFiles: true,
      usePasswordFileFromSecret: true,
    },
    sysctl: { enabled: false },
    replica: replicaValues(props),
    sentinel: sentinelContainerValues(props),
  };
}

function replicaValues({ settings, images, files, placement }: SentinelValuesProps): Readonly<Record<string, unknown>> {
  return {
    replicaCount: settings.nodes,
    command: ['bash'],
    args: [programPath('start-redis')],
    extraEnvVars: podEnvironment(settings),
    containerPorts: { redis: redisPorts.redis },
    automountServiceAccountToken: false,
    updateStrategy: { type: 'RollingUpdate' },
    // All at once: the first may be a replica of the last, and would wait for it.
    podManagementPolicy: 'Parallel',
    priorityClassName: redisPriorityClass,
    ...redisPlacement(placement),
    resources: resources(settings),
    ...noChartProbes,
    ...serverProbes,
    lifecycleHooks: serverLifecycle(settings),
    podSecurityContext,
    containerSecurityContext,
    persistence: claimTemplate,
    pdb: disruptionBudget,
    sidecars: [
      keeperSidecar(imageName(images.redis), [{ name: 'SENTINEL', value: ownSentinel }]),
      exporterSidecar(imageName(images.exporter), { isCluster: false }),
    ],
    extraVolumes: [...podVolumes(files), sentinelVolume()],
    extraVolumeMounts: serverVolumes.map(volumeMount),
  };
}

function sentinelContainerValues({ settings, images }: SentinelValuesProps): Readonly<Record<string, unknown>> {
  const { failover } = settings;
  return {
    enabled: true,
    // Of the same image: a Sentinel is a server that is started as one.
    image: { ...images.redis, pullPolicy: 'IfNotPresent' },
    masterSet: sentinelMasterName,
    quorum: failover.quorum,
    downAfterMilliseconds: failover.downAfterMilliseconds,
    failoverTimeout: failover.failoverTimeoutMilliseconds,
    command: ['bash'],
    args: [programPath('start-sentinel')],
    extraEnvVars: podEnvironment(settings),
    containerPorts: { sentinel: redisPorts.sentinel },
    service: { type: 'ClusterIP', ports: { redis: redisPorts.redis, sentinel: redisPorts.sentinel } },
    enableServiceLinks: false,
    terminationGracePeriodSeconds: settings.terminationGracePeriodSeconds,
    resources: resources({
      cpuMillicores: 25,
      memoryMebibytes: sentinelMebibytes,
      emptyDirMebibytes: 2 * emptyDirMebibytes,
    }),
    persistence: { ...emptyDir(emptyDirMebibytes) },
    ...noChartProbes,
    ...sentinelProbes,
    lifecycleHooks: sentinelLifecycle(settings),
    containerSecurityContext,
    persistentVolumeClaimRetentionPolicy: claimRetention,
    extraVolumeMounts: (['programs', 'configuration', 'users', 'sentinel'] as const).map(volumeMount),
  };
}

/** Where the values say what pods request. Affinity keeps them on different nodes; see `redisPlacement`. */
export const sentinelWorkloads: readonly ChartWorkload[] = [
  {
    name: `${releaseName}-node`,
    kind: 'stateful',
    replicas: 'replica.replicaCount',
    containers: [
      'replica.resources',
      'sentinel.resources',
      'replica.sidecars.0.resources',
      'replica.sidecars.1.resources',
    ],
    spread: 'replica.topologySpreadConstraints',
    apart: true,
    zoneBound: true,
  },
];

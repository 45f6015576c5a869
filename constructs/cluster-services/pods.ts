/** How pods of services are placed, kept and limited, in the terms of Kubernetes. */

export type Labels = Readonly<Record<string, string>>;

/**
 * One pod in each zone before any zone has two, counted for each version of the pods on its own, so that an update isn't
 * held up by the version it replaces. Zones whose nodes are all lost or drained don't count: else the pods of a lost
 * zone would wait for it.
 */
export function spreadOverZones(labels: Labels) {
  const shared = {
    maxSkew: 1,
    labelSelector: { matchLabels: labels },
    matchLabelKeys: ['pod-template-hash'],
    nodeTaintsPolicy: 'Honor',
  };
  return [
    { ...shared, topologyKey: 'topology.kubernetes.io/zone', whenUnsatisfiable: 'DoNotSchedule' },
    { ...shared, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' },
  ];
}

/** A drain takes one pod at a time. */
export const oneAtATime = { maxUnavailable: 1 } as const;

/** Mebibytes of a container's log: the kubelet keeps five files of 10 MiB (`containerLogMaxSize`, `containerLogMaxFiles`). */
const logMebibytes = 64;

/** Mebibytes that a log may be larger for a while: the kubelet looks every ten seconds (`containerLogMonitorInterval`). */
const logHeadroomMebibytes = 192;

/**
 * Disk of the node that a container takes: its log, and what it writes to emptyDirs; its own files are read-only. Without a
 * limit one log or folder can fill the node's disk, and the kubelet then evicts other pods first. A pod beyond its own
 * limit is evicted, so the limit is several times what is needed.
 *
 * @param emptyDirMebibytes sum of the sizes of the pod's emptyDirs on disk that this container writes to
 */
export const ephemeralStorage = (emptyDirMebibytes = 0) => ({
  requests: { 'ephemeral-storage': `${logMebibytes + emptyDirMebibytes}Mi` },
  limits: { 'ephemeral-storage': `${logMebibytes + logHeadroomMebibytes + emptyDirMebibytes}Mi` },
});

/** An emptyDir on the node's disk that ends at a size: beyond it the kubelet evicts the pod. */
export const emptyDir = (mebibytes: number) => ({ sizeLimit: `${mebibytes}Mi` });

/**
 * Memory that is promised is all there is: more would be taken back by stopping the pod. Processors have no limit: it
 * would slow pods down while the node is idle.
 *
 * @param emptyDirMebibytes as for `ephemeralStorage`; @default 0
 */
export function resources({
  cpuMillicores = 50,
  memoryMebibytes,
  emptyDirMebibytes,
}: {
  readonly cpuMillicores?: number;
  readonly memoryMebibytes: number;
  readonly emptyDirMebibytes?: number;
}) {
  const memory = `${memoryMebibytes}Mi`;
  const disk = ephemeralStorage(emptyDirMebibytes);
  return {
    requests: { cpu: `${cpuMillicores}m`, memory, ...disk.requests },
    limits: { memory, ...disk.limits },
  };
}

/** What containers of every service have of the profile `restricted` and beyond. */
export const hardenedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

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

/**
 * Memory that is promised is all there is: more would be taken back by stopping the pod. Processors have no limit: it
 * would slow pods down while the node is idle.
 */
export function resources({
  cpuMillicores = 50,
  memoryMebibytes,
}: {
  readonly cpuMillicores?: number;
  readonly memoryMebibytes: number;
}) {
  const memory = `${memoryMebibytes}Mi`;
  return { requests: { cpu: `${cpuMillicores}m`, memory }, limits: { memory } };
}

/** What containers of every service have of the profile `restricted` and beyond. */
export const hardenedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  capabilities: { drop: ['ALL'] },
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

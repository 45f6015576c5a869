/** What pods request of nodes, in the terms of the scheduler. */

/** Requests of a pod, or what a node has for them. */
export interface Quantities {
  /** Thousandths of a processor. */
  readonly cpuMillicores: number;
  readonly memoryMebibytes: number;
}

/** A workload and what each of its pods requests: the sum over its containers. */
export interface PodDemand extends Quantities {
  /** Name of the Deployment, StatefulSet or DaemonSet; of a Job, the first part of it. */
  readonly name: string;
  readonly namespace: string;
  readonly kind: 'deployment' | 'stateful' | 'job' | 'daemon';
  /** Which nodes its pods run on; a daemon has one pod on each of them. */
  readonly nodes: 'general' | 'redis' | 'every';
  /** Pods, when it isn't rolling out. Both are the same for what has no autoscaler. A daemon's are those of one node. */
  readonly replicas: { readonly minimum: number; readonly maximum: number };
  /** Pods beyond the replicas while a Deployment rolls out. @default - a quarter of them, rounded up */
  readonly surge?: number;
  /** The scheduler serves system first, and takes the place of pods of a lower priority for those of a higher one. */
  readonly priority: Priority;
  /** Whether no zone may have two pods more than another. */
  readonly overZones: boolean;
  /** Whether no node may have two of its pods. */
  readonly oneANode: boolean;
  /** Whether each pod has a volume, and so stays in the zone that it was first placed in. */
  readonly zoneBound: boolean;
  /** The setting of `replicas.maximum`. @default - there is no autoscaler */
  readonly maximumSetting?: string;
}

/** Highest first. */
export const priorities = ['system', 'redis', 'services', 'application'] as const;

export type Priority = (typeof priorities)[number];

/** Quantities of several things together. */
export function sumOf(all: readonly Quantities[]): Quantities {
  return {
    cpuMillicores: all.reduce((sum, { cpuMillicores }) => sum + cpuMillicores, 0),
    memoryMebibytes: all.reduce((sum, { memoryMebibytes }) => sum + memoryMebibytes, 0),
  };
}

/** How often containers were started again, and how many pods are others than before. */
import type { LiveObject } from '../deployment/kubectl';

export interface Restarts {
  /** Containers that the kubelet started again in the same pod. */
  readonly containers: number;
  /** Pods that are others than before. */
  readonly pods: number;
}

interface ContainerStatus {
  readonly name: string;
  readonly restartCount: number;
}

const countOf = ({ status }: LiveObject) =>
  ((status?.containerStatuses ?? []) as readonly ContainerStatus[]).reduce(
    (sum, { restartCount }) => sum + restartCount,
    0,
  );

/** Between two looks at the same namespaces; pods of jobs aside. */
export function restartsBetween(before: readonly LiveObject[], after: readonly LiveObject[]): Restarts {
  const former = new Map(before.map((pod) => [pod.metadata.uid, pod]));
  const lasting = after.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed');
  const same = lasting.filter(({ metadata }) => former.has(metadata.uid));
  return {
    containers: same.reduce((sum, pod) => {
      const earlier = former.get(pod.metadata.uid);
      return sum + Math.max(0, countOf(pod) - (earlier ? countOf(earlier) : 0));
    }, 0),
    pods: lasting.length - same.length,
  };
}

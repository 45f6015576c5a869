/** Processors and memory that containers use, against what they request. */
import { numberOf } from './quantity';

/** Usage of a pod, as metrics-server reports it. */
export interface PodMetrics {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly containers: readonly {
    readonly name: string;
    readonly usage: { readonly cpu: string; readonly memory: string };
  }[];
}

/** A pod, as far as it is read here. */
export interface PodSpec {
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string }[];
  };
  readonly spec: {
    readonly containers: readonly {
      readonly name: string;
      readonly resources: {
        readonly requests?: Readonly<Record<string, string>>;
        readonly limits?: Readonly<Record<string, string>>;
      };
    }[];
  };
}

/** One row: a container of all pods of a workload. */
export interface ContainerUsage {
  /** `redis/redis`: namespace and workload. */
  readonly workload: string;
  readonly container: string;
  readonly pods: number;
  /** Thousandths of a processor: requested, the mean of all samples, and the highest sample of a pod. */
  readonly cpu: { readonly requested: number; readonly mean: number; readonly highest: number };
  /** Mebibytes: requested, the highest sample of a pod, and the limit. */
  readonly memory: { readonly requested: number; readonly highest: number; readonly limit: number };
}

interface Samples {
  readonly pods: Set<string>;
  readonly cpu: number[];
  readonly memory: number[];
}

const millicores = (quantity: string | undefined) => Math.round(numberOf(quantity ?? '0') * 1_000);
const mebibytes = (quantity: string | undefined) => Math.round(numberOf(quantity ?? '0') / 2 ** 20);

/** Name of the workload: pods of a Deployment belong to a ReplicaSet with a digest at the end of its name. */
export function workloadOf({ metadata: { name, namespace, ownerReferences = [] } }: PodSpec): string {
  const [owner] = ownerReferences;
  const workload = owner?.kind === 'ReplicaSet' ? owner.name.replace(/-[^-]+$/, '') : (owner?.name ?? name);
  return `${namespace}/${workload}`;
}

/** Adds up samples. Containers that were never sampled have no row. */
export class UsageTable {
  readonly #samples = new Map<string, Samples>();
  readonly #containers = new Map<string, { workload: string; container: PodSpec['spec']['containers'][number] }>();

  /** @param pods all pods at the time of the sample */
  add(metrics: readonly PodMetrics[], pods: readonly PodSpec[]): void {
    const byName = new Map(pods.map((pod) => [`${pod.metadata.namespace}/${pod.metadata.name}`, pod]));
    for (const { metadata, containers } of metrics) {
      const name = `${metadata.namespace}/${metadata.name}`;
      const pod = byName.get(name);
      if (pod === undefined) continue;
      for (const { name: containerName, usage } of containers) this.#addContainer(name, pod, containerName, usage);
    }
  }

  #addContainer(name: string, pod: PodSpec, containerName: string, usage: { cpu: string; memory: string }): void {
    const container = pod.spec.containers.find((one) => one.name === containerName);
    if (container === undefined) return;
    const workload = workloadOf(pod);
    const key = `${workload} ${containerName}`;
    this.#containers.set(key, { workload, container });
    const samples = this.#samples.get(key) ?? { pods: new Set(), cpu: [], memory: [] };
    samples.pods.add(name);
    samples.cpu.push(millicores(usage.cpu));
    samples.memory.push(mebibytes(usage.memory));
    this.#samples.set(key, samples);
  }

  rows(): readonly ContainerUsage[] {
    return [...this.#containers]
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, { workload, container }]) => {
        const { pods, cpu, memory } = this.#samples.get(key) ?? { pods: new Set(), cpu: [0], memory: [0] };
        const { requests, limits } = container.resources;
        return {
          workload,
          container: container.name,
          pods: pods.size,
          cpu: {
            requested: millicores(requests?.cpu),
            mean: Math.round(cpu.reduce((sum, value) => sum + value, 0) / cpu.length),
            highest: Math.max(...cpu),
          },
          memory: {
            requested: mebibytes(requests?.memory),
            highest: Math.max(...memory),
            limit: mebibytes(limits?.memory),
          },
        };
      });
  }
}

/** The rows as a table of Markdown. */
export function usageTable(rows: readonly ContainerUsage[]): string {
  const header =
    '| workload | container | pods | CPU requested (m) | mean | highest | memory requested (MiB) | highest | limit |';
  const lines = rows.map(
    ({ workload, container, pods, cpu, memory }) =>
      `| ${[workload, container, pods, cpu.requested, cpu.mean, cpu.highest, memory.requested, memory.highest, memory.limit].join(' | ')} |`,
  );
  return [header, '| --- | --- | --- | --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** What nodes have for pods: an instance less what the system, the kubelet and the daemons of each node take. */
import { instanceSize } from './instance-sizes';
import { sumOf, type PodDemand, type Quantities } from './pod-demand';

export interface NodeCapacity extends Quantities {
  readonly pods: number;
}

/**
 * Share of an instance's memory that firmware and kernel keep. It differs by type; this is on the safe side for those with
 * 8 GiB and more. Source: the default of `vmMemoryOverheadPercent` in the settings of Karpenter's AWS provider.
 */
const systemMemoryShare = 0.075;

/** Mebibytes kept for the kubelet and the container runtime. Source: "Kubernetes settings" of Bottlerocket, kube-reserved. */
const reservedMebibytes = (pods: number) => 255 + 11 * pods;

/** Mebibytes below which the kubelet evicts pods. Source: `memory.available` of Kubernetes' node-pressure eviction. */
const evictionMebibytes = 100;

/** Thousandths of each processor that are kept: of the first, the second, the third and fourth, and of further ones. */
const reservedMillicores = (processors: number) =>
  Array.from({ length: processors }, (_, index) => [60, 10, 5, 5][index] ?? 2.5).reduce((sum, part) => sum + part, 0);

/**
 * Pods that a managed node group lets a node have, however many addresses there are.
 * Source: "How maxPods is determined" of the EKS User Guide.
 */
const groupMaximumPods = (processors: number) => (processors < 30 ? 110 : 250);

/** What the scheduler places pods against; undefined if the instance type isn't known. */
export function allocatable(instanceType: string): NodeCapacity | undefined {
  const size = instanceSize(instanceType);
  if (!size) return undefined;
  const { processors, memoryMebibytes, addressablePods } = size;
  const pods = Math.min(addressablePods, groupMaximumPods(processors));
  return {
    cpuMillicores: Math.floor(processors * 1_000 - reservedMillicores(processors)),
    memoryMebibytes:
      Math.floor(memoryMebibytes * (1 - systemMemoryShare)) - reservedMebibytes(pods) - evictionMebibytes,
    pods,
  };
}

/** What is left beside daemons. */
export function beside(daemons: readonly PodDemand[], capacity: NodeCapacity): NodeCapacity {
  const { cpuMillicores, memoryMebibytes } = sumOf(daemons);
  return {
    cpuMillicores: capacity.cpuMillicores - cpuMillicores,
    memoryMebibytes: capacity.memoryMebibytes - memoryMebibytes,
    pods: capacity.pods - daemons.length,
  };
}

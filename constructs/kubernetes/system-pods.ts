/**
 * What the add-ons of EKS request by their defaults.
 *
 * Sources, read on 2026-11-30: the values of the charts aws-vpc-cni 1.22.4 (25m; the agent of network policies has none
 * there, and is taken to request as much) and aws-ebs-csi-driver (10m and 40Mi a container). CoreDNS, metrics-server and
 * kube-proxy: as EKS installs them, not read from it. Compare with `kubectl -n kube-system get pods -o yaml` of a cluster.
 * Where the configuration of an add-on changes requests, they have to be changed here, too.
 */
import type { AddOnName } from '../../environments/kubernetes-settings';
import { sumOf, type PodDemand, type Quantities } from './pod-demand';

const namespace = 'kube-system';

/** Containers of one kind. */
const containers = (count: number, cpuMillicores: number, memoryMebibytes: number): Quantities[] =>
  Array.from({ length: count }, () => ({ cpuMillicores, memoryMebibytes }));

const pod = (name: string, requests: readonly Quantities[]) => ({
  name,
  namespace,
  ...sumOf(requests),
  priority: 'system' as const,
  overZones: false,
  oneANode: false,
  zoneBound: false,
});

/** They tolerate every taint, and so run on the nodes of Redis, too. */
const daemon = (name: string, requests: readonly Quantities[]): PodDemand => ({
  ...pod(name, requests),
  kind: 'daemon',
  nodes: 'every',
  replicas: { minimum: 1, maximum: 1 },
});

/** Two pods, which prefer different nodes and zones, and may share them. */
const deployment = (name: string, requests: readonly Quantities[]): PodDemand => ({
  ...pod(name, requests),
  kind: 'deployment',
  nodes: 'general',
  replicas: { minimum: 2, maximum: 2 },
});

const podsOfAddOns: Readonly<Record<AddOnName, readonly PodDemand[]>> = {
  // The network and the agent of network policies.
  'vpc-cni': [daemon('aws-node', containers(2, 25, 0))],
  'kube-proxy': [daemon('kube-proxy', containers(1, 100, 0))],
  'eks-pod-identity-agent': [daemon('eks-pod-identity-agent', [])],
  'aws-ebs-csi-driver': [
    daemon('ebs-csi-node', containers(3, 10, 40)),
    deployment('ebs-csi-controller', containers(6, 10, 40)),
  ],
  coredns: [deployment('coredns', containers(1, 100, 70))],
  'metrics-server': [deployment('metrics-server', containers(1, 100, 200))],
};

/** Pods of all add-ons. */
export const systemPods: readonly PodDemand[] = Object.values(podsOfAddOns).flat();

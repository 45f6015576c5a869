/** Which connections network policies let pass, by what they are for. */
import { controlPlaneCalls, kubernetesApiPort, type ControlPlaneCall } from '../kubernetes/control-plane-calls';
import { clusterDns, podIdentityAgent } from '../kubernetes/names';
import { serverlessPorts } from '../redis/names';
import { namespaceNameLabel } from './names';
import type { Labels } from './pods';

/** The other end: addresses, or pods of a namespace. */
export type Peer =
  | { readonly cidr: string }
  | {
      /** @default - the policy's own */
      readonly namespace?: string;
      /** @default - all of the namespace */
      readonly pods?: Labels;
    };

export interface Port {
  readonly port: number;
  /** @default 'TCP' */
  readonly protocol?: 'TCP' | 'UDP';
}

/** Connections between pods of one namespace and others. */
export interface TrafficRule {
  /** Name of the policy. */
  readonly name: string;
  /** @default - all pods of the namespace */
  readonly pods?: Labels;
  readonly direction: 'ingress' | 'egress';
  readonly peers: readonly Peer[];
  /** @default - all */
  readonly ports?: readonly Port[];
}

/** Where the cluster is, for policies that go by addresses. */
export interface ClusterAddresses {
  /** Of nodes, pods and the control plane's network interfaces, in CIDR notation. */
  readonly networkCidr: string;
  /** Of services. */
  readonly serviceCidr: string;
  /** TCP port of the control plane behind its Service, where it is another. @default - the Service's own, 443 */
  readonly apiPort?: number;
}

/** Names in the cluster and outside. */
export const resolveNames: TrafficRule = {
  name: 'resolve-names',
  direction: 'egress',
  peers: [{ namespace: clusterDns.namespace, pods: clusterDns.pods }],
  ports: [{ port: clusterDns.port, protocol: 'UDP' }, { port: clusterDns.port }],
};

/**
 * The API of Kubernetes: the service `kubernetes` has no pods that a policy could name, and its addresses are seen before
 * and after they are translated.
 */
export const callKubernetes = ({ networkCidr, serviceCidr, apiPort }: ClusterAddresses): TrafficRule => ({
  name: 'call-kubernetes',
  direction: 'egress',
  peers: [{ cidr: serviceCidr }, { cidr: networkCidr }],
  ports: [...new Set([kubernetesApiPort, apiPort ?? kubernetesApiPort])].map((port) => ({ port })),
});

/** Webhooks and metrics: the control plane calls from network interfaces in the network, which have no labels. */
export const fromControlPlane = (
  { networkCidr }: ClusterAddresses,
  name: string,
  pods: Labels,
  call: ControlPlaneCall,
): TrafficRule => ({
  name,
  pods,
  direction: 'ingress',
  peers: [{ cidr: networkCidr }],
  ports: [{ port: controlPlaneCalls[call].port }],
});

/**
 * AWS, by endpoints in the network or by NAT, under addresses that change; and the agent on the node that hands out the
 * role of the pod.
 */
export const callAws = (pods: Labels): readonly TrafficRule[] => [
  { name: 'call-aws', pods, direction: 'egress', peers: [{ cidr: '0.0.0.0/0' }], ports: [{ port: 443 }] },
  {
    name: 'take-on-role',
    pods,
    direction: 'egress',
    peers: [{ cidr: podIdentityAgent.cidr }],
    ports: [{ port: podIdentityAgent.port }],
  },
];

/** Ports of Redis Clusters: clients ask replicas of a cache without nodes for the layout, too. */
const clusterPorts: readonly Port[] = Object.values(serverlessPorts).map((port) => ({ port }));

/** A Redis Cluster of pods or of ElastiCache, all in the network. */
export const callRedis = ({ networkCidr, serviceCidr }: ClusterAddresses, pods: Labels): TrafficRule => ({
  name: 'call-redis',
  pods,
  direction: 'egress',
  peers: [{ cidr: networkCidr }, { cidr: serviceCidr }],
  ports: clusterPorts,
});

/** A network policy's selector of the other end. */
export function peerConfig(peer: Peer) {
  if ('cidr' in peer) return { ipBlock: { cidr: peer.cidr } };
  const { namespace, pods } = peer;
  return {
    ...(namespace !== undefined && { namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } } }),
    ...((pods !== undefined || namespace === undefined) && { podSelector: { matchLabels: { ...pods } } }),
  };
}

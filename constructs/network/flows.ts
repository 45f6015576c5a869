/**
 * Connections that the platform needs, declared beside what needs them. Nothing is opened by this: `npm run reachability`
 * checks that every declared connection is open along its whole way, and that no other is.
 */
import type { Construct } from 'constructs';

/** One end of a connection. */
export type FlowEnd =
  | {
      /** Pods of a namespace whose labels include these; all of them for no labels. */
      readonly kind: 'pods';
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
    }
  /** Addresses that a setting admits, in CIDR notation. */
  | { readonly kind: 'clients'; readonly cidr: string }
  /** A service of AWS by the last part of its endpoint's name, reached by its endpoint where the network has one. */
  | { readonly kind: 'aws'; readonly service: string }
  | { readonly kind: NamedEnd };

export type NamedEnd =
  /** Nodes of Kubernetes themselves, and pods on their network. */
  | 'nodes'
  /** Network interfaces of the control plane of EKS. */
  | 'control-plane'
  /** The API of Kubernetes outside of the network. */
  | 'public-api'
  /** The machine in the network that runs deployments. */
  | 'runner'
  /** ElastiCache or machines; Redis in pods is `pods`. */
  | 'redis'
  | 'postgres'
  /** Of the gateway. */
  | 'load-balancer'
  /** Servers outside of AWS and of the network. */
  | 'internet'
  /** The agent on each node that hands out roles of pods. */
  | 'pod-identity-agent'
  | 'instance-metadata';

/** A connection, by the end that opens it. */
export interface Flow {
  readonly from: FlowEnd;
  readonly to: FlowEnd;
  readonly port: number;
  /** @default 'tcp' */
  readonly protocol?: 'tcp' | 'udp';
  /** What fails without it. */
  readonly why: string;
}

/** Key of the construct's metadata. */
export const flowsKey = 'redis-platform:flows';

/** Declares connections. Tokens are resolved when they are read. */
export function declareFlows(scope: Construct, flows: readonly Flow[]): void {
  if (flows.length > 0) scope.node.addMetadata(flowsKey, flows);
}

/** Address of the agent. Source: "EKS Pod Identity agent" of the EKS User Guide. */
export const podIdentityAgent = { address: '169.254.170.23', port: 80 } as const;

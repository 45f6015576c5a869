/** Who opens connections and who accepts them. */
import type { Ipv4Block } from '../../constructs/network/ipv4-block';
import type { PodIdentity } from './network-policies';
import type { PortRange } from './packets';

/** Addresses that are treated alike. */
export type Place =
  | { readonly kind: 'subnet'; readonly id: string; readonly block: Ipv4Block }
  /** `connected`: by a VPN, a peering or a transit gateway, whose routes are not this project's. */
  | { readonly kind: 'internet' | 'connected' | 's3'; readonly block: Ipv4Block }
  /** An address that each node answers on for itself and its pods. */
  | { readonly kind: 'on-node'; readonly block: Ipv4Block };

export interface Listener {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

export interface Party {
  /** Unique: `nodes`, or `application/api` for pods. */
  readonly name: string;
  /** Part of the picture that it is drawn in. */
  readonly area: string;
  readonly places: readonly Place[];
  /** Ids of security groups of its interfaces; undefined where there are none, or they are not this project's. */
  readonly groups: readonly string[] | undefined;
  readonly pod?: PodIdentity;
  readonly listeners: readonly Listener[];
  /** Ports that its connections come from, within the network and beyond. */
  readonly clientPorts: { readonly within: PortRange; readonly beyond: PortRange };
  /** Whether it can be called from the internet if groups and lists allow it. */
  readonly hasPublicAddress?: boolean;
  /** Blocks that it lets in by a list of its own. @default - it has none */
  readonly allowList?: readonly Ipv4Block[];
  /** A second address that connections are seen with before they are translated. */
  readonly serviceAddress?: Ipv4Block;
  /** Hops that answers survive. @default - any */
  readonly hopLimit?: number;
}

/** Source: `net.ipv4.ip_local_port_range`, "Documentation/networking/ip-sysctl" of Linux. */
export const linuxPorts: PortRange = { from: 32_768, to: 60_999 };

/** Of NAT gateways and network load balancers. Source: "Ephemeral ports", VPC User Guide. Of unknown clients no less. */
export const highPorts: PortRange = { from: 1_024, to: 65_535 };

/** Linux, whose ports a translation of addresses may change on the way out. */
export const linuxClient = { within: linuxPorts, beyond: highPorts } as const;

export const unknownClient = { within: highPorts, beyond: highPorts } as const;

export const tcp = (...ports: readonly number[]): readonly Listener[] =>
  ports.map((port) => ({ port, protocol: 'tcp' as const }));

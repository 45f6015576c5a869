/** The namespace of a service: what its pods may be, and whom they may talk with. */
import { NamespaceV1 } from '@cdktf/provider-kubernetes/lib/namespace-v1';
import { NetworkPolicyV1 } from '@cdktf/provider-kubernetes/lib/network-policy-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { declareFlows } from '../network/flows';
import { podsOf, resolvesNames } from './flows';
import type { Labels } from './pods';
import { peerConfig, type TrafficRule } from './traffic';

export interface ServiceNamespaceProps {
  readonly name: string;
  /** Further labels. @default - none */
  readonly labels?: Labels;
  /** Connections that are let pass; no others are. Names are unique. */
  readonly traffic: readonly TrafficRule[];
  /** What has to be there as long as anything is left in the namespace. @default - nothing */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/** The strictest profile of Kubernetes' own: no root, no privileges, no host. */
const podSecurity = Object.fromEntries(
  ['enforce', 'warn', 'audit'].map((mode) => [`pod-security.kubernetes.io/${mode}`, 'restricted']),
);

/** Pods of the profile `restricted` only, and no connections but those that are named, replies aside. */
export class ServiceNamespace extends Construct {
  /** What has to be there before pods are. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { name, labels, traffic, dependsOn = [] }: ServiceNamespaceProps) {
    super(scope, id);
    declareFlows(this, resolvesNames(podsOf(name)));
    const namespace = new NamespaceV1(this, 'namespace', {
      metadata: { name, labels: { ...podSecurity, ...labels } },
      // Terraform waits until everything in it is gone, load balancers of services among it.
      timeouts: { delete: '15m' },
      dependsOn: [...dependsOn],
    });
    const deny = new NetworkPolicyV1(this, 'deny', {
      metadata: { name: 'deny-by-default', namespace: name },
      spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      dependsOn: [namespace],
    });
    const allow = traffic.map(
      (rule) =>
        new NetworkPolicyV1(this, rule.name, {
          metadata: { name: rule.name, namespace: name },
          spec: policySpec(rule),
          dependsOn: [namespace],
        }),
    );
    this.dependables = [namespace, deny, ...allow];
  }
}

/** A rule as the specification of a network policy. */
export function policySpec({ pods = {}, direction, peers, ports }: TrafficRule) {
  const ends = peers.map(peerConfig);
  const shared = {
    ...(ports && {
      ports: ports.map(({ port, protocol = 'TCP' }) => ({ port: String(port), protocol })),
    }),
  };
  return {
    podSelector: { matchLabels: { ...pods } },
    policyTypes: [direction === 'ingress' ? 'Ingress' : 'Egress'],
    ...(direction === 'ingress' ? { ingress: [{ from: ends, ...shared }] } : { egress: [{ to: ends, ...shared }] }),
  };
}

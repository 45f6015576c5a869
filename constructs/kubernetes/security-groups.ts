/** Who in the network may talk with the control plane and with nodes. */
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface SecurityGroupsProps {
  /** First part of every name. */
  readonly clusterName: string;
  readonly vpcId: string;
  /** Addresses of the network. */
  readonly cidr: string;
  /** Private addresses outside the cluster that may call its API. */
  readonly privateCidrs: readonly string[];
}

const https = { ipProtocol: 'tcp', fromPort: 443, toPort: 443 } as const;

/**
 * What the control plane calls on nodes and in pods. A webhook that listens on another port is never reached, and what
 * waits for it fails: add its port. Source: the add-ons' and the charts' own documentation.
 */
const controlPlaneCalls: readonly (readonly [port: number, what: string])[] = [
  [443, 'webhooks'],
  [4443, 'metrics adapters'],
  [6443, 'metrics adapters and KEDA'],
  [8443, 'webhooks'],
  [9443, 'webhooks of controllers'],
  [10_250, 'kubelets, cert-manager and External Secrets'],
  [10_251, 'metrics-server'],
];

/**
 * A group for the control plane's network interfaces and one for nodes, pods included. The group that EKS makes on its
 * own stays with the control plane alone: it would let members call each other on every port.
 */
export class SecurityGroups extends Construct {
  readonly controlPlaneId: string;
  readonly nodesId: string;
  /** What the groups consist of: nodes that start before these are there can't join. */
  readonly rules: ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, { clusterName, vpcId, cidr, privateCidrs }: SecurityGroupsProps) {
    super(scope, id);
    this.controlPlaneId = this.#group('control-plane', clusterName, vpcId, 'Who calls the API of Kubernetes');
    // The AWS Load Balancer Controller looks for the one group of a node that is tagged so, to let balancers in.
    this.nodesId = this.#group('nodes', clusterName, vpcId, 'Nodes and their pods', {
      [`kubernetes.io/cluster/${clusterName}`]: 'owned',
    });
    this.#ingress('nodes-to-api', this.controlPlaneId, 'Nodes and pods call the API', {
      ...https,
      referencedSecurityGroupId: this.nodesId,
    });
    for (const block of privateCidrs) {
      this.#ingress(`${block.replace(/[./]/g, '-')}-to-api`, this.controlPlaneId, 'These addresses call the API', {
        ...https,
        cidrIpv4: block,
      });
    }
    this.#ingress('node-to-node', this.nodesId, 'Nodes and pods among themselves; network policies divide pods', {
      ipProtocol: '-1',
      referencedSecurityGroupId: this.nodesId,
    });
    for (const [port, what] of controlPlaneCalls) {
      this.#ingress(`control-plane-to-nodes-${port}`, this.nodesId, `The control plane calls ${what}`, {
        ipProtocol: 'tcp',
        fromPort: port,
        toPort: port,
        referencedSecurityGroupId: this.controlPlaneId,
      });
    }
    // EKS gives the control plane's interfaces a way out by its own group.
    this.#egress('nodes-to-network', 'Everything in the network', { ipProtocol: '-1', cidrIpv4: cidr });
    this.#egress('nodes-to-https', 'Images and AWS', { ...https, cidrIpv4: '0.0.0.0/0' });
  }

  #group(id: string, clusterName: string, vpcId: string, description: string, tags: Record<string, string> = {}) {
    const name = `${clusterName}-${id}`;
    return new SecurityGroup(this, id, { vpcId, name, description, tags: { ...tags, Name: name } }).id;
  }

  #ingress(id: string, securityGroupId: string, description: string, rule: RuleConfig): void {
    this.rules.push(new VpcSecurityGroupIngressRule(this, id, { securityGroupId, description, ...rule }));
  }

  #egress(id: string, description: string, rule: RuleConfig): void {
    this.rules.push(new VpcSecurityGroupEgressRule(this, id, { securityGroupId: this.nodesId, description, ...rule }));
  }
}

interface RuleConfig {
  readonly ipProtocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrIpv4?: string;
  readonly referencedSecurityGroupId?: string;
}

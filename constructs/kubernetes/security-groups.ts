/** Who in the network may talk with the control plane and with nodes. */
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { calledPorts, kubernetesApiPort } from './control-plane-calls';

export interface SecurityGroupsProps {
  /** First part of every name. */
  readonly clusterName: string;
  readonly vpcId: string;
  /** Addresses of the network. */
  readonly cidr: string;
  /** Private addresses outside the cluster that may call its API. */
  readonly privateCidrs: readonly string[];
  /** @default - none */
  readonly outbound?: OutboundPorts;
}

/** TCP ports beyond 443 of servers outside the network. */
export interface OutboundPorts {
  /** Of registries: nodes pull images from them, a runner charts. */
  readonly registries: readonly number[];
  /** Of servers that take mail. */
  readonly mail: readonly number[];
}

const tcp = (port: number) => ({ ipProtocol: 'tcp', fromPort: port, toPort: port });

/**
 * A group for the control plane's network interfaces, one for nodes, pods included, and one for a runner: the machine
 * inside the network that runs deployments (docs/decisions/0018-runner-security-group.md). The group that EKS makes on its
 * own stays with the control plane alone: it would let members call each other on every port.
 *
 * No rule is for DNS, time or the metadata of instances: security groups don't filter what a machine asks of the
 * network's own resolver, of Amazon Time Sync and of the metadata service. Source: "Control traffic to your AWS resources
 * using security groups" of the VPC User Guide.
 */
export class SecurityGroups extends Construct {
  readonly controlPlaneId: string;
  readonly nodesId: string;
  readonly runnerId: string;
  /** What the groups consist of: nodes that start before these are there can't join. */
  readonly rules: ITerraformDependable[] = [];

  constructor(scope: Construct, id: string, props: SecurityGroupsProps) {
    super(scope, id);
    const { clusterName, vpcId, cidr, privateCidrs, outbound = { registries: [], mail: [] } } = props;
    this.controlPlaneId = this.#group('control-plane', clusterName, vpcId, 'Who calls the API of Kubernetes');
    // The AWS Load Balancer Controller looks for the one group of a node that is tagged so, to let balancers in.
    this.nodesId = this.#group('nodes', clusterName, vpcId, 'Nodes and their pods', {
      [`kubernetes.io/cluster/${clusterName}`]: 'owned',
    });
    this.runnerId = this.#group('runner', clusterName, vpcId, 'Machines in the network that run deployments');
    this.#ingress('nodes-to-api', this.controlPlaneId, 'Nodes and pods call the API', {
      ...tcp(kubernetesApiPort),
      referencedSecurityGroupId: this.nodesId,
    });
    this.#ingress('runner-to-api', this.controlPlaneId, 'Deployments call the API', {
      ...tcp(kubernetesApiPort),
      referencedSecurityGroupId: this.runnerId,
    });
    for (const block of privateCidrs) {
      this.#ingress(`${block.replace(/[./]/g, '-')}-to-api`, this.controlPlaneId, 'These addresses call the API', {
        ...tcp(kubernetesApiPort),
        cidrIpv4: block,
      });
    }
    this.#ingress('node-to-node', this.nodesId, 'Nodes and pods among themselves; network policies divide pods', {
      ipProtocol: '-1',
      referencedSecurityGroupId: this.nodesId,
    });
    for (const [port, what] of calledPorts()) {
      this.#ingress(`control-plane-to-nodes-${port}`, this.nodesId, `The control plane calls ${what.join(', ')}`, {
        ...tcp(port),
        referencedSecurityGroupId: this.controlPlaneId,
      });
    }
    // EKS gives the control plane's interfaces a way out by its own group.
    this.#egress('nodes-to-network', this.nodesId, 'Everything in the network', { ipProtocol: '-1', cidrIpv4: cidr });
    this.#toAnywhere('nodes-to-https', this.nodesId, 'Images and AWS', 443);
    this.#toAnywhere('runner-to-https', this.runnerId, 'The API, AWS and registries', 443);
    for (const port of outbound.registries) {
      this.#toAnywhere(`nodes-to-registries-${port}`, this.nodesId, 'Images', port);
      this.#toAnywhere(`runner-to-registries-${port}`, this.runnerId, 'Charts', port);
    }
    for (const port of outbound.mail) {
      this.#toAnywhere(`nodes-to-mail-${port}`, this.nodesId, 'Servers that take mail', port);
    }
  }

  #group(id: string, clusterName: string, vpcId: string, description: string, tags: Record<string, string> = {}) {
    const name = `${clusterName}-${id}`;
    return new SecurityGroup(this, id, { vpcId, name, description, tags: { ...tags, Name: name } }).id;
  }

  #ingress(id: string, securityGroupId: string, description: string, rule: RuleConfig): void {
    this.rules.push(new VpcSecurityGroupIngressRule(this, id, { securityGroupId, description, ...rule }));
  }

  #toAnywhere(id: string, securityGroupId: string, description: string, port: number): void {
    this.#egress(id, securityGroupId, description, { ...tcp(port), cidrIpv4: '0.0.0.0/0' });
  }

  #egress(id: string, securityGroupId: string, description: string, rule: RuleConfig): void {
    this.rules.push(new VpcSecurityGroupEgressRule(this, id, { securityGroupId, description, ...rule }));
  }
}

interface RuleConfig {
  readonly ipProtocol: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  readonly cidrIpv4?: string;
  readonly referencedSecurityGroupId?: string;
}

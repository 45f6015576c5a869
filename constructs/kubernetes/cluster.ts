/** A Kubernetes cluster of EKS: control plane, who may use it, nodes, and the software it comes with. */
import { Construct } from 'constructs';
import { kubernetesViolations, type KubernetesSettings } from '../../environments/kubernetes-settings';
import type { AwsAccount } from '../aws/account';
import { declareFlows } from '../network/flows';
import type { NetworkValue } from '../network/network';
import { throwViolations } from '../validation/violations';
import { NodeAddOns, WorkloadAddOns } from './add-ons';
import { ClusterAccess } from './cluster-access';
import { clusterFlows } from './cluster-flows';
import { ControlPlane } from './control-plane';
import { clusterArn, clusterName } from './names';
import { Nodes } from './nodes';
import { SecurityGroups, type OutboundPorts } from './security-groups';
import { VolumeKey } from './volume-key';

/** What other stacks need to know of a cluster. */
export interface KubernetesValue {
  readonly clusterName: string;
  readonly clusterArn: string;
  /** URL of its API. */
  readonly endpoint: string;
  /** Certificate of the authority that its API is certified by, PEM in base64. Not a secret. */
  readonly certificateAuthority: string;
  /** Security group of nodes and pods: who lets it in lets the cluster in. */
  readonly nodeSecurityGroupId: string;
  /** ARN of the KMS key of its volumes. */
  readonly volumeKeyArn: string;
}

export interface KubernetesClusterProps {
  readonly account: AwsAccount;
  readonly settings: KubernetesSettings;
  readonly network: NetworkValue;
  /** The day on which the version has to be supported. */
  readonly today: Date;
  /** TCP ports beyond 443 of servers outside the network that nodes and deployments call. @default - none */
  readonly outbound?: OutboundPorts;
}

export class KubernetesCluster extends Construct {
  readonly value: KubernetesValue;
  /** Security group for machines in the network that run deployments: it may call the API, and anything by HTTPS. */
  readonly runnerSecurityGroupId: string;

  /** @throws ViolationsError listing every setting that is wrong */
  constructor(scope: Construct, id: string, props: KubernetesClusterProps) {
    super(scope, id);
    const { account, settings, network, outbound } = props;
    throwViolations(this.node.path, kubernetesViolations(settings, props));
    declareFlows(this, clusterFlows(settings, outbound));
    const securityGroups = new SecurityGroups(this, 'security-groups', {
      clusterName: clusterName(account),
      vpcId: network.vpcId,
      cidr: network.cidr,
      privateCidrs: settings.endpoint.privateCidrs,
      ...(outbound && { outbound }),
    });
    this.runnerSecurityGroupId = securityGroups.runnerId;
    const { cluster } = new ControlPlane(this, 'control-plane', {
      account,
      settings,
      subnetIds: network.zones
        .filter(({ zone }) => settings.controlPlaneZones.includes(zone))
        .map(({ privateSubnetId }) => privateSubnetId),
      securityGroupId: securityGroups.controlPlaneId,
    });
    new ClusterAccess(this, 'access', {
      region: account.region,
      clusterName: cluster.name,
      access: settings.access,
    });
    const { arn: volumeKeyArn } = new VolumeKey(this, 'volume-key', {
      account,
      preventDestroy: settings.destruction.kind === 'prevented',
    });
    const { addOns } = new NodeAddOns(this, 'node-add-ons', { account, settings, cluster });
    const { general } = new Nodes(this, 'nodes', {
      account,
      settings,
      cluster,
      network,
      securityGroupId: securityGroups.nodesId,
      volumeKeyArn,
      dependsOn: [...addOns, ...securityGroups.rules],
    });
    new WorkloadAddOns(this, 'workload-add-ons', { account, settings, cluster, volumeKeyArn, nodes: general });
    this.value = {
      clusterName: clusterName(account),
      clusterArn: clusterArn(account),
      endpoint: cluster.endpoint,
      certificateAuthority: cluster.certificateAuthority.get(0).data,
      nodeSecurityGroupId: securityGroups.nodesId,
      volumeKeyArn,
    };
  }
}

/** Nodes of one kind, which EKS replaces one after another when their description changes. */
import { DataAwsSsmParameter } from '@cdktf/provider-aws/lib/data-aws-ssm-parameter';
import { EksNodeGroup, type EksNodeGroupTaint } from '@cdktf/provider-aws/lib/eks-node-group';
import { LaunchTemplate } from '@cdktf/provider-aws/lib/launch-template';
import { Token, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { KubernetesSettings } from '../../environments/kubernetes-settings';
import type { AwsAccount } from '../aws/account';
import { parseInstanceType, type InstanceType } from './instance-type';
import { clusterName as nameOfCluster } from './names';

export interface NodeGroupProps {
  readonly account: AwsAccount;
  /** As a reference, so that the cluster is there, and upgraded, first. */
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly nodeImage: KubernetesSettings['nodeImage'];
  /** What nodes are called, after `<cluster>-`; at most 36 characters. */
  readonly name: string;
  readonly instanceType: string;
  /** Nodes in all zones together. */
  readonly nodes: number;
  /** Gibibytes for images, logs and scratch space of one node. */
  readonly volumeGibibytes: number;
  readonly volumeKeyArn: string;
  /** A subnet a zone. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
  readonly roleArn: string;
  readonly labels: Readonly<Record<string, string>>;
  /** @default - none */
  readonly taints?: readonly EksNodeGroupTaint[];
  /** How many nodes may be away at a time while they are replaced. */
  readonly unavailable: { readonly maxUnavailable: number } | { readonly maxUnavailablePercentage: number };
  /** What has to be there first. */
  readonly dependsOn: readonly ITerraformDependable[];
}

const amiTypes = { arm64: 'BOTTLEROCKET_ARM_64', x86_64: 'BOTTLEROCKET_x86_64' } as const;

/**
 * A managed node group of Bottlerocket, which has no shell and no package manager, a root that can't be written to, and
 * images that are replaced as a whole. Nobody logs in to a node. Redis needs no kernel settings here: kubelet sets
 * vm.overcommit_memory to 1, and Redis switches transparent huge pages off for itself.
 */
export class NodeGroup extends Construct {
  readonly group: EksNodeGroup;

  constructor(scope: Construct, id: string, props: NodeGroupProps) {
    super(scope, id);
    const { clusterName, kubernetesVersion, name, nodes, labels, taints = [], dependsOn } = props;
    const type = parseInstanceType(props.instanceType);
    if (!type) throw new Error(`${this.node.path}: ${props.instanceType} is no instance type; correct instanceType`);
    const template = this.#template(props);
    this.group = new EksNodeGroup(this, 'group', {
      clusterName,
      // With a name of its own a group that has to be replaced is there before the other is drained.
      nodeGroupNamePrefix: `${name}-`,
      nodeRoleArn: props.roleArn,
      subnetIds: [...props.subnetIds],
      version: kubernetesVersion,
      releaseVersion: this.#release(kubernetesVersion, type, props.nodeImage),
      amiType: amiTypes[type.architecture],
      capacityType: 'ON_DEMAND',
      launchTemplate: { id: template.id, version: Token.asString(template.latestVersion) },
      scalingConfig: { minSize: nodes, desiredSize: nodes, maxSize: nodes },
      // Pods that a disruption budget holds are never forced out: the update fails instead.
      updateConfig: props.unavailable,
      nodeRepairConfig: { enabled: true },
      labels,
      taint: [...taints],
      dependsOn: [...dependsOn],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  #template({ account, name, ...props }: NodeGroupProps): LaunchTemplate {
    const disk = {
      encrypted: 'true',
      kmsKeyId: props.volumeKeyArn,
      volumeType: 'gp3',
      deleteOnTermination: 'true',
    };
    const tags = { ...account.tags, environment: account.environment, Name: `${nameOfCluster(account)}-${name}` };
    return new LaunchTemplate(this, 'template', {
      namePrefix: `${account.environment}-${name}-`,
      description: `Nodes ${name} of Kubernetes of ${account.environment}`,
      updateDefaultVersion: true,
      // Here a change of the type replaces nodes one by one; in the group it would replace the group.
      instanceType: props.instanceType,
      /*
       * Session tokens only, and no further than the node itself: a pod would be the second hop, and so can't take on
       * the node's role. Pods on the host's network still can. What asks for the region or the instance from inside a
       * pod (the AWS Load Balancer Controller, the CloudWatch agent) needs 2, or to be told, which is to be preferred.
       */
      metadataOptions: {
        httpEndpoint: 'enabled',
        httpTokens: 'required',
        httpPutResponseHopLimit: 1,
        instanceMetadataTags: 'disabled',
      },
      networkInterfaces: [
        {
          deviceIndex: 0,
          associatePublicIpAddress: 'false',
          deleteOnTermination: 'true',
          securityGroups: [props.securityGroupId],
        },
      ],
      // Bottlerocket's root, as large as its image, and its disk for all that containers write.
      blockDeviceMappings: [
        { deviceName: '/dev/xvda', ebs: disk },
        { deviceName: '/dev/xvdb', ebs: { ...disk, volumeSize: props.volumeGibibytes } },
      ],
      // The provider's own tags reach the template and not what is made from it.
      tagSpecifications: ['instance', 'volume', 'network-interface'].map((resourceType) => ({ resourceType, tags })),
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /** Source: "Retrieve recommended Bottlerocket AMI IDs" of the EKS User Guide. */
  #release(kubernetesVersion: string, { architecture }: InstanceType, image: NodeGroupProps['nodeImage']): string {
    if (image.kind === 'release') return image.version;
    return new DataAwsSsmParameter(this, 'release', {
      name: `/aws/service/bottlerocket/aws-k8s-${kubernetesVersion}/${architecture}/latest/image_version`,
    }).insecureValue;
  }
}

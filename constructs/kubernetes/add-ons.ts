/** The add-ons of a cluster: those that nodes need to become ready, and those that need nodes to run on. */
import type { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AddOnName, KubernetesSettings } from '../../environments/kubernetes-settings';
import type { AwsAccount } from '../aws/account';
import { declareAwsNeeds, type AwsNeeds } from '../aws/needs';
import { AddOn, type AddOnProps } from './add-on';
import { controlPlaneCalls } from './control-plane-calls';
import { systemNamespace } from './names';
import { PodIdentityRole } from './pod-identity-role';

/** Namespace of all add-ons here. */
const namespace = systemNamespace;

export interface NodeAddOnsProps {
  readonly account: AwsAccount;
  readonly settings: KubernetesSettings;
  readonly cluster: EksCluster;
}

/** What runs on each node and has to be there before the first: network, services, and identities of pods. */
export class NodeAddOns extends Construct {
  readonly addOns: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: NodeAddOnsProps) {
    super(scope, id);
    const network = new PodIdentityRole(this, 'vpc-cni-role', {
      account: props.account,
      name: 'vpc-cni',
      namespace,
      serviceAccount: 'aws-node',
      managedPolicies: ['AmazonEKS_CNI_Policy'],
    });
    // Source: "Configure Amazon VPC CNI plugin to use Pod Identity".
    declareAwsNeeds(this, {
      role: network.name,
      from: 'network',
      needs: [],
      managedPolicies: ['AmazonEKS_CNI_Policy'],
    });
    this.addOns = [
      install(this, props, 'eks-pod-identity-agent'),
      install(this, props, 'kube-proxy'),
      install(this, props, 'vpc-cni', {
        // Without it network policies are taken and do nothing.
        configuration: { enableNetworkPolicy: 'true' },
        podIdentity: { serviceAccount: 'aws-node', roleArn: network.arn },
        dependsOn: network.permissions,
      }),
    ];
  }
}

export interface WorkloadAddOnsProps extends NodeAddOnsProps {
  readonly volumeKeyArn: string;
  /** The nodes they run on: without any they would be degraded, and their installation fail. */
  readonly nodes: readonly ITerraformDependable[];
}

/** Names in the cluster, volumes, and the measurements that autoscaling of pods goes by. */
export class WorkloadAddOns extends Construct {
  constructor(scope: Construct, id: string, props: WorkloadAddOnsProps) {
    super(scope, id);
    const { account, nodes, volumeKeyArn } = props;
    const volumes = new PodIdentityRole(this, 'aws-ebs-csi-driver-role', {
      account,
      name: 'ebs-csi-driver',
      namespace,
      serviceAccount: 'ebs-csi-controller-sa',
      // The second version has rights over volumes that the driver itself made, and over no others.
      managedPolicies: ['AmazonEBSCSIDriverPolicyV2'],
      statements: [
        {
          sid: 'EncryptVolumes',
          actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
          resources: [volumeKeyArn],
        },
        {
          sid: 'AttachVolumes',
          actions: ['kms:CreateGrant'],
          resources: [volumeKeyArn],
          conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
        },
      ],
    });
    declareAwsNeeds(this, volumeDriverNeeds(volumes.name, account, volumeKeyArn));
    install(this, props, 'coredns', { dependsOn: nodes });
    install(this, props, 'metrics-server', {
      configuration: { containerPort: controlPlaneCalls.metricsServer.port },
      dependsOn: nodes,
    });
    install(this, props, 'aws-ebs-csi-driver', {
      configuration: {
        controller: { extraVolumeTags: { ...account.tags, environment: account.environment } },
      },
      podIdentity: { serviceAccount: 'ebs-csi-controller-sa', roleArn: volumes.arn },
      dependsOn: [...nodes, ...volumes.permissions],
    });
  }
}

/**
 * What EC2 does with the key in the driver's name when a volume is made, attached or restored. Sources: "Requirements for
 * Amazon EBS encryption"; "Set up driver permissions" of the EBS CSI driver.
 */
function volumeDriverNeeds(role: string, { accountId, region }: AwsAccount, volumeKeyArn: string): AwsNeeds {
  const context = { 'kms:ViaService': `ec2.${region}.amazonaws.com`, 'kms:CallerAccount': accountId };
  const needs = [
    {
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:DescribeKey',
      ],
      resources: [volumeKeyArn],
      context,
      why: 'volumes are encrypted with the key of the cluster',
    },
    {
      actions: ['kms:CreateGrant'],
      resources: [volumeKeyArn],
      context: { ...context, 'kms:GrantIsForAWSResource': 'true' },
      why: 'EC2 decrypts a volume for the instance that it is attached to',
    },
  ];
  return { role, from: 'aws', needs, managedPolicies: ['AmazonEBSCSIDriverPolicyV2'] };
}

function install(
  scope: Construct,
  { settings, cluster }: NodeAddOnsProps,
  name: AddOnName,
  props: Pick<AddOnProps, 'configuration' | 'podIdentity' | 'dependsOn'> = {},
) {
  return new AddOn(scope, name, {
    clusterName: cluster.name,
    kubernetesVersion: settings.version,
    name,
    version: settings.addOnVersions[name],
    ...props,
  }).addOn;
}

/** EKS, its nodes, and roles of pods. */
import { byRole, takesOn, type ServiceRule } from './service-rule';
import { partitionOf } from '../../../../constructs/aws/account';
import { blocksOf, textOf } from '../../../synthesis/blocks';
import type { ResolvedResource } from '../../../synthesis/resources';
import type { PlanIndex } from '../plan-index';

function encryptsSecrets(cluster: ResolvedResource) {
  const { encryption_config: encryption, role_arn: role } = cluster.values;
  return blocksOf(encryption).flatMap(({ provider }) =>
    blocksOf(provider).flatMap(({ key_arn: keyArn }) =>
      byRole(cluster, role, {
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ListGrants', 'kms:DescribeKey'],
        on: textOf(keyArn),
        why: 'Secrets of Kubernetes are encrypted with the key',
      }),
    ),
  );
}

/** The role that EC2 Auto Scaling has in every account, and no policy of ours. */
export const autoScalingRole = ({ region, accountId }: PlanIndex) =>
  `arn:${partitionOf(region)}:iam::${accountId}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`;

/** Nodes have encrypted disks, which Auto Scaling makes. */
function startsNodes(template: ResolvedResource, plan: PlanIndex) {
  const disks = blocksOf(template.values.block_device_mappings).flatMap(({ ebs }) => blocksOf(ebs));
  const groups = plan.ofType('aws_eks_node_group').flatMap(({ values }) => blocksOf(values.launch_template));
  // Others are for instances, which the deployment itself starts.
  if (!groups.some(({ id }) => id === template.attribute('id'))) return [];
  const keys = new Set(disks.flatMap(({ kms_key_id: key }) => (key === undefined ? [] : [textOf(key)])));
  const context = { 'kms:CallerAccount': plan.accountId, 'kms:ViaService': `ec2.${plan.region}.amazonaws.com` };
  const why = 'Auto Scaling starts nodes with encrypted disks';
  return [...keys].flatMap((key) => [
    ...byRole(template, autoScalingRole(plan), {
      actions: [
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:ReEncryptFrom',
        'kms:ReEncryptTo',
        'kms:GenerateDataKeyWithoutPlaintext',
        'kms:DescribeKey',
      ],
      on: key,
      context,
      why,
    }),
    ...byRole(template, autoScalingRole(plan), {
      actions: ['kms:CreateGrant'],
      on: key,
      context: { ...context, 'kms:GrantIsForAWSResource': 'true' },
      why,
    }),
  ]);
}

/** EKS Pod Identity says for which pod it takes a role on. Source: "Grant Pods access based on tags" (session tags). */
function identifiesPods(plan: PlanIndex, cluster: unknown, namespace: unknown, serviceAccount: unknown) {
  return {
    'aws:SourceAccount': plan.accountId,
    'aws:SourceArn': plan.arn('eks', `cluster/${String(cluster)}`),
    'aws:RequestTag/eks-cluster-arn': plan.arn('eks', `cluster/${String(cluster)}`),
    'aws:RequestTag/eks-cluster-name': String(cluster),
    'aws:RequestTag/kubernetes-namespace': String(namespace),
    'aws:RequestTag/kubernetes-service-account': String(serviceAccount),
    'aws:TagKeys': [
      'eks-cluster-arn',
      'eks-cluster-name',
      'kubernetes-namespace',
      'kubernetes-service-account',
      'kubernetes-pod-name',
      'kubernetes-pod-uid',
    ],
  };
}

function podIdentity(
  resource: ResolvedResource,
  plan: PlanIndex,
  pod: { cluster: unknown; namespace: unknown; serviceAccount: unknown; role: unknown },
) {
  const context = identifiesPods(plan, pod.cluster, pod.namespace, pod.serviceAccount);
  const [assume] = takesOn(resource, 'pods.eks.amazonaws.com', pod.role, context);
  return assume === undefined ? [] : [assume, { ...assume, action: 'sts:TagSession' }];
}

export const kubernetesRules: readonly ServiceRule[] = [
  {
    type: 'aws_eks_cluster',
    source: 'Amazon EKS cluster IAM role; Encrypt Kubernetes secrets with KMS on existing clusters',
    needs: (cluster, plan) => [
      ...takesOn(cluster, 'eks.amazonaws.com', cluster.values.role_arn, {
        'aws:SourceAccount': plan.accountId,
        'aws:SourceArn': String(cluster.attribute('arn')),
      }),
      ...encryptsSecrets(cluster),
    ],
  },
  {
    type: 'aws_eks_node_group',
    source: 'Amazon EKS node IAM role',
    needs: (group) => takesOn(group, 'ec2.amazonaws.com', group.values.node_role_arn),
  },
  {
    type: 'aws_launch_template',
    source: 'Required AWS KMS key policy for use with encrypted volumes (EC2 Auto Scaling)',
    needs: startsNodes,
  },
  {
    type: 'aws_eks_pod_identity_association',
    source: 'Create IAM role with trust policy required by EKS Pod Identity',
    needs: (association, plan) =>
      podIdentity(association, plan, {
        cluster: association.values.cluster_name,
        namespace: association.values.namespace,
        serviceAccount: association.values.service_account,
        role: association.values.role_arn,
      }),
  },
  {
    type: 'aws_eks_addon',
    source: 'IAM roles for Amazon EKS add-ons',
    needs: (addOn, plan) =>
      blocksOf(addOn.values.pod_identity_association).flatMap((identity) =>
        podIdentity(addOn, plan, {
          cluster: addOn.values.cluster_name,
          namespace: 'kube-system',
          serviceAccount: identity.service_account,
          role: identity.role_arn,
        }),
      ),
  },
];

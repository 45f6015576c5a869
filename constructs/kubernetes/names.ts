/** Names that a cluster and what belongs to it go by. */
import { arn, type AwsAccount } from '../aws/account';

/** Name of the cluster of an environment, for stacks that know no more of it. */
export const clusterName = ({ environment }: Pick<AwsAccount, 'environment'>) => `${environment}-eks`;

/** ARN of the cluster of an environment. */
export const clusterArn = (account: AwsAccount) => arn(account, 'eks', `cluster/${clusterName(account)}`);

/** ARN of a policy that AWS keeps, such as `AmazonEKSClusterPolicy`. */
export const managedPolicy = ({ region }: AwsAccount, name: string) =>
  arn({ accountId: 'aws', region }, 'iam', `policy/${name}`, 'global');

/** Namespace of what a cluster itself consists of. Source: "Initial namespaces" of the Kubernetes documentation. */
export const systemNamespace = 'kube-system';

/** DNS of the cluster. CoreDNS has the labels of its predecessor. Source: "Customizing DNS Service" of the Kubernetes documentation. */
export const clusterDns = { namespace: systemNamespace, pods: { 'k8s-app': 'kube-dns' }, port: 53 } as const;

/** What hands out a pod's role, on the pod's node. Source: "EKS Pod Identity agent" of the EKS guide. */
export const podIdentityAgent = { cidr: '169.254.170.23/32', port: 80 } as const;

/** The label and the taint of nodes for Redis: both have this key and this value. */
export const redisNodeLabel = { key: 'dedicated', value: 'redis' } as const;

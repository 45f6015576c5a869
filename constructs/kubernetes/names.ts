/** Names that a cluster and what belongs to it go by. */
import { arn, type AwsAccount } from '../aws/account';

/** Name of the cluster of an environment, for stacks that know no more of it. */
export const clusterName = ({ environment }: Pick<AwsAccount, 'environment'>) => `${environment}-eks`;

/** ARN of the cluster of an environment. */
export const clusterArn = (account: AwsAccount) => arn(account, 'eks', `cluster/${clusterName(account)}`);

/** ARN of a policy that AWS keeps, such as `AmazonEKSClusterPolicy`. */
export const managedPolicy = ({ region }: AwsAccount, name: string) =>
  arn({ accountId: 'aws', region }, 'iam', `policy/${name}`, 'global');

/** What every service of a cluster is made from. */
import type { ITerraformDependable } from 'cdktf';
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import type { AwsAccount } from '../aws/account';
import type { ClusterAddresses } from './traffic';

export interface ServiceProps {
  readonly account: AwsAccount;
  readonly settings: ClusterServicesSettings;
  readonly addresses: ClusterAddresses;
  /** What has to be there first, and as long as anything of the service is. */
  readonly dependsOn: readonly ITerraformDependable[];
}

/** Of a service that runs in clusters outside AWS as well. */
export interface ClusterServiceProps<Service extends 'certManager' | 'externalSecrets'> extends Omit<
  ServiceProps,
  'account' | 'settings'
> {
  /** @default - the cluster is not in AWS */
  readonly account?: AwsAccount | undefined;
  readonly settings: Pick<ClusterServicesSettings, 'source' | Service>;
}

/** The network that everything else of an environment in AWS is in. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import type { AdmittedBlock } from '../constructs/network/admitted-blocks';
import { Network, type NetworkValue } from '../constructs/network/network';
import type { NetworkSettings } from '../environments/network-settings';

export interface NetworkStackProps {
  readonly account: AwsAccount;
  readonly settings: NetworkSettings;
  /** Kubernetes cluster that may use the subnets. @default - any, by the tags for load balancers */
  readonly clusterName?: string;
  /** Blocks outside the network that may call private subnets, whatever security groups say. @default - none */
  readonly admitted?: readonly AdmittedBlock[];
}

export class NetworkStack extends TerraformStack {
  readonly network: NetworkValue;

  constructor(scope: Construct, id: string, props: NetworkStackProps) {
    super(scope, id);
    useAwsState(this, props.account);
    useAws(this, props.account);
    const { value, natAddresses } = new Network(this, 'network', props);
    this.network = value;
    new TerraformOutput(this, 'nat_addresses', {
      value: natAddresses,
      description: 'Addresses that others see connections from, for their lists of allowed ones',
    });
  }
}

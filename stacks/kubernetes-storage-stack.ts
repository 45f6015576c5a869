/** What a cluster has to offer before anything is installed in it: its kinds of volumes. */
import type { Construct } from 'constructs';
import { TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAwsState } from '../constructs/aws/aws-state';
import type { KubernetesValue } from '../constructs/kubernetes/cluster';
import { useKubernetes } from '../constructs/kubernetes/kubernetes-provider';
import { StorageClasses } from '../constructs/kubernetes/storage-classes';
import type { NetworkValue } from '../constructs/network/network';

export interface KubernetesStorageStackProps {
  readonly account: AwsAccount;
  readonly kubernetes: KubernetesValue;
  readonly network: Pick<NetworkValue, 'zones'>;
}

export class KubernetesStorageStack extends TerraformStack {
  constructor(scope: Construct, id: string, { account, kubernetes, network }: KubernetesStorageStackProps) {
    super(scope, id);
    useAwsState(this, account);
    useKubernetes(this, account, kubernetes);
    new StorageClasses(this, 'storage', {
      zones: network.zones.map(({ zone }) => zone),
      volumeKeyArn: kubernetes.volumeKeyArn,
    });
  }
}

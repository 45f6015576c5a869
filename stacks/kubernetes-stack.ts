/** The Kubernetes cluster of an environment in AWS: what can be made by AWS' own API. */
import type { Construct } from 'constructs';
import { TerraformOutput, TerraformStack } from 'cdktf';
import type { AwsAccount } from '../constructs/aws/account';
import { useAws, useAwsState } from '../constructs/aws/aws-state';
import { KubernetesCluster, type KubernetesValue } from '../constructs/kubernetes/cluster';
import type { OutboundPorts } from '../constructs/kubernetes/security-groups';
import type { NetworkValue } from '../constructs/network/network';
import type { KubernetesSettings } from '../environments/kubernetes-settings';

export interface KubernetesStackProps {
  readonly account: AwsAccount;
  readonly settings: KubernetesSettings;
  readonly network: NetworkValue;
  /** The day on which the version of Kubernetes has to be supported. @default - the day of the synthesis */
  readonly today?: Date;
  /** TCP ports beyond 443 of servers outside the network that nodes and deployments call. @default - none */
  readonly outbound?: OutboundPorts;
}

export class KubernetesStack extends TerraformStack {
  readonly kubernetes: KubernetesValue;

  /** @throws ViolationsError listing every setting that is wrong */
  constructor(scope: Construct, id: string, { today = new Date(), ...props }: KubernetesStackProps) {
    super(scope, id);
    const { account } = props;
    useAwsState(this, account);
    useAws(this, account);
    const cluster = new KubernetesCluster(this, 'kubernetes', { ...props, today });
    this.kubernetes = cluster.value;
    new TerraformOutput(this, 'update_kubeconfig', {
      value: `aws eks update-kubeconfig --name ${this.kubernetes.clusterName} --region ${account.region}`,
      description: 'Run it for access with kubectl, by one of the roles of kubernetes.access',
    });
    new TerraformOutput(this, 'runner_security_group_id', {
      value: cluster.runnerSecurityGroupId,
      description: 'Start a machine that runs deployments with it, in a private subnet: docs/guides/deploy-to-aws.md',
    });
  }
}

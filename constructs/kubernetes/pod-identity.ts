/** Rights in AWS for the pods of one service account that a chart makes. */
import { EksPodIdentityAssociation } from '@cdktf/provider-aws/lib/eks-pod-identity-association';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { clusterName } from './names';
import { PodIdentityRole, type PodIdentityRoleProps } from './pod-identity-role';

/** A role, and the service account that it goes to. EKS hands it to pods that start afterwards. */
export class PodIdentity extends Construct {
  /** Name of the role. */
  readonly roleName: string;
  /** What has to be there before the pods start. */
  readonly dependables: readonly ITerraformDependable[];

  /** @throws ViolationsError if the name is too long */
  constructor(scope: Construct, id: string, props: PodIdentityRoleProps) {
    super(scope, id);
    const { account, namespace, serviceAccount } = props;
    const role = new PodIdentityRole(this, 'role', props);
    const association = new EksPodIdentityAssociation(this, 'association', {
      clusterName: clusterName(account),
      namespace,
      serviceAccount,
      roleArn: role.arn,
    });
    this.roleName = role.name;
    this.dependables = [association, ...role.permissions];
  }
}

/** Who a program is: towards Kubernetes a service account, towards AWS a role. */
import { ServiceAccountV1 } from '@cdktf/provider-kubernetes/lib/service-account-v1';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AwsAccount } from '../aws/account';
import { namespaces } from '../cluster-services/names';
import { PodIdentity } from '../kubernetes/pod-identity';
import { programLabels, type ProgramName } from './programs';

export interface ProgramIdentityProps {
  /** @default - there is no AWS: the program has no role there */
  readonly account?: AwsAccount | undefined;
  readonly program: ProgramName;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * Neither has any rights: the programs call no API of Kubernetes and none of AWS. The role is there so that its pods are
 * nobody else, such as their node, and that rights have a place to go.
 */
export class ProgramIdentity extends Construct {
  /** What has to be there before the pods start. */
  readonly dependables: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, { account, program, dependsOn }: ProgramIdentityProps) {
    super(scope, id);
    const identity =
      account &&
      new PodIdentity(this, 'identity', {
        account,
        name: `${namespaces.application}-${program}`,
        namespace: namespaces.application,
        serviceAccount: program,
      });
    const serviceAccount = new ServiceAccountV1(this, 'service-account', {
      metadata: { name: program, namespace: namespaces.application, labels: { ...programLabels(program) } },
      automountServiceAccountToken: false,
      dependsOn: [...dependsOn],
    });
    this.dependables = [serviceAccount, ...(identity?.dependables ?? [])];
  }
}

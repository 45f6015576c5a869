/** A part of the cluster's own software that EKS installs and keeps as it is described here. */
import { DataAwsEksAddonVersion } from '@cdktf/provider-aws/lib/data-aws-eks-addon-version';
import { EksAddon } from '@cdktf/provider-aws/lib/eks-addon';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { AddOnName } from '../../environments/kubernetes-settings';

export interface AddOnProps {
  /** As a reference, so that the cluster is there first. */
  readonly clusterName: string;
  readonly kubernetesVersion: string;
  readonly name: AddOnName;
  /** @default - the version that EKS installs by default for that of Kubernetes */
  readonly version?: string | undefined;
  /** Settings by the add-on's own schema: `aws eks describe-addon-configuration`. @default - its defaults */
  readonly configuration?: Readonly<Record<string, unknown>>;
  /** The role that pods of a service account of it take on. @default - none */
  readonly podIdentity?: { readonly serviceAccount: string; readonly roleArn: string };
  /** What has to be there first. @default - nothing but the cluster */
  readonly dependsOn?: readonly ITerraformDependable[];
}

/**
 * Unless a version is named it is the default one of EKS, looked up at each plan. It fits the version of Kubernetes by
 * construction, so that an upgrade of the cluster raises add-ons in the same deployment; a version that is written down
 * may not exist for the next Kubernetes, and fails when the control plane is upgraded already. The plan shows a change
 * before it is made. The most recent version would change with every release of AWS.
 */
export class AddOn extends Construct {
  readonly addOn: EksAddon;

  constructor(scope: Construct, id: string, props: AddOnProps) {
    super(scope, id);
    const { clusterName, kubernetesVersion, name, version, configuration, podIdentity, dependsOn = [] } = props;
    this.addOn = new EksAddon(this, 'add-on', {
      clusterName,
      addonName: name,
      addonVersion:
        version ?? new DataAwsEksAddonVersion(this, 'version', { addonName: name, kubernetesVersion }).version,
      ...(configuration && { configurationValues: JSON.stringify(configuration) }),
      ...(podIdentity && { podIdentityAssociation: [podIdentity] }),
      // What is described here is right, whatever was changed in the cluster by hand.
      resolveConflictsOnCreate: 'OVERWRITE',
      resolveConflictsOnUpdate: 'OVERWRITE',
      dependsOn: [...dependsOn],
    });
  }
}

/** The part of a cluster that AWS runs: the API of Kubernetes, its scheduler and its store. */
import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { EksCluster } from '@cdktf/provider-aws/lib/eks-cluster';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { KubernetesSettings } from '../../environments/kubernetes-settings';
import type { AwsAccount } from '../aws/account';
import { EncryptionKey } from '../aws/encryption-key';
import { declareAwsNeeds } from '../aws/needs';
import { policyDocument, serviceTrust } from '../aws/policy-document';
import { clusterName, managedPolicy } from './names';

export interface ControlPlaneProps {
  readonly account: AwsAccount;
  readonly settings: KubernetesSettings;
  /** Private subnets of the zones it has addresses in. */
  readonly subnetIds: readonly string[];
  readonly securityGroupId: string;
}

/** All there are. Source: "Amazon EKS control plane logging". */
const logTypes = ['api', 'audit', 'authenticator', 'controllerManager', 'scheduler'];

/** The control plane with its logs and with a key for the secrets it stores. */
export class ControlPlane extends Construct {
  readonly cluster: EksCluster;
  readonly #props: ControlPlaneProps;
  readonly #name: string;
  readonly #preventDestroy: boolean;

  constructor(scope: Construct, id: string, props: ControlPlaneProps) {
    super(scope, id);
    this.#props = props;
    this.#name = clusterName(props.account);
    this.#preventDestroy = props.settings.destruction.kind === 'prevented';
    const { account, settings, subnetIds, securityGroupId } = props;
    const { endpoint } = settings;
    const secretsKey = new EncryptionKey(this, 'secrets-key', {
      account,
      name: 'eks-secrets',
      description: `Secrets of Kubernetes of ${account.environment}`,
      preventDestroy: this.#preventDestroy,
    });
    const { role, permissions } = this.#role(secretsKey.arn);
    this.cluster = new EksCluster(this, 'cluster', {
      name: this.#name,
      version: settings.version,
      roleArn: role.arn,
      deletionProtection: this.#preventDestroy,
      upgradePolicy: { supportType: settings.support.toUpperCase() },
      // Add-ons of ours take their place; without the creator's rights only those who are named have any.
      bootstrapSelfManagedAddons: false,
      accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
      encryptionConfig: { resources: ['secrets'], provider: { keyArn: secretsKey.arn } },
      enabledClusterLogTypes: logTypes,
      kubernetesNetworkConfig: { ipFamily: 'ipv4', serviceIpv4Cidr: settings.serviceCidr },
      vpcConfig: {
        subnetIds: [...subnetIds],
        securityGroupIds: [securityGroupId],
        endpointPrivateAccess: true,
        endpointPublicAccess: endpoint.kind === 'public-allow-list',
        ...(endpoint.kind === 'public-allow-list' && { publicAccessCidrs: [...endpoint.publicCidrs] }),
      },
      // Lets an operator take a zone out of use while AWS repairs it.
      zonalShiftConfig: { enabled: true },
      tags: { Name: this.#name },
      // EKS makes a log group without end if there is none; and it needs its permissions until it is gone.
      dependsOn: [this.#logGroup(), ...permissions],
      lifecycle: { preventDestroy: this.#preventDestroy },
    });
  }

  #logGroup(): CloudwatchLogGroup {
    const { account, settings } = this.#props;
    const key = new EncryptionKey(this, 'logs-key', {
      account,
      name: 'eks-logs',
      description: `Logs of the control plane of Kubernetes of ${account.environment}`,
      services: [`logs.${account.region}.amazonaws.com`],
      preventDestroy: this.#preventDestroy,
    });
    return new CloudwatchLogGroup(this, 'logs', {
      name: `/aws/eks/${this.#name}/cluster`,
      retentionInDays: settings.logRetentionDays,
      kmsKeyId: key.arn,
      lifecycle: { preventDestroy: this.#preventDestroy },
    });
  }

  #role(secretsKeyArn: string): { readonly role: IamRole; readonly permissions: readonly ITerraformDependable[] } {
    const { account } = this.#props;
    const role = new IamRole(this, 'role', {
      name: `${this.#name}-control-plane`,
      description: `EKS for ${this.#name}`,
      assumeRolePolicy: serviceTrust('eks.amazonaws.com', account.accountId),
    });
    // Source: "Amazon EKS cluster IAM role". What it does with the key of Secrets follows from the cluster itself.
    declareAwsNeeds(this, { role: role.name, from: 'aws', needs: [], managedPolicies: ['AmazonEKSClusterPolicy'] });
    const operation = new IamRolePolicyAttachment(this, 'operation', {
      role: role.name,
      policyArn: managedPolicy(account, 'AmazonEKSClusterPolicy'),
    });
    const encryption = new IamRolePolicy(this, 'encryption', {
      role: role.id,
      name: 'encrypt-secrets',
      policy: policyDocument([
        {
          sid: 'EncryptSecrets',
          // The managed policy has kms:DescribeKey.
          actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ListGrants'],
          resources: [secretsKeyArn],
        },
      ]),
    });
    return { role, permissions: [operation, encryption] };
  }
}

/** Which IAM roles may do what in a cluster. */
import { EksAccessEntry } from '@cdktf/provider-aws/lib/eks-access-entry';
import { EksAccessPolicyAssociation } from '@cdktf/provider-aws/lib/eks-access-policy-association';
import { Construct } from 'constructs';
import type { KubernetesSettings } from '../../environments/kubernetes-settings';
import { partitionOf } from '../aws/account';
import { parseRoleArn } from './role-arn';

export interface ClusterAccessProps {
  readonly region: string;
  /** As a reference, so that the cluster is there first. */
  readonly clusterName: string;
  readonly access: KubernetesSettings['access'];
}

/** What AWS calls the rights. Source: "Review access policy permissions" of the EKS User Guide. */
const policies = {
  administrators: 'AmazonEKSClusterAdminPolicy',
  viewers: 'AmazonEKSViewPolicy',
} as const;

/**
 * An access entry for each role, and what it may do. The ids of both are the role's alone: a viewer who becomes an
 * administrator keeps the entry, which EKS has one of for each role.
 */
export class ClusterAccess extends Construct {
  constructor(scope: Construct, id: string, { region, clusterName, access }: ClusterAccessProps) {
    super(scope, id);
    for (const group of ['administrators', 'viewers'] as const) {
      for (const roleArn of access[group]) {
        const role = parseRoleArn(roleArn);
        if (!role) throw new Error(`${this.node.path}: ${roleArn} is no role; name one in kubernetes.access.${group}`);
        const key = `${role.accountId}-${role.name}`;
        const entry = new EksAccessEntry(this, key, { clusterName, principalArn: roleArn, type: 'STANDARD' });
        new EksAccessPolicyAssociation(this, `${key}-policy`, {
          clusterName,
          principalArn: entry.principalArn,
          policyArn: `arn:${partitionOf(region)}:eks::aws:cluster-access-policy/${policies[group]}`,
          accessScope: { type: 'cluster' },
        });
      }
    }
  }
}

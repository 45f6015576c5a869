/** A snapshot of every machine's volume, every day. */
import { DlmLifecyclePolicy } from '@cdktf/provider-aws/lib/dlm-lifecycle-policy';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import { Construct } from 'constructs';
import { partitionOf, type AwsAccount } from '../aws/account';
import { declareAwsNeeds } from '../aws/needs';
import { serviceTrust } from '../aws/policy-document';
import { machinesName } from './ec2-platform';
import { snapshotTag } from './machine-instance';

export interface VolumeSnapshotsProps {
  readonly account: AwsAccount;
  /** Snapshots of each volume that are kept. */
  readonly count: number;
}

/**
 * A snapshot is of one moment, as after a power failure, from which Redis recovers by its append-only file. It is
 * encrypted with the volume's key.
 */
export class VolumeSnapshots extends Construct {
  constructor(scope: Construct, id: string, { account, count }: VolumeSnapshotsProps) {
    super(scope, id);
    const name = `${machinesName(account)}-snapshots`;
    const role = new IamRole(this, 'role', {
      name,
      description: 'Makes and removes snapshots of the volumes of Redis',
      assumeRolePolicy: serviceTrust('dlm.amazonaws.com', account.accountId),
    });
    const permission = new IamRolePolicyAttachment(this, 'permission', {
      role: role.name,
      policyArn: `arn:${partitionOf(account.region)}:iam::aws:policy/service-role/AWSDataLifecycleManagerServiceRole`,
    });
    declareAwsNeeds(this, {
      role: role.name,
      from: 'aws',
      needs: [],
      managedPolicies: ['AWSDataLifecycleManagerServiceRole'],
    });
    new DlmLifecyclePolicy(this, 'policy', {
      description: `Volumes of Redis of ${account.environment} every day`,
      executionRoleArn: role.arn,
      state: 'ENABLED',
      policyDetails: {
        resourceTypes: ['VOLUME'],
        targetTags: { [snapshotTag]: machinesName(account) },
        schedule: [
          {
            name: 'daily',
            copyTags: true,
            createRule: { interval: 24, intervalUnit: 'HOURS', times: ['01:30'] },
            retainRule: { count },
          },
        ],
      },
      tags: { Name: name },
      dependsOn: [permission],
    });
  }
}

/** What AWS puts into every new network. */
import { DefaultNetworkAcl } from '@cdktf/provider-aws/lib/default-network-acl';
import { DefaultRouteTable } from '@cdktf/provider-aws/lib/default-route-table';
import { DefaultSecurityGroup } from '@cdktf/provider-aws/lib/default-security-group';
import type { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';

export interface DefaultResourcesProps {
  /** First part of every name. */
  readonly environment: string;
  readonly vpc: Vpc;
}

/**
 * The security group, access list and route table that everything has which names no other: emptied, so that whatever was
 * forgotten reaches nothing and is reached by nothing.
 */
export class DefaultResources extends Construct {
  constructor(scope: Construct, id: string, { environment, vpc }: DefaultResourcesProps) {
    super(scope, id);
    const tags = { Name: `${environment}-default-unused` };
    new DefaultSecurityGroup(this, 'security-group', { vpcId: vpc.id, tags });
    new DefaultRouteTable(this, 'routes', { defaultRouteTableId: vpc.defaultRouteTableId, tags });
    new DefaultNetworkAcl(this, 'access-list', {
      defaultNetworkAclId: vpc.defaultNetworkAclId,
      tags,
      // A new subnet has it until it gets its own; Terraform would want to change that back and forth.
      lifecycle: { ignoreChanges: ['subnet_ids'] },
    });
  }
}

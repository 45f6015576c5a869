/** What may enter and leave the subnets of a tier, whatever their security groups say. */
import { NetworkAcl } from '@cdktf/provider-aws/lib/network-acl';
import { NetworkAclRule } from '@cdktf/provider-aws/lib/network-acl-rule';
import { Construct } from 'constructs';
import { accessRules, type AccessRule } from './access-rules';
import type { AdmittedBlock } from './admitted-blocks';
import type { Tier } from './network-zone';

export interface AccessListProps {
  /** First part of every name. */
  readonly environment: string;
  readonly vpcId: string;
  /** Addresses of the network. */
  readonly cidr: string;
  readonly tier: Tier;
  readonly subnetIds: readonly string[];
  /** Blocks outside the network that may call private subnets. @default - none */
  readonly admitted?: readonly AdmittedBlock[];
}

export class AccessList extends Construct {
  constructor(scope: Construct, id: string, props: AccessListProps) {
    super(scope, id);
    const { environment, vpcId, cidr, tier, subnetIds, admitted = [] } = props;
    const { id: networkAclId } = new NetworkAcl(this, 'list', {
      vpcId,
      subnetIds: [...subnetIds],
      tags: { Name: `${environment}-${tier}` },
    });
    const rules = accessRules(tier, cidr, admitted);
    for (const direction of ['ingress', 'egress'] as const) {
      for (const rule of rules[direction]) {
        new NetworkAclRule(this, `${direction}-${rule.name}`, {
          networkAclId,
          egress: direction === 'egress',
          ruleNumber: rule.number,
          ruleAction: 'allow',
          cidrBlock: renderCidr(rule.cidr, cidr),
          ...renderTraffic(rule.traffic),
        });
      }
    }
  }
}

function renderCidr(cidr: AccessRule['cidr'], networkCidr: string): string {
  if (cidr === 'network') return networkCidr;
  return cidr === 'anywhere' ? '0.0.0.0/0' : cidr.block;
}

function renderTraffic(traffic: AccessRule['traffic']) {
  if (traffic === 'all') return { protocol: '-1' };
  // ICMP type 3, code 4.
  if (traffic === 'fragmentation-needed') return { protocol: 'icmp', icmpType: 3, icmpCode: 4 };
  return { protocol: traffic.protocol, fromPort: traffic.from, toPort: traffic.to };
}

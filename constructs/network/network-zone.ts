/** The part of a network that is in one availability zone. */
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { RouteTableAssociation } from '@cdktf/provider-aws/lib/route-table-association';
import { Subnet } from '@cdktf/provider-aws/lib/subnet';
import { Construct } from 'constructs';
import type { ZoneBlocks } from './address-plan';

export interface NetworkZoneProps {
  /** First part of every name. */
  readonly environment: string;
  readonly vpcId: string;
  /** `eu-central-1a`, say. */
  readonly zone: string;
  readonly blocks: ZoneBlocks;
  /** Route table of all public subnets. */
  readonly publicRouteTableId: string;
  /** Route table of all database subnets. */
  readonly databaseRouteTableId: string;
  /** Kubernetes cluster that may use the subnets. @default - any, by the tags for load balancers */
  readonly clusterName?: string;
  readonly preventDestroy: boolean;
}

/** What a subnet is for. */
export type Tier = 'private' | 'public' | 'database';

/** Where Kubernetes puts load balancers. Source: "Prerequisites" of the AWS Load Balancer Controller. */
const roleTags: Readonly<Record<Tier, Readonly<Record<string, string>>>> = {
  private: { 'kubernetes.io/role/internal-elb': '1' },
  public: { 'kubernetes.io/role/elb': '1' },
  database: {},
};

/**
 * A private, a public and a database subnet, none of which gives out public addresses, and a route table of the private
 * one's own, so that each zone can leave by a NAT gateway of its own.
 */
export class NetworkZone extends Construct {
  readonly zone: string;
  readonly subnetIds: Readonly<Record<Tier, string>>;
  readonly privateRouteTableId: string;

  constructor(scope: Construct, id: string, props: NetworkZoneProps) {
    super(scope, id);
    this.zone = props.zone;
    this.privateRouteTableId = new RouteTable(this, 'private-routes', {
      vpcId: props.vpcId,
      tags: { Name: `${props.environment}-private-${props.zone}` },
    }).id;
    this.subnetIds = {
      private: this.#subnet('private', this.privateRouteTableId, props),
      public: this.#subnet('public', props.publicRouteTableId, props),
      database: this.#subnet('database', props.databaseRouteTableId, props),
    };
  }

  #subnet(tier: Tier, routeTableId: string, props: NetworkZoneProps): string {
    const { environment, vpcId, zone, blocks, clusterName, preventDestroy } = props;
    const subnet = new Subnet(this, tier, {
      vpcId,
      availabilityZone: zone,
      cidrBlock: blocks[tier],
      mapPublicIpOnLaunch: false,
      tags: {
        Name: `${environment}-${tier}-${zone}`,
        ...roleTags[tier],
        // 'shared', since the network outlives a cluster; 'owned' subnets are deleted with it by some tools.
        ...(clusterName !== undefined && tier !== 'database' && { [`kubernetes.io/cluster/${clusterName}`]: 'shared' }),
      },
      lifecycle: { preventDestroy },
    });
    new RouteTableAssociation(this, `${tier}-association`, { subnetId: subnet.id, routeTableId });
    return subnet.id;
  }
}

/** The network of an environment. */
import { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { RouteTable } from '@cdktf/provider-aws/lib/route-table';
import { Vpc } from '@cdktf/provider-aws/lib/vpc';
import { Construct } from 'constructs';
import { networkViolations, type NetworkSettings } from '../../environments/network-settings';
import type { AwsAccount } from '../aws/account';
import { throwViolations } from '../validation/violations';
import { AccessList } from './access-list';
import { admittedBlockViolations } from './access-list-limits';
import { zoneBlocks } from './address-plan';
import type { AdmittedBlock } from './admitted-blocks';
import { DefaultResources } from './default-resources';
import { FlowLogs } from './flow-logs';
import { Nat } from './nat';
import { NetworkZone, type Tier } from './network-zone';
import { ServiceEndpoints } from './service-endpoints';

/** Subnets of one availability zone. */
export interface ZoneSubnets {
  /** `eu-central-1a`, say. */
  readonly zone: string;
  readonly privateSubnetId: string;
  readonly databaseSubnetId: string;
  readonly publicSubnetId: string;
}

/** What other stacks need to know of a network. */
export interface NetworkValue {
  readonly vpcId: string;
  /** All its addresses in CIDR notation. */
  readonly cidr: string;
  /** By name of the zone, whatever the order in the settings. */
  readonly zones: readonly ZoneSubnets[];
}

export interface NetworkProps {
  readonly account: AwsAccount;
  readonly settings: NetworkSettings;
  /** Kubernetes cluster that may use the subnets. @default - any, by the tags for load balancers */
  readonly clusterName?: string;
  /** Blocks outside the network that may call private subnets, whatever security groups say. @default - none */
  readonly admitted?: readonly AdmittedBlock[];
}

const tiers: readonly Tier[] = ['private', 'public', 'database'];

/**
 * A private, a public and a database subnet in each zone. Private ones reach the internet by NAT and AWS by endpoints,
 * database ones reach the network alone. Nothing gets a public address that doesn't ask for one.
 */
export class Network extends Construct {
  readonly value: NetworkValue;
  /** Addresses that others see connections from, by zone of the NAT gateway. */
  readonly natAddresses: Readonly<Record<string, string>>;

  /** @throws ViolationsError listing every setting that is wrong */
  constructor(scope: Construct, id: string, { account, settings, clusterName, admitted = [] }: NetworkProps) {
    super(scope, id);
    throwViolations(this.node.path, [
      ...networkViolations(settings, account),
      ...admittedBlockViolations(settings.cidr, admitted),
    ]);
    const { environment } = account;
    const { cidr } = settings;
    const preventDestroy = settings.destruction.kind === 'prevented';
    const vpc = new Vpc(this, 'vpc', {
      cidrBlock: cidr,
      enableDnsSupport: true,
      // Private names of endpoints, and of the cluster's own one, need them.
      enableDnsHostnames: true,
      tags: { Name: environment },
      lifecycle: { preventDestroy },
    });
    new DefaultResources(this, 'defaults', { environment, vpc });
    new FlowLogs(this, 'flow-logs', { account, vpcId: vpc.id, flowLogs: settings.flowLogs, preventDestroy });
    const internetGateway = new InternetGateway(this, 'internet', { vpcId: vpc.id, tags: { Name: environment } });
    const publicRouteTableId = this.#routeTable('public', environment, vpc);
    new Route(this, 'public-route', {
      routeTableId: publicRouteTableId,
      destinationCidrBlock: '0.0.0.0/0',
      gatewayId: internetGateway.id,
    });
    const shared = {
      environment,
      vpcId: vpc.id,
      publicRouteTableId,
      databaseRouteTableId: this.#routeTable('database', environment, vpc),
      ...(clusterName !== undefined && { clusterName }),
      preventDestroy,
    };
    const zones = [...settings.zones]
      .sort()
      .map((zone) => new NetworkZone(this, zone, { ...shared, zone, blocks: zoneBlocks(cidr, zone, account.region) }));
    for (const tier of tiers) {
      const subnetIds = zones.map((zone) => zone.subnetIds[tier]);
      new AccessList(this, `${tier}-access`, { environment, vpcId: vpc.id, cidr, tier, subnetIds, admitted });
    }
    const { interfaceEndpoints, nat } = settings;
    new ServiceEndpoints(this, 'endpoints', { account, vpcId: vpc.id, cidr, interfaceEndpoints, zones });
    this.natAddresses = new Nat(this, 'nat', { environment, nat, zones, internetGateway, preventDestroy }).addresses;
    this.value = { vpcId: vpc.id, cidr, zones: zones.map(zoneSubnets) };
  }

  #routeTable(tier: Tier, environment: string, vpc: Vpc): string {
    return new RouteTable(this, `${tier}-routes`, { vpcId: vpc.id, tags: { Name: `${environment}-${tier}` } }).id;
  }
}

function zoneSubnets({ zone, subnetIds }: NetworkZone): ZoneSubnets {
  return {
    zone,
    privateSubnetId: subnetIds.private,
    databaseSubnetId: subnetIds.database,
    publicSubnetId: subnetIds.public,
  };
}

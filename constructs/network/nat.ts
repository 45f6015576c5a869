/** How private subnets reach the internet. */
import { Eip } from '@cdktf/provider-aws/lib/eip';
import type { InternetGateway } from '@cdktf/provider-aws/lib/internet-gateway';
import { NatGateway } from '@cdktf/provider-aws/lib/nat-gateway';
import { Route } from '@cdktf/provider-aws/lib/route';
import { Construct } from 'constructs';
import type { NetworkSettings } from '../../environments/network-settings';
import type { NetworkZone } from './network-zone';

export interface NatProps {
  /** First part of every name. */
  readonly environment: string;
  readonly nat: NetworkSettings['nat'];
  readonly zones: readonly NetworkZone[];
  readonly internetGateway: InternetGateway;
  readonly preventDestroy: boolean;
}

/** NAT gateways, one a zone or one for all, and the route of each zone to its gateway. */
export class Nat extends Construct {
  /** Addresses that others see, by the zone of the gateway. */
  readonly addresses: Readonly<Record<string, string>>;

  constructor(scope: Construct, id: string, { environment, nat, zones, internetGateway, preventDestroy }: NatProps) {
    super(scope, id);
    const addresses: Record<string, string> = {};
    const gateways = new Map<string, string>();
    for (const { zone, subnetIds } of zones) {
      if (nat.kind === 'single' && zone !== nat.zone) continue;
      const tags = { Name: `${environment}-nat-${zone}` };
      // Others may have put the address on a list of allowed ones.
      const address = new Eip(this, `${zone}-address`, { domain: 'vpc', tags, lifecycle: { preventDestroy } });
      const gateway = new NatGateway(this, `${zone}-gateway`, {
        allocationId: address.id,
        subnetId: subnetIds.public,
        tags,
        // AWS refuses a NAT gateway in a network without an internet gateway, which nothing else makes it wait for.
        dependsOn: [internetGateway],
      });
      addresses[zone] = address.publicIp;
      gateways.set(zone, gateway.id);
    }
    for (const { zone, privateRouteTableId } of zones) {
      const natGatewayId = gateways.get(nat.kind === 'single' ? nat.zone : zone);
      if (natGatewayId === undefined) throw new Error(`zone ${zone} has no NAT gateway`);
      new Route(this, `${zone}-route`, {
        routeTableId: privateRouteTableId,
        destinationCidrBlock: '0.0.0.0/0',
        natGatewayId,
      });
    }
    this.addresses = addresses;
  }
}

/** Routes of subnets, and endpoints. Source: "Route priority" of the VPC User Guide. */
import { contains, type Ipv4Block } from '../../constructs/network/ipv4-block';
import { textOf } from '../synthesis/blocks';
import type { ResolvedResource } from '../synthesis/resources';
import { blockOf } from './packets';
import { shortName } from './resource-names';

/** Where a packet for an address outside the network goes. */
export type NextHop =
  | { readonly kind: 'nat'; readonly by: string; /** Id of the subnet of the gateway. */ readonly subnet: string }
  | { readonly kind: 'internet-gateway'; readonly by: string }
  | { readonly kind: 'none' };

interface PlannedRoute {
  readonly name: string;
  readonly block: Ipv4Block;
  readonly hop: NextHop;
}

export class Routes {
  readonly #tableBySubnet: ReadonlyMap<string, string>;
  readonly #routes = new Map<string, PlannedRoute[]>();
  /** Name of the endpoint by the id of a route table that leads to S3 by it. */
  readonly #toS3 = new Map<string, string>();
  readonly #subnets: ReadonlyMap<string, Ipv4Block>;
  /** Interface endpoints with private names, by service. */
  readonly interfaceEndpoints = new Map<string, ResolvedResource>();

  /** @throws Error for a route that can't be read exactly */
  constructor(resources: readonly ResolvedResource[]) {
    const ofType = (wanted: string) => resources.filter(({ type }) => type === wanted);
    this.#subnets = new Map(
      ofType('aws_subnet').map((subnet) => [
        textOf(subnet.attribute('id')),
        blockOf(subnet.values.cidr_block, subnet.address),
      ]),
    );
    this.#tableBySubnet = new Map(
      ofType('aws_route_table_association').map(({ values }) => [
        textOf(values.subnet_id),
        textOf(values.route_table_id),
      ]),
    );
    for (const table of ofType('aws_route_table')) {
      if (table.values.route !== undefined)
        throw new Error(`${table.address}: routes within the table aren't read here`);
    }
    const gateways = new Map(ofType('aws_nat_gateway').map((gateway) => [gateway.attribute('id'), gateway]));
    const internet = new Set(ofType('aws_internet_gateway').map((gateway) => gateway.attribute('id')));
    for (const route of ofType('aws_route')) {
      const table = textOf(route.values.route_table_id);
      this.#routes.set(table, [...(this.#routes.get(table) ?? []), plannedRoute(route, gateways, internet)]);
    }
    for (const endpoint of ofType('aws_vpc_endpoint')) this.#addEndpoint(endpoint);
  }

  /** A subnet by its id. @throws Error if there is none */
  subnetOf(id: string): { readonly kind: 'subnet'; readonly id: string; readonly block: Ipv4Block } {
    const block = this.#subnets.get(id);
    if (!block) throw new Error(`there is no subnet ${id}`);
    return { kind: 'subnet', id, block };
  }

  /** The endpoint for S3 that a subnet's routes lead to. */
  toS3(subnet: string): string | undefined {
    return this.#toS3.get(this.#tableBySubnet.get(subnet) ?? '');
  }

  /** The longest route that has all addresses of the block. */
  nextHop(subnet: string, block: Ipv4Block): NextHop {
    const routes = this.#routes.get(this.#tableBySubnet.get(subnet) ?? '') ?? [];
    const [best] = routes
      .filter((route) => contains(route.block, block))
      .sort((one, other) => other.block.prefix - one.block.prefix);
    return best?.hop ?? { kind: 'none' };
  }

  #addEndpoint(endpoint: ResolvedResource): void {
    const { values, address } = endpoint;
    const service = textOf(values.service_name).split('.').slice(3).join('.');
    if (values.vpc_endpoint_type === 'Interface') {
      if (values.private_dns_enabled === true) this.interfaceEndpoints.set(service, endpoint);
      return;
    }
    if (values.vpc_endpoint_type !== 'Gateway' || service !== 's3') {
      throw new Error(`${address}: the type of this endpoint isn't read here`);
    }
    for (const table of values.route_table_ids as readonly string[]) this.#toS3.set(table, shortName(endpoint));
  }
}

function plannedRoute(
  route: ResolvedResource,
  gateways: ReadonlyMap<unknown, ResolvedResource>,
  internet: ReadonlySet<unknown>,
): PlannedRoute {
  const { values, address } = route;
  const name = shortName(route);
  const nat = gateways.get(values.nat_gateway_id);
  const hop: NextHop | undefined = nat
    ? { kind: 'nat', by: name, subnet: textOf(nat.values.subnet_id) }
    : internet.has(values.gateway_id)
      ? { kind: 'internet-gateway', by: name }
      : undefined;
  if (!hop) throw new Error(`${address}: a route to anything but a NAT or an internet gateway isn't read here`);
  return { name, block: blockOf(values.destination_cidr_block, address), hop };
}

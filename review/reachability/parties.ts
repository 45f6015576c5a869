/** All parties of a plan. */
import { gatewayListenerPort } from '../../constructs/cluster-services/gateway-listener';
import { addOnNamespace } from '../../constructs/kubernetes/add-on-pods';
import { controlPlaneCalls, kubernetesApiPort } from '../../constructs/kubernetes/control-plane-calls';
import { podIdentityAgent } from '../../constructs/network/flows';
import { contains, type Ipv4Block } from '../../constructs/network/ipv4-block';
import { blocksOf, textOf } from '../synthesis/blocks';
import type { ResolvedResource } from '../synthesis/resources';
import { clientBlocks, connectedBlock, internetBlocks } from './outside';
import { balancerGroups, balancerSubnets, type PlannedBalancer } from './load-balancer';
import type { ListenersOfCharts } from './chart-pods';
import { blockOf } from './packets';
import { linuxClient, tcp, unknownClient, type Listener, type Party, type Place } from './party';
import { plannedPods } from './pods';
import type { Routes } from './routes';
import { storeParties } from './stores';

/** What parties are found in. */
export interface Plan {
  readonly resources: readonly ResolvedResource[];
  readonly routes: Routes;
  readonly balancer: PlannedBalancer;
  readonly charts: ListenersOfCharts;
  readonly network: Ipv4Block;
  /** Groups of interfaces that nodes and their pods have. */
  readonly nodeGroups: readonly string[];
  readonly runnerGroup: string;
  /** Ports of servers outside that flows name. */
  readonly internetPorts: readonly number[];
}

/** @throws Error if one can't be placed in the network */
export function plannedParties(plan: Plan): readonly Party[] {
  const cluster = theOne(plan.resources, 'aws_eks_cluster');
  return [
    ...inCluster(plan, cluster),
    ...inNetwork(plan, cluster),
    ...storeParties(plan),
    ...onNodes(plan),
    ...outside(plan, cluster),
  ];
}

export function theOne(resources: readonly ResolvedResource[], type: string): ResolvedResource {
  const [found, ...others] = resources.filter((resource) => resource.type === type && resource.mode === 'managed');
  if (!found || others.length > 0) throw new Error(`there is not exactly one ${type} in the plan`);
  return found;
}

/** Launch templates of nodes. */
export function nodeTemplates(resources: readonly ResolvedResource[]): readonly ResolvedResource[] {
  const ids = resources
    .filter(({ type }) => type === 'aws_eks_node_group')
    .map(({ values }) => blocksOf(values.launch_template)[0]?.id);
  return resources.filter(
    (resource) => resource.type === 'aws_launch_template' && ids.includes(resource.attribute('id')),
  );
}

export const subnetPlaces = ({ routes }: Pick<Plan, 'routes'>, ids: readonly string[]): readonly Place[] =>
  [...new Set(ids)].map((id) => routes.subnetOf(id));

function inCluster(plan: Plan, cluster: ResolvedResource): readonly Party[] {
  const { resources, nodeGroups: groups } = plan;
  const ids = resources
    .filter(({ type }) => type === 'aws_eks_node_group')
    .flatMap(({ values }) => values.subnet_ids as readonly string[]);
  const shared = { places: subnetPlaces(plan, ids), groups, clientPorts: linuxClient };
  return [
    { ...shared, name: 'nodes', area: 'Nodes', listeners: tcp(controlPlaneCalls.kubelet.port) },
    controlPlane(plan, cluster),
    ...plannedPods(resources, plan.charts).map(({ namespace, name, labels, listeners }) => ({
      ...shared,
      name: `${namespace}/${name}`,
      area: namespace === addOnNamespace ? 'Nodes' : namespace,
      pod: { namespace, labels },
      listeners,
    })),
  ];
}

function controlPlane(plan: Plan, cluster: ResolvedResource): Party {
  const [vpc = {}] = blocksOf(cluster.attribute('vpc_config'));
  const [network = {}] = blocksOf(cluster.values.kubernetes_network_config);
  if (vpc.endpoint_private_access !== true)
    throw new Error(`${cluster.address}: without a private endpoint nodes can't join`);
  const services = blockOf(network.service_ipv4_cidr, cluster.address);
  return {
    name: 'control-plane',
    area: 'AWS in the network',
    places: subnetPlaces(plan, vpc.subnet_ids as readonly string[]),
    groups: [...(vpc.security_group_ids as readonly string[]), textOf(vpc.cluster_security_group_id)],
    listeners: tcp(kubernetesApiPort),
    clientPorts: unknownClient,
    // The service `kubernetes` has the first address.
    serviceAddress: { first: services.first + 1, prefix: 32 },
  };
}

function inNetwork(plan: Plan, cluster: ResolvedResource): readonly Party[] {
  const { resources, routes, balancer } = plan;
  const subnets = resources.filter(({ type }) => type === 'aws_subnet');
  const isPublic = balancer.scheme === 'internet-facing';
  const endpoints = [...routes.interfaceEndpoints.values()];
  const privateSubnets = balancerSubnets(subnets, { ...balancer, scheme: 'internal' });
  return [
    {
      name: 'runner',
      area: 'Runner',
      places: subnetPlaces(plan, privateSubnets),
      groups: [plan.runnerGroup],
      listeners: [],
      clientPorts: linuxClient,
    },
    {
      name: 'load-balancer',
      area: 'AWS in the network',
      places: subnetPlaces(plan, balancerSubnets(subnets, balancer)),
      groups: balancerGroups,
      listeners: tcp(gatewayListenerPort),
      clientPorts: unknownClient,
      hasPublicAddress: isPublic,
    },
    ...(endpoints.length === 0
      ? []
      : [
          {
            name: 'endpoints',
            area: 'AWS in the network',
            places: subnetPlaces(
              plan,
              endpoints.flatMap(({ values }) => values.subnet_ids as readonly string[]),
            ),
            groups: [...new Set(endpoints.flatMap(({ values }) => values.security_group_ids as readonly string[]))],
            listeners: tcp(443),
            clientPorts: unknownClient,
          },
        ]),
    ...publicApi(cluster),
  ];
}

/** The endpoint of the API outside of the network. */
function publicApi(cluster: ResolvedResource): readonly Party[] {
  const [vpc = {}] = blocksOf(cluster.values.vpc_config);
  if (vpc.endpoint_public_access !== true) return [];
  return [
    {
      ...external('public-api', tcp(kubernetesApiPort)),
      places: [{ kind: 'internet', block: blockOf('0.0.0.0/0', 'public API') }],
      allowList: (vpc.public_access_cidrs as readonly string[]).map((cidr) => blockOf(cidr, cluster.address)),
    },
  ];
}

function onNodes({ resources }: Plan): readonly Party[] {
  const hopLimits = nodeTemplates(resources).map(({ values }) =>
    Number(blocksOf(values.metadata_options)[0]?.http_put_response_hop_limit ?? 64),
  );
  const shared = { area: 'Nodes', groups: undefined, clientPorts: linuxClient };
  const at = (address: string): readonly Place[] => [{ kind: 'on-node', block: blockOf(`${address}/32`, address) }];
  return [
    {
      ...shared,
      name: 'pod-identity-agent',
      places: at(podIdentityAgent.address),
      listeners: tcp(podIdentityAgent.port),
    },
    // Source: "Instance metadata and user data" of the EC2 User Guide.
    {
      ...shared,
      name: 'instance-metadata',
      places: at('169.254.169.254'),
      listeners: tcp(80),
      hopLimit: Math.max(...hopLimits),
    },
  ];
}

const external = (name: string, listeners: readonly Listener[]) => ({
  name,
  area: 'Outside',
  groups: undefined,
  listeners,
  clientPorts: unknownClient,
});

function outside(plan: Plan, cluster: ResolvedResource): readonly Party[] {
  const clients = clientBlocks(plan.resources, plan.balancer, cluster);
  const internet = internetBlocks(clients);
  const places = (kind: 's3' | 'internet') => internet.map((block): Place => ({ kind, block }));
  return [
    { ...external('internet', tcp(...new Set([80, 443, ...plan.internetPorts]))), places: places('internet') },
    { ...external('S3', tcp(443)), places: places('s3') },
    {
      ...external('other-network', []),
      places: [
        {
          kind: 'connected',
          block: connectedBlock([
            plan.network,
            ...clients.filter(({ isPublic }) => !isPublic).map(({ block }) => block),
          ]),
        },
      ],
    },
    ...clients
      .filter(({ isPublic, block }) => isPublic || !contains(plan.network, block))
      .map(({ cidr, block, isPublic }) => ({
        ...external(`clients ${cidr}`, []),
        places:
          cidr === '0.0.0.0/0' ? places('internet') : [{ kind: isPublic ? 'internet' : 'connected', block } as const],
      })),
    ...clients
      .filter(({ isPublic, block }) => !isPublic && contains(plan.network, block))
      .map(({ cidr, block }) => ({ ...external(`clients ${cidr}`, []), places: subnetsWithin(plan, block) })),
  ];
}

/** Callers in the network with groups of theirs: in private subnets, where machines are. */
function subnetsWithin(plan: Plan, block: Ipv4Block): readonly Place[] {
  const subnets = plan.resources.filter(({ type }) => type === 'aws_subnet');
  const places = subnetPlaces(plan, balancerSubnets(subnets, { ...plan.balancer, scheme: 'internal' }));
  const inside = places.filter((place) => contains(block, place.block));
  return inside.length > 0
    ? inside
    : places.filter((place) => contains(place.block, block)).map((place) => ({ ...place, block }));
}

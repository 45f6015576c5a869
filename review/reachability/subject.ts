/** What a check of connections is made from. */
import { flowsKey, type Flow } from '../../constructs/network/flows';
import { clusterName } from '../../constructs/kubernetes/names';
import { parseIpv4Block } from '../../constructs/network/ipv4-block';
import { blocksOf, textOf } from '../synthesis/blocks';
import type { EnvironmentPlan } from '../synthesis/environment-plan';
import type { ResolvedResource } from '../synthesis/resources';
import { chartPods, type ListenersOfCharts } from './chart-pods';
import { balancerRules, plannedBalancer, podGroup } from './load-balancer';
import { NetworkAcls } from './network-acls';
import { NetworkPolicies } from './network-policies';
import { allPorts } from './packets';
import { nodeTemplates, plannedParties, theOne } from './parties';
import type { Party } from './party';
import { Routes } from './routes';
import { SecurityGroups, type GroupRule } from './security-groups';
import type { Surface } from './way';

export interface DeclaredFlow extends Flow {
  /** Path of the construct that declares it. */
  readonly declaredBy: string;
}

export interface Subject {
  readonly plan: EnvironmentPlan;
  readonly surface: Surface;
  readonly parties: readonly Party[];
  readonly flows: readonly DeclaredFlow[];
}

/**
 * @param charts pods of charts and where they listen
 * @throws Error if anything in the plan that lets connections pass or stops them can't be read exactly
 */
export function reachabilitySubject(plan: EnvironmentPlan, charts: ListenersOfCharts = chartPods): Subject {
  const { resources, environment, declarations } = plan;
  const flows = declarations
    .filter(({ key }) => key === flowsKey)
    .flatMap(({ path, data }) => (data as readonly Flow[]).map((flow) => ({ ...flow, declaredBy: path })));
  const cluster = theOne(resources, 'aws_eks_cluster');
  const balancer = plannedBalancer(resources);
  const nodeGroups = groupsOfNodes(resources);
  const own = new SecurityGroups(resources, []);
  const name = clusterName({ environment: environment.name });
  const groups = new SecurityGroups(resources, [
    ...ownGroupOfCluster(cluster),
    ...balancerRules(
      balancer,
      podGroup(nodeGroups, (id) => own.tagsOf(id), name),
    ),
  ]);
  const routes = new Routes(resources);
  const network = parseIpv4Block(textOf(theOne(resources, 'aws_vpc').values.cidr_block));
  if (!network) throw new Error(`${environment.name}: the block of the network can't be read`);
  const parties = plannedParties({
    resources,
    routes,
    balancer,
    charts,
    network,
    nodeGroups,
    runnerGroup: groups.idOf(`${name}-runner`),
    internetPorts: flows.flatMap(({ to, port }) => (to.kind === 'internet' ? [port] : [])),
  });
  const surface = { acls: new NetworkAcls(resources), groups, routes, policies: new NetworkPolicies(resources) };
  return { plan, surface, parties, flows };
}

/** Groups that launch templates give to nodes. @throws Error if nodes differ */
function groupsOfNodes(resources: readonly ResolvedResource[]): readonly string[] {
  const [first, ...others] = nodeTemplates(resources).map(({ values }) =>
    blocksOf(values.network_interfaces).flatMap((nic) => (nic.security_groups ?? []) as readonly string[]),
  );
  if (!first || others.some((groups) => JSON.stringify(groups) !== JSON.stringify(first))) {
    throw new Error('nodes without a group, or with different ones, are not read here');
  }
  return first;
}

/** The group that EKS makes lets its members call each other and anything. Source: "Security group requirements" of EKS. */
function ownGroupOfCluster(cluster: ResolvedResource): readonly GroupRule[] {
  const [vpc = {}] = blocksOf(cluster.attribute('vpc_config'));
  const group = textOf(vpc.cluster_security_group_id);
  const shared = { name: 'group of EKS', group, protocol: 'all', ports: allPorts } as const;
  return [
    { ...shared, direction: 'egress', peer: { cidr: '0.0.0.0/0' } },
    { ...shared, direction: 'ingress', peer: { group } },
  ];
}

/**
 * The load balancer of the gateway, which the AWS Load Balancer Controller makes of the chart's service. Sources: "Network
 * Load Balancer" (subnets, scheme) and "Security groups for load balancers" of its guide.
 */
import { gatewayListenerPort } from '../../constructs/cluster-services/gateway-listener';
import { blocksOf, textOf } from '../synthesis/blocks';
import { valuesOf } from '../synthesis/helm-objects';
import type { ResolvedResource } from '../synthesis/resources';
import { allPorts } from './packets';
import type { GroupRule } from './security-groups';

export interface PlannedBalancer {
  readonly scheme: 'internal' | 'internet-facing';
  /** Blocks that may call it. */
  readonly sourceRanges: readonly string[];
  /** Port of pods. */
  readonly targetPort: number;
}

/** Ids that stand for its groups: one for clients, and one that pods let in. */
const group = 'load-balancer';
export const balancerGroups: readonly string[] = [group];

interface ServiceValues {
  readonly service: {
    readonly spec: { readonly loadBalancerSourceRanges: readonly string[] };
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly ports: Readonly<Record<string, { readonly port?: number; readonly exposedPort?: number }>>;
}

/** @throws Error if its service isn't such as is read here */
export function plannedBalancer(resources: readonly ResolvedResource[]): PlannedBalancer {
  const release = resources.find(({ type, values }) => type === 'helm_release' && values.chart === 'traefik');
  if (!release) throw new Error('there is no release of the chart traefik, whose service has the load balancer');
  const { service, ports } = valuesOf(release) as unknown as ServiceValues;
  const annotation = (name: string) => service.annotations[`service.beta.kubernetes.io/aws-load-balancer-${name}`];
  const scheme = annotation('scheme');
  if (scheme !== 'internal' && scheme !== 'internet-facing') throw new Error(`${release.address}: no scheme is named`);
  if (
    annotation('nlb-target-type') !== 'ip' ||
    !annotation('target-group-attributes')?.includes('preserve_client_ip.enabled=false')
  ) {
    throw new Error(`${release.address}: only targets by address, called by the balancer's own, are read here`);
  }
  const exposed = Object.values(ports).filter(({ exposedPort }) => exposedPort === gatewayListenerPort);
  const [{ port } = {}] = exposed;
  if (exposed.length !== 1 || port === undefined) {
    throw new Error(`${release.address}: no port is exposed as ${gatewayListenerPort}`);
  }
  return { scheme, sourceRanges: service.spec.loadBalancerSourceRanges, targetPort: port };
}

/** Rules that the controller makes, in a group of its own and in the one of the pods' interfaces. */
export function balancerRules({ sourceRanges, targetPort }: PlannedBalancer, podGroup: string): readonly GroupRule[] {
  const name = (what: string) => `load balancer controller: ${what}`;
  return [
    ...sourceRanges.map((cidr): GroupRule => ({
      name: name(`from ${cidr}`),
      group,
      direction: 'ingress',
      protocol: 'tcp',
      ports: { from: gatewayListenerPort, to: gatewayListenerPort },
      peer: { cidr },
    })),
    {
      name: name('to pods'),
      group,
      direction: 'egress',
      protocol: 'all',
      ports: allPorts,
      peer: { cidr: '0.0.0.0/0' },
    },
    {
      name: name(`to pods on ${targetPort}`),
      group: podGroup,
      direction: 'ingress',
      protocol: 'tcp',
      ports: { from: targetPort, to: targetPort },
      peer: { group },
    },
  ];
}

/**
 * The group of a pod's interface that the controller adds rules to: the only one, or the one that is tagged for the cluster.
 *
 * @throws Error if it would find none, or several
 */
export function podGroup(
  groups: readonly string[],
  tagsOf: (id: string) => Readonly<Record<string, unknown>>,
  clusterName: string,
): string {
  const tagged = groups.filter((id) => `kubernetes.io/cluster/${clusterName}` in tagsOf(id));
  const candidates = groups.length === 1 ? groups : tagged;
  const [only] = candidates;
  if (only === undefined || candidates.length > 1) {
    throw new Error(`the load balancer controller finds ${candidates.length} groups of nodes to add rules to, not one`);
  }
  return only;
}

/** Ids of subnets that it chooses, by their tags. */
export function balancerSubnets(subnets: readonly ResolvedResource[], { scheme }: PlannedBalancer): readonly string[] {
  const tag = scheme === 'internal' ? 'kubernetes.io/role/internal-elb' : 'kubernetes.io/role/elb';
  return subnets
    .filter(({ values }) => (values.tags as Readonly<Record<string, unknown>>)[tag] === '1')
    .map((subnet) => textOf(subnet.attribute('id')));
}

/** The one block of a list. */
export const only = (value: unknown) => blocksOf(value)[0] ?? {};

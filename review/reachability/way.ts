/** The way of a connection through every layer, and of its answers through those that keep no connections. */
import { contains } from '../../constructs/network/ipv4-block';
import type { Direction, NetworkAcls, Protocol } from './network-acls';
import type { NetworkPolicies } from './network-policies';
import { judge, type Judgement, type PortRange } from './packets';
import type { Party, Place } from './party';
import type { Routes } from './routes';
import type { SecurityGroups } from './security-groups';

/** All that lets connections pass or stops them. */
export interface Surface {
  readonly acls: NetworkAcls;
  readonly groups: SecurityGroups;
  readonly routes: Routes;
  readonly policies: NetworkPolicies;
}

export type LayerKind = 'listener' | 'policies' | 'groups' | 'access lists' | 'route';

export interface Layer extends Judgement {
  readonly kind: LayerKind;
  readonly what: string;
}

/** What is opened. */
export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
}

/** A way between one place of each end. */
export type Way = readonly Layer[];

/** Between all places of both ends. */
export function waysOf(surface: Surface, connection: Connection): readonly Way[] {
  const { from, to } = connection;
  return from.places.flatMap((source) =>
    to.places.map((target) => stages.flatMap((stage) => stage(surface, connection, source, target))),
  );
}

/** Whether every packet of every way passes. */
export const isOpen = (ways: readonly Way[]) =>
  ways.length > 0 && ways.every((way) => way.every(({ stoppedBy }) => stoppedBy.length === 0));

/** Whether any packet of any way passes every layer. */
export function isAjar(surface: Surface, connection: Connection): boolean {
  const { from, to } = connection;
  const passes = (source: Place, target: Place) =>
    stages.every((stage) => stage(surface, connection, source, target).every(({ passedBy }) => passedBy.length > 0));
  return from.places.some((source) => to.places.some((target) => passes(source, target)));
}

type Stage = (surface: Surface, connection: Connection, source: Place, target: Place) => readonly Layer[];

/** In the order in which they are cheap to ask. */
const stages: readonly Stage[] = [listener, policies, groups, transport];

const pass = (kind: LayerKind, what: string, by: string): Layer => ({ kind, what, passedBy: [by], stoppedBy: [] });
const stop = (kind: LayerKind, what: string, by: string): Layer => ({ kind, what, passedBy: [], stoppedBy: [by] });

function listener(_surface: Surface, { to, port, protocol }: Connection): readonly Layer[] {
  const listens = to.listeners.some((one) => one.port === port && one.protocol === protocol);
  return [listens ? pass('listener', to.name, `${protocol}/${port}`) : stop('listener', to.name, 'nothing listens')];
}

function policies({ policies: all }: Surface, { from, to, port, protocol }: Connection, source: Place, target: Place) {
  const ports = { from: port, to: port };
  const check = (what: string, rules: ReturnType<NetworkPolicies['rulesOf']>, place: Pick<Place, 'block'>): Layer =>
    rules === undefined
      ? pass('policies', what, 'no policy selects it')
      : { kind: 'policies', what, ...judge(rules, { block: place.block, ports }, 'denied by default') };
  const sent = from.pod && all.rulesOf(from.pod, 'egress', protocol, to.pod);
  const received = to.pod && all.rulesOf(to.pod, 'ingress', protocol, from.pod);
  return [
    ...(from.pod ? [check(`${from.name} sends`, sent, target)] : []),
    ...(from.pod && to.serviceAddress
      ? [check(`${from.name} sends, before translation`, sent, { block: to.serviceAddress })]
      : []),
    ...(to.pod ? [check(`${to.name} receives`, received, source)] : []),
  ];
}

function groups({ groups: all }: Surface, { from, to, port, protocol }: Connection, source: Place, target: Place) {
  if (target.kind === 'on-node') return [];
  const ports = { from: port, to: port };
  const check = (what: string, own: readonly string[], direction: Direction, other: Party, place: Place): Layer => ({
    kind: 'groups',
    what,
    ...judge(
      all.rulesOf(own, direction, protocol, other.groups ?? []),
      { block: place.block, ports },
      'no rule of the group',
    ),
  });
  return [
    ...(from.groups ? [check(`${from.name} sends`, from.groups, 'egress', to, target)] : []),
    ...(to.groups ? [check(`${to.name} receives`, to.groups, 'ingress', from, source)] : []),
  ];
}

/** Routes and access lists. */
function transport(surface: Surface, connection: Connection, source: Place, target: Place): readonly Layer[] {
  if (target.kind === 'on-node') return onNode(connection);
  if (source.kind === 'subnet' && target.kind === 'subnet') return within(surface, connection, source, target);
  if (source.kind === 'subnet') return leaving(surface, connection, source, target);
  if (target.kind === 'subnet') return entering(surface, connection, source, target);
  return besides(connection, source);
}

type Subnet = Extract<Place, { kind: 'subnet' }>;

function onNode({ from, to }: Connection): readonly Layer[] {
  if (from.pod === undefined && from.name !== 'nodes') return [stop('route', to.name, 'it answers its own node alone')];
  return from.pod !== undefined && to.hopLimit !== undefined && to.hopLimit < 2
    ? [stop('route', to.name, `answers go ${to.hopLimit} hop far, and a pod is the second`)]
    : [pass('route', to.name, 'on the node')];
}

function within(surface: Surface, { from, port, protocol }: Connection, source: Subnet, target: Subnet) {
  const route = pass('route', 'request and answer', 'local');
  if (source.id === target.id) return [route];
  const request = { from: port, to: port };
  const answer = from.clientPorts.within;
  const acl = aclLayer(surface);
  return [
    route,
    acl('request leaves', source, 'egress', protocol, target, request),
    acl('request enters', target, 'ingress', protocol, source, request),
    acl('answer leaves', target, 'egress', protocol, source, answer),
    acl('answer enters', source, 'ingress', protocol, target, answer),
  ];
}

/** To S3 by its endpoint, or by NAT. */
function leaving(surface: Surface, connection: Connection, source: Subnet, target: Place): readonly Layer[] {
  const { from, to, port, protocol } = connection;
  if (to.allowList) return [stop('route', to.name, 'addresses of NAT gateways are not on its list')];
  const request = { from: port, to: port };
  const answer = from.clientPorts.beyond;
  const acl = aclLayer(surface);
  const ends = [
    acl('request leaves', source, 'egress', protocol, target, request),
    acl('answer enters', source, 'ingress', protocol, target, answer),
  ];
  if (target.kind === 's3') {
    const endpoint = surface.routes.toS3(source.id);
    return [endpoint === undefined ? stop('route', to.name, 'no endpoint') : pass('route', to.name, endpoint), ...ends];
  }
  const hop = surface.routes.nextHop(source.id, target.block);
  if (hop.kind === 'none') return [stop('route', to.name, 'no route')];
  if (hop.kind === 'internet-gateway') {
    const route = from.hasPublicAddress
      ? pass('route', to.name, hop.by)
      : stop('route', to.name, 'it has no public address');
    return [route, ...ends];
  }
  const nat = surface.routes.subnetOf(hop.subnet);
  const onward = surface.routes.nextHop(hop.subnet, target.block);
  return [
    pass('route', to.name, hop.by),
    onward.kind === 'internet-gateway'
      ? pass('route', `${to.name} from NAT`, onward.by)
      : stop('route', `${to.name} from NAT`, 'no internet gateway'),
    ...ends,
    acl('request enters NAT', nat, 'ingress', protocol, source, request),
    acl('request leaves NAT', nat, 'egress', protocol, target, request),
    acl('answer enters NAT', nat, 'ingress', protocol, target, highAnswers),
    acl('answer leaves NAT', nat, 'egress', protocol, source, answer),
    acl('path MTU at NAT', nat, 'ingress', 'fragmentation-needed', target, anyPort),
    acl('path MTU', source, 'ingress', 'fragmentation-needed', target, anyPort),
  ];
}

const highAnswers: PortRange = { from: 1_024, to: 65_535 };
const anyPort: PortRange = { from: 0, to: 0 };

function entering(surface: Surface, connection: Connection, source: Place, target: Subnet): readonly Layer[] {
  const { from, to, port, protocol } = connection;
  const request = { from: port, to: port };
  const acl = aclLayer(surface);
  return [
    entranceRoute(surface, to, source, target),
    acl('request enters', target, 'ingress', protocol, source, request),
    acl('answer leaves', target, 'egress', protocol, source, from.clientPorts.beyond),
    acl('path MTU', target, 'ingress', 'fragmentation-needed', source, anyPort),
  ];
}

function entranceRoute({ routes }: Surface, to: Party, source: Place, target: Subnet): Layer {
  if (source.kind === 'connected') return pass('route', 'both ways', 'yours: docs/guides/network.md');
  const hop = routes.nextHop(target.id, source.block);
  if (hop.kind !== 'internet-gateway') return stop('route', 'from the internet', 'no internet gateway');
  return to.hasPublicAddress
    ? pass('route', 'both ways', hop.by)
    : stop('route', 'from the internet', 'it has no public address');
}

/** Between places that are both outside. */
function besides({ to }: Connection, source: Place): readonly Layer[] {
  if (!to.allowList) return [stop('route', to.name, 'not a matter of this network')];
  return to.allowList.some((block) => contains(block, source.block))
    ? [pass('route', to.name, 'its allow list')]
    : [stop('route', to.name, 'not on its allow list')];
}

const aclLayer =
  ({ acls }: Surface) =>
  (what: string, at: Subnet, direction: Direction, protocol: Protocol, other: Place, ports: PortRange): Layer => ({
    kind: 'access lists',
    what,
    ...judge(acls.rulesOf(at.id, direction, protocol), { block: other.block, ports }, 'no rule of the access list'),
  });

/** Which parties a declared flow is between. */
import type { FlowEnd } from '../../constructs/network/flows';
import { privateNodeServices } from '../../constructs/network/endpoint-services';
import type { NetworkSettings } from '../../environments/network-settings';
import type { Party } from './party';
import { shortName } from './resource-names';
import type { DeclaredFlow, Subject } from './subject';
import { waysOf, type Layer, type Way } from './way';

/** A flow between one party and another. */
export interface NeededConnection {
  readonly from: Party;
  readonly to: Party;
  /** The service of AWS that it is for. */
  readonly service?: string;
  readonly flow: DeclaredFlow;
  readonly ways: readonly Way[];
}

/** A flow names what isn't in the plan. */
export class MissingEndError extends Error {}

/** @throws MissingEndError if a flow names what isn't in the plan */
export const neededConnections = (subject: Subject): readonly NeededConnection[] =>
  subject.flows.flatMap((flow) => connectionsOf(subject, flow));

/** A flow between every party of one end and every party of the other. */
export function connectionsOf(subject: Subject, flow: DeclaredFlow): readonly NeededConnection[] {
  const { port, protocol = 'tcp' } = flow;
  const service = flow.to.kind === 'aws' ? { service: flow.to.service } : {};
  const endpoint = endpointLayer(subject, flow.to);
  return partiesOf(subject, flow, flow.from).flatMap((from) =>
    partiesOf(subject, flow, flow.to).map((to) => {
      const ways = waysOf(subject.surface, { from, to, port, protocol });
      return { from, to, ...service, flow, ways: endpoint ? ways.map((way) => [...way, endpoint]) : ways };
    }),
  );
}

export function partiesOf({ parties, surface }: Subject, flow: DeclaredFlow, end: FlowEnd): readonly Party[] {
  const found = parties.filter(({ name, pod }) => {
    switch (end.kind) {
      case 'pods':
        return (
          pod?.namespace === end.namespace &&
          Object.entries(end.labels).every(([key, value]) => pod.labels[key] === value)
        );
      case 'clients':
        return name === `clients ${end.cidr}`;
      case 'aws':
        return name === partyOfService(end.service, surface.routes.interfaceEndpoints);
      default:
        return name === end.kind;
    }
  });
  if (found.length === 0) {
    throw new MissingEndError(
      `${flow.declaredBy}: a flow (${flow.why}) names ${JSON.stringify(end)}, which isn't in the plan`,
    );
  }
  return found;
}

function partyOfService(service: string, endpoints: ReadonlyMap<string, unknown>): string {
  if (service === 's3') return 'S3';
  return endpoints.has(service) ? 'endpoints' : 'internet';
}

/** Services that settings ask endpoints for are not called over the internet. */
function endpointLayer({ plan, surface }: Subject, to: FlowEnd): Layer | undefined {
  if (to.kind !== 'aws') return undefined;
  const endpoint = surface.routes.interfaceEndpoints.get(to.service);
  if (endpoint) return { kind: 'route', what: to.service, passedBy: [shortName(endpoint)], stoppedBy: [] };
  if (!expectedEndpoints(plan.environment.network).includes(to.service)) return undefined;
  return { kind: 'route', what: to.service, passedBy: [], stoppedBy: ['no endpoint with a private name'] };
}

const expectedEndpoints = ({ interfaceEndpoints }: NetworkSettings): readonly string[] =>
  interfaceEndpoints.kind === 'none' ? [] : [...privateNodeServices, ...interfaceEndpoints.also];

/** Compares the connections that are needed with those that can be opened, both ways. */
import { contains } from '../../constructs/network/ipv4-block';
import { clientBlock } from './outside';
import { exceptionFor, type Exception } from './exceptions';
import { neededConnections, partiesOf, type NeededConnection } from './flow-ends';
import type { Party } from './party';
import type { DeclaredFlow, Subject } from './subject';
import { isAjar, isOpen, type Connection } from './way';

export interface Reachability {
  readonly needed: readonly NeededConnection[];
  /** Those of the needed that something stops. */
  readonly closed: readonly NeededConnection[];
  /** Open ones that nothing needs and no exception names. */
  readonly undeclared: readonly Connection[];
  /** Open ones that nothing needs, with the exception that names them. */
  readonly excepted: readonly { readonly connection: Connection; readonly exception: Exception }[];
  /** Pairs of a party and a listener that no flow connects, and that are closed. */
  readonly closedPairs: number;
}

export function checkReachability(subject: Subject): Reachability {
  const needed = neededConnections(subject);
  const others = undeclaredPairs(subject);
  const open = others.filter((connection) => isAjar(subject.surface, connection));
  const judged = open.map((connection) => ({ connection, exception: exceptionFor(namesOf(connection)) }));
  return {
    needed,
    closed: needed.filter(({ ways }) => !isOpen(ways)),
    undeclared: judged.filter(({ exception }) => exception === undefined).map(({ connection }) => connection),
    excepted: judged.flatMap(({ connection, exception }) => (exception ? [{ connection, exception }] : [])),
    closedPairs: others.length - open.length,
  };
}

export const namesOf = ({ from, to, port }: Pick<Connection, 'from' | 'to' | 'port'>) => ({
  from: from.name,
  to: to.name,
  port,
});

const keyOf = ({ from, to, port, protocol }: Connection) => `${from.name}|${to.name}|${port}|${protocol}`;

/** Every party of the platform with every listener, but for what flows declare. */
export function undeclaredPairs(subject: Subject): readonly Connection[] {
  const { parties, flows } = subject;
  const declared = new Set(
    flows.flatMap((flow) =>
      partiesOf(subject, flow, flow.from).flatMap((from) =>
        partiesOf(subject, flow, flow.to).map((to) =>
          keyOf({ from, to, port: flow.port, protocol: flow.protocol ?? 'tcp' }),
        ),
      ),
    ),
  );
  return parties.flatMap((to) =>
    to.listeners.flatMap(({ port, protocol }) => {
      const clients = flows.filter((flow) => flow.to.kind === to.name && flow.port === port);
      return parties
        .filter((from) => isPlatforms(from) || (isPlatforms(to) && from.allowList === undefined))
        .map((from) => ({ from, to, port, protocol }))
        .filter((connection) => !declared.has(keyOf(connection)) && !isClient(connection.from, clients));
    }),
  );
}

/** Whether it is a part of the platform: how others reach others is not its matter. */
const isPlatforms = ({ area }: Party) => area !== 'Outside';

/** Whether a setting admits all addresses of a party as clients. */
function isClient(party: Party, flows: readonly DeclaredFlow[]): boolean {
  return flows.some(({ from }) => {
    const block = from.kind === 'clients' ? clientBlock(from.cidr) : undefined;
    return block !== undefined && party.places.every((place) => contains(block, place.block));
  });
}

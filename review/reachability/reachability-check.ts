/** Compares the connections that are needed with those that can be opened, both ways. */
import { contains } from '../../constructs/network/ipv4-block';
import { clientBlock } from './outside';
import { exceptionFor, type Exception } from './exceptions';
import { neededConnections, type NeededConnection } from './flow-ends';
import type { Party } from './party';
import type { Subject } from './subject';
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
  const closed = needed.filter(({ ways }) => !isOpen(ways));
  const others = undeclaredPairs(subject, needed);
  const open = others.filter((connection) => isAjar(subject.surface, connection));
  const judged = open.map((connection) => ({ connection, exception: exceptionFor(namesOf(connection)) }));
  return {
    needed,
    closed,
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

/** Every party with every listener, but for what flows declare. */
function undeclaredPairs(
  { parties }: Subject,
  needed: readonly NeededConnection[],
): readonly Connection[] {
  const key = (from: Party, to: Party, port: number, protocol: string) => `${from.name}|${to.name}|${port}|${protocol}`;
  const declared = new Set(
    needed.map(({ from, to, flow: { port, protocol = 'tcp' } }) => key(from, to, port, protocol)),
  );
  const admitted = new Map<string, NeededConnection[]>();
  for (const connection of needed.filter(({ flow }) => flow.from.kind === 'clients')) {
    const { to, flow } = connection;
    const listener = `${to.name}|${flow.port}`;
    admitted.set(listener, [...(admitted.get(listener) ?? []), connection]);
  }
  return parties.flatMap((to) =>
    to.listeners.flatMap(({ port, protocol }) =>
      parties
        .filter((from) => isPlatforms(from) || isPlatforms(to))
        .filter((from) => !declared.has(key(from, to, port, protocol)))
        .filter((from) => !isClient(from, admitted.get(`${to.name}|${port}`) ?? []))
        .map((from) => ({ from, to, port, protocol })),
    ),
  );
}

/** Whether it is a part of the platform: how others reach others is not its matter. */
const isPlatforms = ({ area }: Party) => area !== 'Outside';

/** Whether a setting admits all addresses of a party as clients. */
function isClient(party: Party, clients: readonly NeededConnection[]): boolean {
  return clients.some(({ flow: { from } }) => {
    const block = from.kind === 'clients' ? clientBlock(from.cidr) : undefined;
    return block !== undefined && party.places.every((place) => contains(block, place.block));
  });
}

/** The table and what is wrong, as text. */
import type { Connection } from './way';
import type { Reachability } from './reachability-check';
import { rowsOf, type ReachabilityRow } from './reachability-table';

export function renderReachability(environment: string, reachability: Reachability): string {
  const { needed, closed, undeclared, excepted, closedPairs } = reachability;
  const reasons = new Map<string, number>();
  for (const { exception } of excepted) {
    const line = `${exception.reason} (since ${exception.since})`;
    reasons.set(line, (reasons.get(line) ?? 0) + 1);
  }
  return [
    `Connections of ${environment}: ${needed.length} needed, ${closed.length} of them closed; ` +
      `${undeclared.length} open without a need, ${excepted.length} by exception; ${closedPairs} others closed.`,
    '',
    ...rowsOf(needed).flatMap(renderRow),
    ...section(
      'Needed, and closed',
      rowsOf(closed).flatMap((row) => renderRow(row)),
    ),
    ...section('Open, and needed by nothing', undeclared.map(renderConnection)),
    ...section(
      'Open by exception',
      [...reasons].map(([reason, count]) => `${count}: ${reason}`),
    ),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]) => (lines.length === 0 ? [] : ['', `${title}:`, ...lines]);

const renderConnection = ({ from, to, port, protocol }: Connection) =>
  `${from.name} -> ${to.name} ${protocol}/${port}: declare the flow where it is needed, or close it`;

function renderRow({ from, to, port, why, way }: ReachabilityRow): readonly string[] {
  const layers = Object.entries(way).filter(([kind]) => kind !== 'listener');
  return [`${from} -> ${to} ${port}: ${why}`, ...layers.map(([kind, names]) => `    ${kind}: ${names.join('; ')}`)];
}

/** The report of nodes as text for people. */
import type { NodeCapacity } from '../constructs/kubernetes/node-capacity';
import { dollars } from './capacity-text';
import type { NodeReport, Situation } from './node-report';

const titles = { general: 'Nodes for everything but Redis', redis: 'Nodes for Redis' } as const;

export function renderNodeReport(report: NodeReport): string {
  const { kind, instanceType, perZone, zones, dollarsAMonth, allocatable, forPods, situations } = report;
  return [
    `${titles[kind]}: ${perZone * zones} × ${instanceType}, ${perZone} in each zone, ${dollars(dollarsAMonth)} a month`,
    '',
    `  Allocatable on each  ${quantities(allocatable)}`,
    `  Left by daemons      ${quantities(forPods)}`,
    ...table(situations),
    ...highest(report),
  ].join('\n');
}

const processors = (millicores: number) => `${(millicores / 1_000).toFixed(1)} CPUs`;
const gibibytes = (mebibytes: number) => `${(mebibytes / 1_024).toFixed(1)} GiB`;

const quantities = ({ cpuMillicores, memoryMebibytes, pods }: NodeCapacity) =>
  `${processors(cpuMillicores)}, ${gibibytes(memoryMebibytes)}, ${pods} pods`;

const share = (part: number, whole: number) => `${Math.round((100 * part) / whole)} %`;

function table(situations: readonly Situation[]): string[] {
  const rows = situations.map(({ name, requested, capacity, unplaced }) => [
    name.replace('at the ', '').replace('of replicas ', ''),
    `${processors(requested.cpuMillicores)} (${share(requested.cpuMillicores, capacity.cpuMillicores)})`,
    `${gibibytes(requested.memoryMebibytes)} (${share(requested.memoryMebibytes, capacity.memoryMebibytes)})`,
    `${requested.pods} pods (${share(requested.pods, capacity.pods)})`,
    unplaced === 0 ? 'all fit' : `${unplaced} find no place`,
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const pad = (cell: string, column: number) =>
    column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(pad).join('  ')}`);
}

function highest({ highestMaxima }: NodeReport): string[] {
  const entries = Object.entries(highestMaxima);
  if (entries.length === 0) return [];
  return [
    `  Highest maximum, the others as they are: ${entries.map(([name, value]) => `${name} ${value}`).join(', ')}`,
  ];
}

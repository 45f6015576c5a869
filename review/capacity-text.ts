/** The capacity report as text for people. */
import { pricesSource } from '../constructs/elasticache/prices';
import { serverOverheadGibibytes, type Alternative, type CapacityReport, type DollarsAMonth } from './capacity-report';

const gibibytes = (value: number) => `${value.toFixed(1)} GiB`;

export const dollars = (value: DollarsAMonth) =>
  value === undefined ? 'unknown' : `$${Math.round(value).toLocaleString('en')}`;

const range = ({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }) =>
  minimum === maximum ? String(minimum) : `${minimum} to ${maximum}`;

const alternativesShown = 8;

export function renderCapacityReport(report: CapacityReport): string {
  return [
    `Redis of ${report.environment} (${report.region})`,
    '',
    ...aligned(sizing(report)),
    '',
    'Cost a month',
    ...aligned(cost(report)),
    '',
    `Nodes that hold the dataset, with ${range(report.replicasPerShard)} replicas a shard`,
    ...table(report.alternatives),
    '',
    ...footnotes(report),
  ].join('\n');
}

function sizing(report: CapacityReport): (readonly [string, string])[] {
  return [
    ['Dataset', `${gibibytes(report.datasetGibibytes)} (capacity.datasetMebibytes), without replicas`],
    ['Engine', report.engine],
    ['Nodes', `${range(report.shards)} shards, ${range(report.replicasPerShard)} replicas each, of ${report.nodeType}`],
    [
      'Memory of a node',
      `${gibibytes(report.memoryGibibytesOfNode)}, of which ${report.reservedPercent} % are reserved`,
    ],
    ['Usable', `${gibibytes(report.usableGibibytes)}; the dataset fills ${report.filledPercent.toFixed(0)} % of it`],
    ['Plannable', `${gibibytes(report.plannableGibibytes)}: 80 %, the rest is for growth`],
    [
      'With a zone lost',
      `the same room; each shard has ${report.membersAfterZoneLoss} ${report.membersAfterZoneLoss === 1 ? 'member' : 'members'} or more left`,
    ],
  ];
}

function cost({ dollarsAMonth: { minimum, maximum }, ...report }: CapacityReport): (readonly [string, string])[] {
  const managed = minimum === maximum ? dollars(minimum) : `${dollars(minimum)} to ${dollars(maximum)}`;
  const own = report.selfHosted;
  return [
    ['ElastiCache', managed],
    [
      'Self-hosted on EKS',
      own === undefined
        ? 'unknown'
        : `${dollars(own.serversDollarsAMonth)}: ${own.nodes} × ${own.instanceType}, ${own.shards} shards; ` +
          `and ${dollars(own.controlPlaneDollarsAMonth)} for the control plane, which the application has anyway`,
    ],
  ];
}

function table(alternatives: readonly Alternative[]): string[] {
  const shown = alternatives.filter(({ chosen }, index) => chosen || index < alternativesShown);
  const rows = shown.map(({ nodeType, shards, nodes, plannableGibibytes, dollarsAMonth, chosen }) => [
    `${chosen ? '→' : ' '} ${nodeType}`,
    `${shards} shards`,
    `${nodes} nodes`,
    `${gibibytes(plannableGibibytes)} plannable`,
    dollars(dollarsAMonth),
  ]);
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
}

function footnotes({ region }: CapacityReport): string[] {
  const { region: known, readOn, what } = pricesSource;
  return [
    `Prices: ${what}, ${known}, read on ${readOn}; without discounts, traffic, backups, disks and taxes.`,
    ...(region === known ? [] : [`Those of ${region} are not in constructs/elasticache/prices.ts, and so unknown.`]),
    `Self-hosted: a pod a server, of whose memory ${serverOverheadGibibytes} GiB are for the system; people's time isn't in it.`,
  ];
}

function aligned(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
}

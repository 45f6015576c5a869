/** Dashboards in words: a table for each row, a line for each panel. */
import { runbookFile } from '../rules/alert';
import type { DashboardDefinition, PanelDefinition } from './panel';

/** @param runbooks folder of the runbooks, as it is reached from the file that the text is in */
export function describeDashboard({ title, description, rows }: DashboardDefinition, runbooks: string): string {
  const tables = rows.map(({ title: row, panels }) =>
    [
      `### ${row}`,
      '',
      '| Panel | Shows | Unit | Asks | Runbook |',
      '| --- | --- | --- | --- | --- |',
      ...panels.map((panel) => lineOf(panel, runbooks)),
    ].join('\n'),
  );
  return [`## ${title}`, `${description}.`, ...tables].join('\n\n');
}

/** Names of units, where Grafana's own says little. */
const units: Readonly<Record<string, string>> = {
  percentunit: 'share',
  percent: '%',
  ops: '1/s',
  reqps: 'requests/s',
  short: 'number',
  none: 'number',
};

function lineOf(panel: PanelDefinition, runbooks: string): string {
  const cells = [
    panel.title,
    panel.description,
    units[panel.unit] ?? panel.unit,
    queriesOf(panel)
      .map((query) => `\`${query}\``)
      .join('<br>'),
    `[${panel.runbook}](${runbooks}/${runbookFile(panel.runbook)})`,
  ];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

const queriesOf = (panel: PanelDefinition): readonly string[] =>
  'prometheus' in panel
    ? panel.prometheus.map(({ expr }) => expr)
    : panel.cloudwatch.map(({ namespace, metric, statistic }) => `${namespace} ${metric} ${statistic}`);

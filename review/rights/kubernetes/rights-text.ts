/** The table of rights within Kubernetes as text: a heading for each subject, then a line for each rule. */
import type { RightsRow } from './rights-table';

export function renderKubernetesRights(rows: readonly RightsRow[]): string {
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  return subjects
    .map((subject) => [subject, ...rows.filter((row) => row.subject === subject).map(renderRow)].join('\n'))
    .join('\n\n');
}

const renderRow = ({ verbs, resources, where, binding, origin }: RightsRow) =>
  `  ${where}: ${verbs} ${resources}\n    by ${binding} (${origin})`;

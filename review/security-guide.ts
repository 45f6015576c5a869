/**
 * The tables of docs/guides/security.md: who may do what, and who reaches whom, made from the plan of an environment. What users
 * of Redis learn is the same in all.
 */
import { disclosures, type Disclosure } from '../constructs/redis/disclosures';
import type { EnvironmentPlan } from './synthesis/environment-plan';
import { reachabilityTable, type ReachabilityRow } from './reachability/reachability-table';
import type { AwsRightsRow } from './rights/aws/rights-table';
import type { RightsRow } from './rights/kubernetes/rights-table';
import { rightsReport } from './rights/rights-report';

/** Sections of the guide that are made, by the name in their marks: `<!-- aws -->` … `<!-- end of aws -->`. */
export type GeneratedSection = 'aws' | 'kubernetes' | 'redis' | 'connections';

/** The sections of the guide for an environment, in Markdown. */
export function securityTables(plan: EnvironmentPlan): Readonly<Record<GeneratedSection, string>> {
  const { aws, kubernetes } = rightsReport(plan);
  return {
    aws: table(['Who', 'May', 'On', 'Why'], aws.map(awsRow)),
    kubernetes: table(['Service account', 'Where', 'Reads', 'Changes'], kubernetesRows(kubernetes)),
    redis: table(['User', 'Learns', 'By', 'Why'], disclosures.map(disclosureRow)),
    connections: table(['From', 'To', 'Ports', 'Why'], connectionRows(reachabilityTable(plan))),
  };
}

/**
 * The guide with its made sections replaced.
 *
 * @throws Error if a section's marks are missing
 */
export function withTables(guide: string, tables: Readonly<Record<GeneratedSection, string>>): string {
  return Object.entries(tables).reduce((text, [name, content]) => {
    const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(start), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`docs/guides/security.md: the marks ${start} and ${end} are missing`);
    return `${text.slice(0, from + start.length)}\n\n${content}\n\n${text.slice(to)}`;
  }, guide);
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** In Markdown, what stands between such marks is text. */
const code = (text: string) => `\`${text}\``;

const awsRow = ({ caller, actions, resource, why }: AwsRightsRow) => [
  code(caller),
  actions.map((action) => code(action)).join(' '),
  code(resource),
  why,
];

const disclosureRow = ({ user, secrets, by, reason }: Disclosure) => [
  code(user),
  secrets.join(', '),
  by.map((command) => code(command.replace('|', ' ').toUpperCase())).join(' '),
  reason,
];

const reads = new Set(['get', 'list', 'watch']);

/** One row for each account and place: what it reads, and what it changes. */
function kubernetesRows(rows: readonly RightsRow[]): readonly (readonly string[])[] {
  const places = new Map<string, RightsRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.subject, row.where]);
    places.set(key, [...(places.get(key) ?? []), row]);
  }
  return [...places].map(([key, all]) => {
    const [subject = '', where = ''] = JSON.parse(key) as string[];
    const isRead = ({ verbs }: RightsRow) => verbs.split(', ').every((verb) => reads.has(verb));
    const names = (some: readonly RightsRow[]) =>
      [...new Set(some.flatMap(({ resources }) => resources.split(', ')))].sort().map(code).join(' ');
    return [code(subject), where, names(all.filter(isRead)), names(all.filter((row) => !isRead(row)))];
  });
}

/** One row for each pair of ends and reason. */
function connectionRows(rows: readonly ReachabilityRow[]): readonly (readonly string[])[] {
  const pairs = new Map<string, string[]>();
  for (const { from, to, why, port } of rows) {
    const key = JSON.stringify([from, to, why]);
    pairs.set(key, [...(pairs.get(key) ?? []), port]);
  }
  return [...pairs].map(([key, ports]) => {
    const [from = '', to = '', why = ''] = JSON.parse(key) as string[];
    return [code(from), code(to), [...new Set(ports)].join(', '), why];
  });
}

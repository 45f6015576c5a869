/** The table of faults, in Markdown and for a terminal. */
import type { Fault } from './fault';
import type { Result } from './result';

/** An environment whose results are in the table. */
export interface TableEnvironment {
  readonly name: string;
  readonly platform: Result['platform'];
  readonly title: string;
}

const columns = [
  'Fault',
  'Orders',
  'Lost',
  'Twice',
  'Longest pause',
  'Slowest answer',
  'Steady after',
  'Restarts',
  'Masters back after',
  'Load',
  'Verdict',
];

const header = [`| ${columns.join(' | ')} |`, `| ${columns.map(() => '---').join(' | ')} |`];

/** `1.4 s` */
const seconds = (milliseconds: number) => `${(milliseconds / 1_000).toFixed(1)} s`;

const restarts = ({ containers, pods }: Result['restarts']) => {
  const parts = [
    ...(pods > 0 ? [`${pods} ${pods === 1 ? 'pod' : 'pods'}`] : []),
    ...(containers > 0 ? [`${containers} ${containers === 1 ? 'container' : 'containers'}`] : []),
  ];
  return parts.length > 0 ? parts.join(', ') : 'none';
};

function cells(result: Result): readonly string[] {
  return [
    String(result.accepted),
    String(result.lost),
    String(result.twice),
    seconds(result.pauseMilliseconds),
    seconds(result.waitMilliseconds),
    result.steadySeconds === undefined ? 'never' : `${result.steadySeconds} s`,
    restarts(result.restarts),
    result.returnedSeconds === undefined ? '' : `${result.returnedSeconds} s`,
    result.machineLoad.toFixed(1),
    result.verdict === 'passed' ? 'passed' : '**failed**',
  ];
}

function row({ name, title }: Fault, result: Result | undefined): string {
  const shown = result ? cells(result) : [...columns.slice(2).map(() => ''), 'not run'];
  return `| ${title} (\`${name}\`) | ${shown.join(' | ')} |`;
}

function section(environment: TableEnvironment, faults: readonly Fault[], results: readonly Result[]): string {
  const own = results.filter((result) => result.environment === environment.name);
  if (own.length === 0) return `## ${environment.title}\n\nNot run.\n`;
  const fitting = faults.filter(({ platforms }) => platforms.includes(environment.platform));
  const find = (name: string) => own.find(({ fault }) => fault === name);
  const failures = own.filter(({ verdict }) => verdict === 'failed');
  return [
    `## ${environment.title}`,
    '',
    measuredOn(own),
    '',
    ...header,
    ...fitting.map((fault) => row(fault, find(fault.name))),
    ...(failures.length > 0 ? ['', 'Failed:', '', ...failures.flatMap(failureLines)] : []),
    '',
  ].join('\n');
}

function measuredOn(results: readonly Result[]): string {
  const list = (values: readonly string[]) => [...new Set(values)].sort().join(', ');
  const dates = list(results.map(({ date }) => date.slice(0, 10)));
  const redis = list(results.map(({ versions }) => versions.redis));
  const kubernetes = list(results.map(({ versions }) => versions.kubernetes));
  return `Measured ${dates}, with Redis ${redis} on Kubernetes ${kubernetes}.`;
}

const failureLines = ({ fault, findings }: Result) => findings.map((finding) => `- \`${fault}\`: ${finding}`);

const intro = `# Fault table

What happens to orders while parts of a platform fail, measured on real pods of a real cluster: a load of orders runs, one
fault is brought about, the platform becomes steady by itself, and every order that a client was told is accepted is held
against the api and, independently of it, the database.

\`\`\`sh
npm run demo:kubernetes -- staging
node --import tsx kubernetes/faults/main.ts staging --kubeconfig .kubernetes/cluster/kubeconfig --run .kubernetes/cluster
\`\`\`

\`--fault NAME\` runs one, \`--short\` the short form, \`--markdown\` writes this page from \`kubernetes/faults/results\`.

- **Orders** were accepted by the api; **lost** are those without an effect, **twice** counts orders, effects and units too many.
- **Longest pause** is the longest time in which none was accepted, of at least 20 a second; **slowest answer** that of one client,
  with its repetitions.
- **Steady after** counts from the end of what is done: nodes and pods are ready; all slots are served and all replicas in
  sync, or servers and Sentinels agree on one master.
- **Masters back after**: after a failover a zone may have two masters. The pod that the master belongs to takes it back by itself, when
  all has been well for a minute; that is under load, too.
- **Load** is that of the machine for each of its processors, at the end: above 1, everything waits for processors.
- One machine holds all nodes, the load and the measurement: times are those of a small machine.
`;

function faultList(faults: readonly Fault[]): string {
  const rows = faults.map(({ name, done, promises, byHand }) => {
    const { pauseSeconds, pauseSecondsWithDatabase, steadySeconds } = promises;
    const moved = pauseSecondsWithDatabase === undefined ? '' : ` (${pauseSecondsWithDatabase} s where Postgres moves)`;
    const bounds = `pause ≤ ${pauseSeconds} s${moved}, steady ≤ ${steadySeconds} s`;
    return `| \`${name}\` | ${done} | ${promises.text} (${bounds}) | ${byHand ?? 'nothing'} |`;
  });
  return [
    '## Faults',
    '',
    '| Fault | What is done | What is promised | By hand |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** The page docs/fault-table.md, before Prettier. */
export function faultTable(
  environments: readonly TableEnvironment[],
  faults: readonly Fault[],
  results: readonly Result[],
): string {
  return [intro, ...environments.map((one) => section(one, faults, results)), faultList(faults)].join('\n');
}

/** Results for a terminal: one line each, and below it what is wrong. */
export function resultLines(results: readonly Result[]): string {
  const lines = results.flatMap((result) => [
    `${result.verdict.padEnd(7)} ${result.fault.padEnd(24)} ${cells(result).slice(0, -1).join(' | ')}`,
    ...result.findings.map((finding) => `        ${finding}`),
  ]);
  return `${['        fault                    orders | lost | twice | pause | slowest | steady | restarts | masters back', ...lines].join('\n')}\n`;
}

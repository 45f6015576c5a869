/** The commands of guides and runbooks for Kubernetes, as they are run on a cluster that the demo has deployed. */
import { commandsOf, readRunbook, runbookFiles } from '../runbooks';
import { scriptsOf } from './guide-commands';

export interface ScriptOnNodes {
  /** `docs/guides/self-hosted.md:134`, or `docs/runbooks/redis-down.md, block 1`. */
  readonly place: string;
  readonly text: string;
}

/** Guides whose commands for clusters are run. */
export const guidesOnNodes = [
  'docs/guides/self-hosted.md',
  'docs/guides/application-on-kubernetes.md',
  'docs/guides/any-kubernetes-cluster.md',
  'docs/guides/observability.md',
];

/** Scripts of the guides that call kubectl, in their order. What a reader fills in is `‹like this›`. */
export const guideScripts = (): readonly ScriptOnNodes[] =>
  guidesOnNodes.flatMap((file) =>
    scriptsOf(file)
      .filter(({ text }) => text.includes('kubectl '))
      .map(({ line, text }) => ({ place: `${file}:${line}`, text })),
  );

/** Blocks `sh kubernetes` of the runbooks. */
export const runbookScripts = (): readonly ScriptOnNodes[] =>
  runbookFiles().flatMap((file) =>
    commandsOf(readRunbook(file), 'kubernetes').map((text, index) => ({
      place: `docs/runbooks/${file}, block ${index + 1}`,
      text,
    })),
  );

/** The shell function `ask`, as docs/runbooks/README.md defines it. @throws Error if it doesn't */
export function askFunction(): string {
  const [block = ''] = commandsOf(readRunbook('README.md'), 'kubernetes');
  const [definition] = /^ask\(\) \{\n[\s\S]*?^\}\n/m.exec(block) ?? [];
  if (definition === undefined) throw new Error('docs/runbooks/README.md defines no function ask for Kubernetes');
  return definition;
}

export interface Excuse {
  /** Of the lines that are not run. */
  readonly lines: RegExp;
  /** Environments without what they need; all if absent. */
  readonly environments?: readonly string[];
  readonly reason: string;
}

/** Lines that are not run on nodes, because what they ask is not there. Nothing else may fail. */
export const excuses: readonly Excuse[] = [
  {
    lines: /-n observability|^(?:prometheus|alertmanager)=/,
    environments: ['kubernetes'],
    reason: 'it has no monitoring of its own',
  },
  { lines: /^npx cdktf/, reason: "Terraform's providers come from a registry" },
  { lines: /grafana/, reason: 'its image can not be had' },
  { lines: /-n cert-manager/, reason: 'openssl stands in for cert-manager' },
  { lines: /\bscaledobject/, environments: ['kubernetes'], reason: 'it has a fixed number of pods' },
  {
    lines: /redis-node-/,
    environments: ['kubernetes', 'staging'],
    reason: 'pods have this name with Sentinels, and these environments have a Redis Cluster',
  },
  {
    lines: /\bCLUSTER (?:NODES|INFO|FAILOVER)\b/,
    environments: ['development'],
    reason: 'with Sentinels there is no Redis Cluster',
  },
  { lines: /delete pv /, reason: 'claims still use the volumes' },
  {
    lines: /\bredis-arrange\b|job\/‹name›|delete job/,
    environments: ['development'],
    reason: 'Sentinels choose the master',
  },
  {
    lines: /topology\.kubernetes\.io\/zone=a/,
    environments: ['staging', 'development'],
    reason: 'zones have other names',
  },
];

/** The lines of a script that can be run in an environment. */
export function runnableLines(text: string, environment: string): string {
  const excused = excuses.filter(({ environments }) => environments?.includes(environment) ?? true);
  return text
    .split('\n')
    .filter((line) => !excused.some(({ lines }) => lines.test(line)))
    .join('\n');
}

/** Commands that print nothing where there is nothing. */
export const maybeSilent = /\bdead-letters list$/m;

/** What programs say on stderr though nothing is wrong. */
const noise = [
  /^Found \d+ pods, using pod\//,
  /^Defaulted container /,
  /^Warning: ignoring DaemonSet-managed Pods/,
  // Of kubectl itself, where a program in a pod ends before its input does.
  /^E\d{4} .* websocket\.go:\d+\] Unknown stream id \d, discarding message$/,
  /^\s*$/,
];

/** Lines of stderr that report a failure. */
export const complaints = (stderr: string): readonly string[] =>
  stderr.split('\n').filter((line) => !noise.some((pattern) => pattern.test(line)));

/** Real Kubernetes nodes on this machine, where what they run is built already. Tests that need them are skipped elsewhere, and say why. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** The checkout. */
export const root = path.resolve(__dirname, '../..');

/** Names the run folder of the machine's cluster: `holder_file` of kubernetes/nodes/cluster/settings.sh. */
const holderFile = '/run/kubernetes-nodes.holder';

/** Why no nodes can be started here; undefined where they can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'nodes are started by root on Linux';
  const { status, stderr } = spawnSync('kubernetes/nodes/build.sh', ['--check'], { cwd: root, encoding: 'utf8' });
  if (status !== 0) return stderr.trim();
  const holder = existsSync(holderFile) ? readFileSync(holderFile, 'utf8').trim() : undefined;
  const runs = holder !== undefined && spawnSync('kubernetes/nodes/running.sh', [holder], { cwd: root }).status === 0;
  return runs ? `this machine runs the cluster of ${holder}, and has one at a time` : undefined;
}

const reason = obstacle();

/** `test`, or what skips it with a warning. */
export const nodesTest: jest.It = reason === undefined ? test : skipLoudly(reason);

function skipLoudly(why: string): jest.It {
  console.warn(`The tests on real Kubernetes nodes are SKIPPED: ${why}`);
  return test.skip;
}

/** How a command ended, and what it wrote. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Where kubernetes/nodes/build.sh puts kubectl and helm. */
export const programs = path.join(
  process.env.KUBERNETES_CLUSTER_CACHE ?? path.join(homedir(), '.cache/kubernetes-cluster'),
  'bin',
);

/** Runs a command of the checkout; it finds kubectl and helm. */
export function runCommand(command: string, options: readonly string[] = []): Outcome {
  const environment = { ...process.env };
  // A cluster of the person who runs the tests is not theirs.
  delete environment.KUBECONFIG;
  environment.PATH = `${environment.PATH ?? ''}:${programs}`;
  const { status, stdout, stderr } = spawnSync(command, options, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
    env: environment,
  });
  return { status, stdout, stderr };
}

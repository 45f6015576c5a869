/** Real Kubernetes nodes on this machine, where what they run is built already. Tests that need them are skipped elsewhere, and say why. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** Why no nodes can be started here; undefined where they can. */
function obstacle(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'nodes are started by root on Linux';
  const { status, stderr } = spawnSync('kubernetes/nodes/build.sh', ['--check'], { cwd: root, encoding: 'utf8' });
  return status === 0 ? undefined : stderr.trim();
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

/** Runs a command of the checkout. */
export function runCommand(command: string, options: readonly string[] = []): Outcome {
  const environment = { ...process.env };
  // A cluster of the person who runs the tests is not theirs.
  delete environment.KUBECONFIG;
  const { status, stdout, stderr } = spawnSync(command, options, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1_024 * 1_024,
    env: environment,
  });
  return { status, stdout, stderr };
}

/** The environment `kubernetes` on real nodes of this machine: deployed, exercised, broken and taken down. */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { nodesTest, runCommand } from '../support/kubernetes-nodes';

const root = path.resolve(__dirname, '../..');
const cluster = path.join(root, '.kubernetes/cluster');

jest.setTimeout(20 * 60_000);

afterAll(() => {
  if (existsSync(cluster)) runCommand('scripts/demo-kubernetes-down.sh');
});

nodesTest('the demo deploys it, and every row of the exercise passes', () => {
  const { status, stdout, stderr } = runCommand('scripts/demo-kubernetes.sh', ['kubernetes']);
  expect({ status, problems: status === 0 ? '' : `${stdout}\n${stderr}`.slice(-4_000) }).toEqual({
    status: 0,
    problems: '',
  });
  expect(stdout).toMatch(/\d+ passed/);
  expect(stdout).not.toMatch(/failed|skipped/);
});

/** Without charts, as where all tests run, the one that leaves no server in place; with them, three. */
const faults = process.env.CHARTS === undefined ? ['--fault', 'all-pods-killed'] : ['--short'];

nodesTest('it survives faults under load: no order is lost, and none is fulfilled twice', () => {
  const { status, stdout, stderr } = runCommand(process.execPath, [
    ...['--import', 'tsx', 'kubernetes/faults/main.ts', 'kubernetes', ...faults],
    ...['--kubeconfig', path.join(cluster, 'kubeconfig'), '--run', cluster],
    // What is published is measured on purpose, and not by tests.
    ...['--results', path.join(root, '.kubernetes/results')],
  ]);
  expect({ status, problems: status === 0 ? '' : `${stdout}\n${stderr}`.slice(-4_000) }).toEqual({
    status: 0,
    problems: '',
  });
});

nodesTest('taking it down leaves nothing', () => {
  expect(runCommand('scripts/demo-kubernetes-down.sh').status).toBe(0);
  expect(existsSync(cluster)).toBe(false);
  const links = execFileSync('ip', ['-brief', 'link'], { encoding: 'utf8' });
  expect(links).not.toMatch(/k8s/);
  expect(execFileSync('cat', ['/proc/mounts'], { encoding: 'utf8' })).not.toContain(cluster);
});

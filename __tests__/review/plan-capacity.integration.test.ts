/** `npm run plan:capacity`, as a person calls it. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

const run = (...options: string[]) => {
  const program = ['--import', 'tsx', 'review/plan-capacity.ts', ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, program, { cwd: root, encoding: 'utf8' });
  return { status, stdout, stderr };
};

test('prints text', () => {
  const { status, stdout } = run('production');
  expect(stdout).toMatch(/^Redis of production \(us-east-1\)\n/);
  expect(stdout).toMatch(/^→ cache\.r7g\.large +3 shards +9 nodes +23\.5 GiB plannable +\$1,151$/m);
  expect(stdout).toMatch(/^Nodes for everything but Redis: 6 × m7g\.xlarge, 2 in each zone, \$715 a month$/m);
  expect(status).toBe(0);
});

test('prints the nodes of a platform in the cluster', () => {
  const { status, stdout } = run('staging');
  expect(stdout).toMatch(/^Redis of staging runs on bitnami-cluster\. It holds platform\.memoryMebibytes/);
  expect(stdout).toMatch(/^Nodes for everything but Redis: 6 × m7g\.large/m);
  expect(stdout).toMatch(/^Nodes for Redis: 6 × r7g\.large/m);
  expect(status).toBe(0);
});

test('prints JSON', () => {
  const { stdout } = run('production', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    environment: 'production',
    datasetGibibytes: 20,
    nodeCapacity: [{ kind: 'general', instanceType: 'm7g.xlarge' }],
  });
});

test.each([
  [
    [],
    'Name one environment: npm run plan:capacity -- <environment> [--json]; environments: local, kubernetes, development, staging, production',
  ],
  [['production', 'local'], 'Name one environment'],
  [['prod'], "there is no environment 'prod'"],
  [['production', '--jsn'], 'There is no option --jsn'],
  [['local'], 'local runs on local-processes, which has no nodes to choose'],
])('%j is refused', (options, message) => {
  const { status, stdout, stderr } = run(...options);
  expect(stderr).toContain(message);
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
});

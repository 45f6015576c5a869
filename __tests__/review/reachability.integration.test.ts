import { spawnSync } from 'node:child_process';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

const run = (...options: readonly string[]) =>
  spawnSync(process.execPath, ['--import', 'tsx', 'review/reachability/main.ts', ...options], {
    cwd: root,
    encoding: 'utf8',
  });

test('prints the connections of an environment', () => {
  const { status, stdout } = run('production');
  expect(status).toBe(0);
  expect(stdout).toContain('0 of them closed; 0 open without a need');
  expect(stdout).toContain('runner -> control-plane tcp/443: deployments install charts and objects');
});

test.each([
  ['no environment', [], 'Name one environment'],
  ['an unknown environment', ['nowhere'], "there is no environment 'nowhere'"],
  ['an environment without a network', ['local'], 'local is not in AWS'],
  ['an unknown option', ['production', '--quick'], 'There is no option --quick'],
])('refuses %s', (_, options, message) => {
  const { status, stderr } = run(...options);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findUnprivilegedUser } from '../../../apps/local-platform/postgres/unprivileged';

const isRoot = process.getuid?.() === 0;

/** Runs a program of Node as Postgres would be run. */
function run(program: string, file: string) {
  const [command, ...rest] = [...findUnprivilegedUser().prefix, process.execPath, '-e', program, file];
  return spawnSync(command, rest, { encoding: 'utf8', cwd: '/' });
}

test('whoever deploys, Postgres does not run as root', () => {
  const { stdout } = run('console.log(process.getuid() === 0, process.geteuid() === 0)', '');
  expect(stdout).toBe('false false\n');
});

// mkdtemp makes the folder for its owner alone, as a checkout below /root is.
test.each([
  ['looks for a file, as access(2) does', 'require("fs").accessSync(process.argv[1], 4)'],
  ['reads a file', 'require("fs").readFileSync(process.argv[1])'],
])('and in a folder of the deploying user alone it %s', (_what, program) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'unprivileged-'));
  const file = path.join(folder, 'file');
  writeFileSync(file, 'content', { mode: 0o600 });
  try {
    expect(run(program, file)).toMatchObject({ status: 0, stderr: '' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('it keeps no capability beyond that', () => {
  if (process.platform !== 'linux') return;
  const { stdout } = run('process.stdout.write(require("fs").readFileSync("/proc/self/status"))', '');
  const capability = isRoot ? '0000000000000002' : '0000000000000000';
  expect(/^CapBnd:\t(.*)$/m.exec(stdout)?.[1]).toBe(isRoot ? capability : expect.any(String));
  expect(/^CapEff:\t(.*)$/m.exec(stdout)?.[1]).toBe(capability);
});

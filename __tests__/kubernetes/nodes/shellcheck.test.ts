import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { shellScripts } from './checkout';

test.each(shellScripts)('ShellCheck finds nothing in %s', (name) => {
  const folder = path.resolve(__dirname, '../../../kubernetes/nodes');
  const { status, stdout } = spawnSync('shellcheck', ['--external-sources', name], { cwd: folder, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

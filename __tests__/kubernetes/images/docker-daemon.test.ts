import path from 'node:path';
import { mkdirSync } from 'node:fs';
import type { Sandbox } from '../../scripts/sandbox';
import { imageSandbox } from './image-scripts';

const script = 'kubernetes/images/docker-daemon.sh';
let sandbox: Sandbox;

beforeEach(() => (sandbox = imageSandbox('realpath')));
afterEach(() => sandbox.remove());

const run = (...args: string[]) => sandbox.run(script, args);

test.each([
  ['no folder', ['start'], 'usage: docker-daemon.sh start|stop RUN_DIR'],
  ['an unknown command', ['restart', '/tmp/none'], 'there is no command restart: it is start or stop'],
  [
    'a folder too deep for sockets',
    ['start', `/tmp/${'a'.repeat(70)}`],
    'of 75 characters: name a folder of at most 70',
  ],
])('%s is refused', (_, args, message) => {
  expect(run(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
});

test.each([
  ['another system', 'uname', 'echo Darwin', 'a daemon is started on Linux only'],
  ['no root', 'id', 'echo 1000', 'by root only: run it by sudo'],
  ['no iptables', 'iptables', undefined, 'apt-get install iptables'],
])('%s is reported with its remedy', (_, command, body, message) => {
  sandbox.command(command, body);
  expect(run('start', path.join(sandbox.folder, 'd'))).toMatchObject({
    status: 1,
    stderr: expect.stringContaining(message) as string,
  });
});

test('a folder in use is not started again', () => {
  const folder = path.join(sandbox.folder, 'd');
  mkdirSync(path.join(folder, 'pids'), { recursive: true });
  expect(run('start', folder).stderr).toBe(`docker-daemon.sh: ${folder} is in use: docker-daemon.sh stop ${folder}\n`);
});

test('where nothing runs, nothing is stopped', () => {
  const folder = path.join(sandbox.folder, 'd');
  expect(run('stop', folder)).toMatchObject({ status: 0, stderr: `docker-daemon.sh: no daemon runs in ${folder}\n` });
});

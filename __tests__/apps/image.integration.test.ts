/** What the Dockerfile's build stage does, done here: without Docker, and without its base images. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startServers, type TestServers } from '../support/application';
import { copiedPaths, instructions, readDockerfile, root } from '../support/dockerfile';
import { eventually } from '../support/eventually';
import { freePorts } from '../support/free-ports';

const folder = mkdtempSync(path.join(tmpdir(), 'image-'));
const tree = path.join(folder, 'application');
const epoch = 1_700_000_000;

beforeAll(() => {
  const build = path.join(folder, 'build');
  const [, stage = []] = readDockerfile();
  for (const name of copiedPaths(stage)) cpSync(path.join(root, name), path.join(build, name), { recursive: true });
  const commands = instructions(stage, 'RUN').map(({ arguments: text }) => text);
  expect(commands[0]).toMatch(/^npm ci /);
  symlinkSync(path.join(root, 'node_modules'), path.join(build, 'node_modules'));
  for (const command of commands.slice(1)) {
    const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch) };
    const { status, stderr } = spawnSync('/bin/sh', ['-c', command], { cwd: build, encoding: 'utf8', env });
    expect([command, status, stderr.replace(/^npm warn.*\n/gm, '')]).toEqual([command, 0, '']);
  }
  // Away from the packages of this checkout: only those of the tree itself can be found.
  renameSync(path.join(build, 'dist/image/application'), tree);
  rmSync(build, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (program: string, ...options: string[]) =>
  spawnSync(process.execPath, [`${program}.js`, ...options], { cwd: tree, encoding: 'utf8', env: {} });

test('it holds the programs and nothing of the checkout', () => {
  expect(readdirSync(tree)).toEqual(['api.js', 'exercise.js', 'migration.js', 'node_modules', 'worker.js']);
});

test('everything in it has the time of the sources', () => {
  const entries = readdirSync(tree, { recursive: true, encoding: 'utf8' });
  expect(entries.length).toBeGreaterThan(100);
  expect(entries.filter((name) => statSync(path.join(tree, name)).mtimeMs !== epoch * 1_000)).toEqual([]);
});

test.each(['api', 'worker', 'migration'])('%s starts, and tells what it has to be told', (program) => {
  const { status, stderr } = run(program);
  expect(stderr).toMatch(new RegExp(`^settings of the ${program} has \\d+ problems:`));
  expect(stderr).toContain('DATABASE_HOST: missing');
  expect(status).toBe(2);
});

test('the exercise starts, and tells its options', () => {
  const { status, stdout } = run('exercise', '--help');
  expect(stdout).toContain('--password-file <path>');
  expect(status).toBe(0);
});

describe('with servers', () => {
  let servers: TestServers;
  let api: ChildProcess | undefined;

  beforeAll(async () => (servers = await startServers()));
  afterAll(async () => {
    if (api?.exitCode === null && api.signalCode === null) {
      api.kill('SIGKILL');
      await once(api, 'exit');
    }
    await servers.stop();
  });

  test('the api serves, with the pages of its documentation, and ends when it is told to', async () => {
    const [port = 0] = await freePorts(1);
    const variables = { ...servers.variables('api', 'api-1'), PORT: String(port), LOG_LEVEL: 'silent' };
    const child = spawn(process.execPath, ['api.js'], {
      cwd: tree,
      env: variables,
      stdio: 'inherit',
    });
    api = child;
    const get = (url: string) => fetch(`http://127.0.0.1:${port}${url}`);
    const isReady = () =>
      get('/readyz').then(
        ({ status }) => status === 200,
        () => false,
      );
    await eventually(isReady, 20_000);
    const page = await get('/docs/static/index.html');
    expect(await page.text()).toContain('swagger-ui');
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await expect(ended).resolves.toEqual([0, null]);
  });
});

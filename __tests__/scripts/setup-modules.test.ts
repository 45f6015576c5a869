import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Sandbox, until } from './sandbox';
import { aptGet, createCheckout, equip, npm, system, withoutRedis } from './setup-machine';

let sandbox: Sandbox;

beforeEach(() => (sandbox = createCheckout()));
afterEach(() => sandbox.remove());

const calls = () => sandbox.calls().filter((call) => call !== '');

describe('node modules', () => {
  const npmCalls = () => calls().filter((call) => call.startsWith('npm ci'));

  test.each<[string, () => void]>([
    ['the lock file changed', () => sandbox.write('package-lock.json', '{ "version": 2 }')],
    ['another major version of Node', () => sandbox.command('node', 'echo v22.1.0')],
    ['another platform', () => sandbox.command('uname', system('Darwin'))],
  ])('are installed again once: %s', (_case, change) => {
    equip(sandbox, {});
    change();
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0 });
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0, stderr: '' });
    expect(npmCalls()).toEqual(['npm ci --include=dev --prefer-offline --no-audit --no-fund --loglevel=error']);
  });

  test('are not installed again for another minor version of Node', () => {
    equip(sandbox, { node: 'echo v20.20.2' });
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0, stderr: '' });
    expect(npmCalls()).toEqual([]);
  });

  test('a failed npm ci is told and done again', () => {
    equip(sandbox, { npm: `${npm}; exit 1` });
    sandbox.write('package-lock.json', '{ "version": 2 }');
    const failed = sandbox.run('scripts/setup.sh');
    expect(failed.stderr).toContain('setup: npm ci failed: its output is above\n');
    expect(failed.status).toBe(1);
    sandbox.write('package-lock.json', '{ "version": 1 }');
    sandbox.command('npm', npm);
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0 });
    expect(npmCalls()).toHaveLength(2);
  });

  test('an interrupted npm ci is done again', async () => {
    equip(sandbox, { npm: `${npm}; until [ -e "$SANDBOX/release" ]; do sleep 0.02; done` }, 'missing');
    const interrupted = sandbox.start('scripts/setup.sh');
    await until(() => npmCalls().length === 1);
    process.kill(interrupted.processId, 'SIGTERM');
    writeFileSync(path.join(sandbox.folder, 'release'), '');
    expect(await interrupted.outcome).toMatchObject({ status: 143 });
    expect(sandbox.has('.local/setup.lock')).toBe(false);

    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0 });
    expect(npmCalls()).toHaveLength(2);
  });
});

describe('two setups at a time', () => {
  test('the second waits for the first and finds nothing left to do', async () => {
    equip(sandbox, { npm: `${npm}; until [ -e "$SANDBOX/release" ]; do sleep 0.02; done` }, 'missing');
    const first = sandbox.start('scripts/setup.sh');
    await first.wrote('installing the node modules');
    const second = sandbox.start('scripts/setup.sh');
    await second.wrote(`waiting for another setup of this checkout (process ${first.processId})`);
    writeFileSync(path.join(sandbox.folder, 'release'), '');
    expect(await Promise.all([first.outcome, second.outcome])).toMatchObject([{ status: 0 }, { status: 0 }]);
    expect(calls()).toHaveLength(1);
  });

  test('the lock of a dead process is taken over by one of two', async () => {
    equip(sandbox, {}, 'missing');
    sandbox.write('.local/setup.lock/pid', String(spawnSync('true').pid));
    const both = [sandbox.start('scripts/setup.sh'), sandbox.start('scripts/setup.sh')];
    expect(await Promise.all(both.map(({ outcome }) => outcome))).toMatchObject([{ status: 0 }, { status: 0 }]);
    expect(calls()).toHaveLength(1);
    expect(sandbox.has('.local/setup.lock')).toBe(false);
  });
});

describe('--check', () => {
  test('nothing is missing', () => {
    equip(sandbox, {});
    expect(sandbox.run('scripts/setup.sh', ['--check'])).toMatchObject({
      status: 0,
      stderr: 'setup: nothing is missing\n',
    });
  });

  test('tells what is missing and installs nothing', () => {
    equip(sandbox, { ...withoutRedis, 'apt-get': aptGet }, 'missing');
    const { status, stderr } = sandbox.run('scripts/setup.sh', ['--check']);
    expect(stderr).toBe(
      'setup: missing redis-cli redis-server: scripts/setup.sh installs them with apt\n' +
        'setup: the node modules are missing or not those of package-lock.json: scripts/setup.sh installs them\n',
    );
    expect({ status, calls: calls(), folder: sandbox.has('.local') }).toEqual({ status: 1, calls: [], folder: false });
  });
});

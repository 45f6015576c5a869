import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSandbox, type Sandbox, until } from './sandbox';

const cdktf = 'node_modules/.bin/cdktf';
const stateOf = (...resources: object[]) => JSON.stringify({ version: 4, resources });
const redisState = 'terraform.local-redis.tfstate';

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = createSandbox();
  sandbox.realCommand('node');
  for (const script of ['cdktf-local.sh', 'demo.sh', 'demo-down.sh']) sandbox.copy(`scripts/${script}`);
  sandbox.command('scripts/setup.sh', 'log setup; echo "setup output"');
  sandbox.command(cdktf, 'log cdktf "$ENVIRONMENT" "$@"; echo "cdktf output"');
  sandbox.write('dist/exercise.js', 'console.log("table", process.env.ENVIRONMENT, ...process.argv.slice(2));');
  sandbox.write('.local/addresses.json', '{ "api-1": "http://127.0.0.1:4001", "prometheus": "http://127.0.0.1:4010" }');
});

afterEach(() => sandbox.remove());

describe('demo', () => {
  const deploy = 'cdktf local deploy local-* --auto-approve';

  test('sets up, deploys, exercises, and says where the api is and how to take it down', () => {
    const { status, stderr } = sandbox.run('scripts/demo.sh');
    expect(sandbox.calls()).toEqual(['setup', deploy]);
    expect(stderr).toContain(
      '\nRunning at:\n  api-1         http://127.0.0.1:4001\n  prometheus    http://127.0.0.1:4010\nTake it down with: npm run demo:down\n',
    );
    expect(status).toBe(0);
  });

  test('passes arguments to the exercise, whose output alone is on stdout', () => {
    expect(sandbox.run('scripts/demo.sh', ['--json']).stdout).toBe('table local --json\n');
  });

  test("the exercise's exit code is the demo's", () => {
    sandbox.write('dist/exercise.js', 'process.exit(3)');
    expect(sandbox.run('scripts/demo.sh').status).toBe(3);
  });

  test('nothing is deployed if the setup fails', () => {
    sandbox.command('scripts/setup.sh', 'log setup; exit 1');
    expect(sandbox.run('scripts/demo.sh').status).toBe(1);
    expect(sandbox.calls()).toEqual(['setup']);
  });

  test('a failed deployment is told, and nothing is exercised', () => {
    sandbox.command(cdktf, 'exit 1');
    const { status, stdout, stderr } = sandbox.run('scripts/demo.sh');
    expect(stderr).toContain('demo: the deployment failed, its output is above. Run it again, or take down');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test('SIGINT lets the deployment finish and ends the demo before the exercise', async () => {
    sandbox.command(
      cdktf,
      'trap "log aborted" INT; log deploying; until [ -e "$SANDBOX/release" ]; do sleep 0.02; done; log done',
    );
    const demo = sandbox.start('scripts/demo.sh');
    await until(() => sandbox.calls().includes('deploying'));
    process.kill(demo.processId, 'SIGINT');
    await demo.wrote('Terraform finishes its work first');
    writeFileSync(path.join(sandbox.folder, 'release'), '');
    const { status, stdout, stderr } = await demo.outcome;
    expect(stderr).toContain('demo: interrupted. Run it again, or take down what is there');
    expect({ status, stdout, calls: sandbox.calls() }).toEqual({
      status: 130,
      stdout: '',
      calls: ['setup', 'deploying', 'done'],
    });
  });

  test('a second SIGINT aborts the deployment', async () => {
    sandbox.command(cdktf, 'trap "log aborted; exit 1" INT; log deploying; while :; do sleep 0.02; done');
    const demo = sandbox.start('scripts/demo.sh');
    await until(() => sandbox.calls().includes('deploying'));
    process.kill(demo.processId, 'SIGINT');
    await demo.wrote('Terraform finishes its work first');
    process.kill(demo.processId, 'SIGINT');
    expect(await demo.outcome).toMatchObject({ status: 130 });
    expect(sandbox.calls()).toEqual(['setup', 'deploying', 'aborted']);
  });
});

describe('demo-down', () => {
  const destroy = 'cdktf local destroy local-* --auto-approve';
  /** A cdktf that leaves these states behind. */
  const destroysTo = (...resources: object[]) =>
    `log cdktf "$ENVIRONMENT" "$@"; echo '${stateOf(...resources)}' >${redisState}; rm -f .local/addresses.json`;

  test('nothing was ever deployed: says so, without a setup', () => {
    const { status, stdout } = sandbox.run('scripts/demo-down.sh');
    expect(stdout).toMatch(/^Nothing is deployed\.\n/);
    expect({ status, calls: sandbox.calls() }).toEqual({ status: 0, calls: [] });
  });

  test('destroys, and removes the state files and the folders that are empty then', () => {
    sandbox.write(redisState, stateOf({ type: 'terraform_data' }));
    sandbox.write(`${redisState}.backup`, stateOf());
    sandbox.write('terraform.tfstate', 'of someone else');
    sandbox.command(cdktf, `mkdir -p .local/nodes/7001; ${destroysTo()}`);
    const { status, stdout } = sandbox.run('scripts/demo-down.sh');
    expect(stdout).toContain(
      'Removed the state files terraform.local-*.tfstate: they held no resource.\nRemoved the empty folder .local.\n',
    );
    expect({ status, calls: sandbox.calls() }).toEqual({ status: 0, calls: ['setup', destroy] });
    expect(
      [redisState, `${redisState}.backup`, '.local', 'terraform.tfstate'].map((file) => sandbox.has(file)),
    ).toEqual([false, false, false, true]);
  });

  test('files left in .local are kept and named', () => {
    sandbox.write(redisState, stateOf({ type: 'terraform_data' }));
    sandbox.write('.local/nodes/7001/redis.log', '');
    sandbox.command(cdktf, destroysTo());
    const { status, stdout } = sandbox.run('scripts/demo-down.sh');
    expect(stdout).toContain('Kept .local: it still holds 1 file(s), the first is .local/nodes/7001/redis.log.\n');
    expect({ status, kept: sandbox.has('.local/nodes/7001/redis.log') }).toEqual({ status: 0, kept: true });
  });

  test('states without resources are removed without Terraform', () => {
    sandbox.write(redisState, stateOf());
    sandbox.write('terraform.local-application.tfstate', '');
    const { status, stdout } = sandbox.run('scripts/demo-down.sh');
    expect(stdout).toContain('Nothing is deployed.\n');
    expect({ status, calls: sandbox.calls(), kept: sandbox.has(redisState) }).toEqual({
      status: 0,
      calls: ['setup'],
      kept: false,
    });
  });

  test.each<[string, string, string]>([
    ['Terraform fails', stateOf({ type: 'terraform_data' }), `log cdktf "$ENVIRONMENT" "$@"; exit 1`],
    ['Terraform still holds resources', stateOf({ type: 'terraform_data' }), destroysTo({ type: 'terraform_data' })],
    ['the state is damaged', '{ "version"', 'log cdktf "$ENVIRONMENT" "$@"'],
  ])('%s: the state is kept', (_case, state, body) => {
    sandbox.write(redisState, state);
    sandbox.command(cdktf, body);
    expect(sandbox.run('scripts/demo-down.sh').status).toBe(1);
    expect(sandbox.calls()).toEqual(['setup', destroy]);
    expect(sandbox.has(redisState)).toBe(true);
  });
});

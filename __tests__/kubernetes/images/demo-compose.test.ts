import type { Sandbox } from '../../scripts/sandbox';
import { imageSandbox } from './image-scripts';

const demo = 'scripts/demo-compose.sh';
const file = 'compose --file deploy/compose/single-node.yaml';
let sandbox: Sandbox;

/** A Docker that reaches a registry; its cases come before. */
const docker = (cases = '') =>
  sandbox.command(
    'docker',
    `log "$@"
    case "$*" in
      ${cases}
      'image inspect'*) exit 1 ;;
      version*) echo 28.0 ;;
      *'run --rm'*) echo table ;;
      'ps '*) ;;
    esac`,
  );

beforeEach(() => {
  sandbox = imageSandbox();
  docker();
});
afterEach(() => sandbox.remove());

test.each([
  ['an unknown topology', ['cluster'], 'there is no topology cluster: it is one of single-node master-replica'],
  ['two topologies', ['single-node', 'master-replica'], 'one topology at a time, of: single-node master-replica'],
])('%s is refused', (_, args, message) => {
  expect(sandbox.run(demo, args)).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
  expect(sandbox.calls()).toEqual([]);
});

test('with a registry it does what the file says to do, and leaves only the table on stdout', () => {
  const { status, stdout, stderr } = sandbox.run(demo);
  expect(sandbox.calls().filter((call) => call.startsWith('compose --file'))).toEqual([
    `${file} up --build --wait --wait-timeout 300`,
    `${file} run --rm --no-TTY exercise`,
  ]);
  expect({ status, stdout }).toEqual({ status: 0, stdout: 'table\n' });
  expect(stderr).toContain('uses the Docker daemon of this machine (28.0)');
  expect(stderr).toContain('uses images of their makers: a registry is reached');
  expect(stderr).toContain('Take it down with: npm run demo:compose:down');
});

test("the exercise's exit code is the demo's", () => {
  docker("*'run --rm'*) exit 1 ;;");
  expect(sandbox.run(demo).status).toBe(1);
});

test('what does not become ready is reported with its logs, and is not exercised', () => {
  docker("*' up '*) exit 17 ;;");
  const { status, stderr } = sandbox.run(demo, ['single-node']);
  expect(status).toBe(17);
  expect(stderr).toContain('did not become ready');
  expect(sandbox.calls().slice(-2)).toEqual([`${file} ps --all`, `${file} logs --no-color --tail 20`]);
});

test('one topology is not started beside the other', () => {
  docker("'ps '*master-replica) echo 0123 ;;");
  const { status, stderr } = sandbox.run(demo, ['single-node']);
  expect(stderr).toContain('master-replica runs, and single-node has the same ports: take it down');
  expect(status).toBe(1);
});

test('a Docker without Compose is reported', () => {
  docker("'compose version') exit 1 ;;");
  expect(sandbox.run(demo).stderr).toContain('docker compose is missing: install it');
});

describe('taken down', () => {
  const down = 'scripts/demo-compose-down.sh';

  test('nothing of either topology stays, nor of what stood in for an image', () => {
    docker("'image ls'*) echo abc ;;");
    expect(sandbox.run(down).status).toBe(0);
    const calls = sandbox.calls();
    for (const topology of ['single-node', 'master-replica']) {
      expect(calls).toContain(
        `compose --file deploy/compose/${topology}.yaml --profile exercise down --volumes --remove-orphans`,
      );
    }
    expect(calls.slice(-3)).toEqual([
      'image rm --force redis-platform/application:laptop',
      'image ls --quiet --filter label=redis-platform.stand-in',
      'image rm --force abc',
    ]);
  });

  test('where no Docker runs, there is nothing to do', () => {
    docker('version*) exit 1 ;;');
    expect(sandbox.run(down)).toMatchObject({ status: 0, stderr: 'demo-compose-down.sh: no Docker daemon runs\n' });
  });
});

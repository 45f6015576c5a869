import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { imageSandbox } from './image-scripts';

const script = 'kubernetes/images/roots.sh';
let sandbox: Sandbox;

beforeEach(() => {
  sandbox = imageSandbox('flock', 'tail');
  sandbox.command(
    'apt-get',
    'echo "Debian Debian-Security http://mirror/security/"; echo "Debian Debian http://mirror/debian/"',
  );
  sandbox.command('debootstrap', 'log debootstrap "$@"; echo "no such mirror"; exit 1');
});
afterEach(() => sandbox.remove());

const make = (...names: string[]) => {
  const { status, stdout, stderr } = sandbox.run(script, names, { REDIS_PLATFORM_CACHE: cache() });
  return { status, stdout, stderr };
};
const cache = () => path.join(sandbox.folder, 'cache');

test.each([
  ['no name', [], 'usage: roots.sh NAME…, of: base node'],
  ['an unknown name', ['base', 'mysql'], 'there is no root file system mysql: it is one of base node'],
])('%s is refused, and nothing is made', (_, names, message) => {
  expect(make(...names)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining(message) as string });
  expect(sandbox.calls()).toEqual([]);
});

test.each([
  ['another system', 'uname', 'echo Darwin', 'needs Debian with apt, or else a Docker daemon and a registry'],
  ['no apt', 'apt-get', undefined, 'needs Debian with apt'],
  ['no root', 'id', 'echo 1000', 'made by root only: run it by sudo'],
  ['apt without a mirror', 'apt-get', 'true', 'name one by REDIS_PLATFORM_DEBIAN_MIRROR'],
])('%s is reported with its remedy', (_, command, body, message) => {
  sandbox.command(command, body);
  expect(make('redis')).toMatchObject({ status: 1, stderr: expect.stringContaining(message) as string });
  expect(sandbox.calls()).toEqual([]);
});

test("the base is made from the mirror of this machine's apt", () => {
  make('redis');
  const folder = path.join(cache(), 'roots/base.partial');
  expect(sandbox.calls()).toEqual([
    `debootstrap --variant=minbase --include=ca-certificates,openssl trixie ${folder} http://mirror/debian`,
  ]);
});

test('what could not be made is reported by the end of its log, is not marked, and is made again', () => {
  for (const calls of [1, 2]) {
    const { status, stderr } = make('base');
    expect(status).toBe(1);
    expect(stderr).toContain('no such mirror\nroots.sh: could not make the root file system base');
    expect(sandbox.calls()).toHaveLength(calls);
  }
});

describe('a finished one', () => {
  const mark = (name: string) => {
    const sum = sandbox.run('scripts/key.sh').stdout;
    sandbox.write(`../cache/roots/${name}/file`, '');
    sandbox.write(`../cache/roots/${name}.made`, sum);
  };
  beforeEach(() =>
    sandbox.command(
      'scripts/key.sh',
      '{ cat "$SANDBOX/checkout/kubernetes/images/root-recipes.sh"; echo trixie; } | cksum',
    ),
  );

  test('is used as it is, without root', () => {
    sandbox.command('id', 'echo 1000');
    mark('redis');
    expect(make('redis')).toEqual({ status: 0, stdout: `${path.join(cache(), 'roots/redis')}\n`, stderr: '' });
  });

  test('is made again when its recipe changes', () => {
    mark('base');
    sandbox.write('kubernetes/images/root-recipes.sh', `${sandbox.read('kubernetes/images/root-recipes.sh')}\n`);
    expect(make('base').status).toBe(1);
    expect(sandbox.calls()).toHaveLength(1);
  });
});

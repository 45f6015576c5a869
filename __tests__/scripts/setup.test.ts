import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Sandbox } from './sandbox';
import {
  aptGet,
  aptGetInstall,
  aptGetWithoutLists,
  aptOptions,
  brew,
  type Commands,
  createCheckout,
  equip,
  redisOf,
  sudo,
  system,
  terraformOf,
  withoutRedis,
} from './setup-machine';

let sandbox: Sandbox;

beforeEach(() => (sandbox = createCheckout()));
afterEach(() => sandbox.remove());

const calls = () => sandbox.calls().filter((call) => call !== '');
const policy = () => path.join(sandbox.folder, 'policy');

describe('what a person has to install', () => {
  const tooOld = 'or newer is needed';

  test.each<[string, Commands, string]>([
    ['no Node', { node: undefined }, 'setup: Node is not installed: 20.19 or newer is needed (see https://nodejs.org'],
    ['Node of an older major version', { node: 'echo v18.20.4' }, `setup: Node 18.20.4 is too old: 20.19 ${tooOld}`],
    ['Node of an older minor version', { node: 'echo v20.9.0' }, `setup: Node 20.9.0 is too old: 20.19 ${tooOld}`],
    ['an old Node on a Mac', { node: 'echo v18.20.4', uname: system('Darwin') }, 'brew install node@22'],
    ['no npm', { npm: undefined }, 'setup: npm is not installed: it comes with Node'],
    ['no Terraform', { terraform: undefined }, 'setup: neither Terraform nor OpenTofu is installed: 1.8 or newer'],
    [
      'no Terraform on a Mac',
      { terraform: undefined, uname: system('Darwin') },
      'brew install hashicorp/tap/terraform',
    ],
    [
      'an old Terraform',
      { terraform: terraformOf('1.7.5') },
      `setup: terraform 1.7.5 is too old: Terraform or OpenTofu 1.8 ${tooOld}`,
    ],
    [
      'a Terraform that fails',
      { terraform: 'exit 1' },
      "setup: terraform does not tell its version: try 'terraform version'",
    ],
    [
      'OpenTofu alone',
      { terraform: undefined, tofu: terraformOf('1.9.1') },
      'setup: Terraform is not installed, but OpenTofu 1.9.1 is: export TERRAFORM_BINARY_NAME=tofu',
    ],
    [
      'an old OpenTofu alone',
      { terraform: undefined, tofu: terraformOf('1.7.0') },
      'setup: neither Terraform nor OpenTofu',
    ],
    ['an old Redis', { 'redis-server': redisOf('6.0.16') }, `setup: redis-server 6.0.16 (`],
    [
      'no Redis, and neither apt nor brew',
      { 'redis-server': undefined, 'redis-cli': undefined },
      'setup: missing redis-cli redis-server, and neither apt nor brew to install: install Redis 7.0 or newer, OpenSSL, Python 3 with venv, Prometheus, Alertmanager and redis_exporter by',
    ],
    [
      'no exporter, and brew, which has none',
      { 'prometheus-redis-exporter': undefined, brew },
      'setup: missing redis_exporter, which brew has no formula for: put it on the PATH (see https://prometheus.io/download and',
    ],
    [
      'no Redis, and neither root nor sudo',
      { 'redis-server': undefined, 'apt-get': aptGet, id: 'echo 1000' },
      'run as root: apt-get update && apt-get install -y --no-install-recommends redis-server && systemctl disable --now redis-server',
    ],
  ])('%s: one line, and nothing is installed', (_case, commands, message) => {
    equip(sandbox, commands, 'missing');
    const { status, stdout, stderr } = sandbox.run('scripts/setup.sh');
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ status, stdout, calls: calls() }).toEqual({ status: 1, stdout: '', calls: [] });
  });

  test('everything that is wrong is told at once', () => {
    equip(sandbox, { node: 'echo v18.0.0', terraform: undefined, 'redis-server': redisOf('6.2.0') });
    const { status, stderr } = sandbox.run('scripts/setup.sh');
    expect(stderr.match(/^setup: (Node|neither Terraform|redis-server) /gm)).toHaveLength(3);
    expect(status).toBe(1);
  });

  test('TERRAFORM_BINARY_NAME names the binary that is checked', () => {
    equip(sandbox, { terraform: undefined, tofu: terraformOf('1.8.0') });
    expect(sandbox.run('scripts/setup.sh', [], { TERRAFORM_BINARY_NAME: 'tofu' })).toMatchObject({
      status: 0,
      stderr: '',
    });
    expect(sandbox.run('scripts/setup.sh', [], { TERRAFORM_BINARY_NAME: 'tf' }).stderr).toContain(
      'TERRAFORM_BINARY_NAME is tf, but there is no such command',
    );
  });

  test('an unknown option', () => {
    equip(sandbox, {});
    expect(sandbox.run('scripts/setup.sh', ['--chek'])).toMatchObject({
      status: 1,
      stderr: 'setup: unknown option --chek: the only one is --check\n',
    });
  });
});

describe('system packages', () => {
  test('nothing is missing: nothing is said or done', () => {
    equip(sandbox, { 'apt-get': aptGet });
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0, stdout: '', stderr: '' });
    expect(calls()).toEqual([]);
  });

  test.each<[string, Commands, string[]]>([
    [
      'apt as root',
      { ...withoutRedis, 'apt-get': aptGet },
      [`${aptGetInstall} redis-server redis-tools`, 'policy exit 101', 'systemctl disable redis-server'],
    ],
    [
      'a Python that makes no virtual environments',
      { python3: '[ -e "$SANDBOX/bin/pip3" ]', 'apt-get': aptGet },
      [`${aptGetInstall} python3-venv`, 'policy exit 101'],
    ],
    [
      'apt with sudo, which must not wait for a password without a terminal',
      { ...withoutRedis, 'apt-get': aptGet, id: 'echo 1000', sudo },
      [
        ...['sudo -n', 'sudo -n', 'sudo -n'],
        ...[`${aptGetInstall} redis-server redis-tools`, 'policy exit 101'],
        ...['sudo -n', 'systemctl disable redis-server', 'sudo -n'],
      ],
    ],
    [
      'apt before brew',
      { ...withoutRedis, 'apt-get': aptGet, brew },
      [`${aptGetInstall} redis-server redis-tools`, 'policy exit 101', 'systemctl disable redis-server'],
    ],
    [
      'apt, the client alone',
      { 'redis-cli': undefined, 'apt-get': aptGet },
      [`${aptGetInstall} redis-tools`, 'policy exit 101'],
    ],
    [
      'apt without package lists',
      { ...withoutRedis, 'apt-get': aptGetWithoutLists },
      [
        `${aptGetInstall} redis-server redis-tools`,
        `apt-get ${aptOptions} update`,
        `${aptGetInstall} redis-server redis-tools`,
        'systemctl disable redis-server',
      ],
    ],
    [
      'apt without systemctl',
      {
        ...withoutRedis,
        'apt-get': aptGet,
        systemctl: undefined,
        'deb-systemd-helper': 'log deb-systemd-helper "$DPKG_MAINTSCRIPT_PACKAGE" "$@"',
        'update-rc.d': 'log update-rc.d "$@"',
      },
      [
        `${aptGetInstall} redis-server redis-tools`,
        'policy exit 101',
        'deb-systemd-helper redis-server disable redis-server.service',
        'update-rc.d redis-server disable',
      ],
    ],
    ['brew on Linux', { ...withoutRedis, brew }, ['brew install --quiet redis']],
    [
      'brew on a Mac',
      { ...withoutRedis, brew, 'apt-get': aptGet, uname: system('Darwin') },
      ['brew install --quiet redis'],
    ],
  ])('%s', (_case, commands, expected) => {
    equip(sandbox, commands, 'missing');
    const { status, stderr } = sandbox.run('scripts/setup.sh');
    expect(stderr).toMatch(/^setup: installing (?:redis-|python3 )[\s\S]*\nsetup: ready\n$/);
    expect(status).toBe(0);
    expect(calls().filter((call) => !call.startsWith('npm '))).toEqual(expected);
    expect(existsSync(policy())).toBe(false);
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0, stderr: '' });
  });

  test.each<[string, Commands, RegExp]>([
    [
      'apt-get fails',
      { 'apt-get': 'echo "E: no space left"; exit 100' },
      /^E: no space left\nsetup: apt-get could not install redis-server redis-tools .*: run as root: apt-get update && apt-get install /m,
    ],
    [
      'sudo refuses',
      { 'apt-get': aptGet, id: 'echo 1000', sudo: 'echo "sudo: a password is required" >&2; exit 1' },
      /^setup: sudo refused: run as root: apt-get update && apt-get install -y --no-install-recommends redis-server redis-tools && /m,
    ],
    [
      'the service stays enabled',
      { 'apt-get': aptGet, systemctl: 'exit 1' },
      /^setup: could not disable the service redis-server: /m,
    ],
    ['brew fails', { brew: 'exit 1' }, /^setup: brew could not install redis: run: brew install redis$/m],
    [
      'the package brings no command',
      { 'apt-get': 'exit 0' },
      /^setup: installed, but not on the PATH, or not complete: redis-cli redis-server$/m,
    ],
  ])('%s: says so, and leaves no policy and no lock', (_case, commands, message) => {
    equip(sandbox, { ...withoutRedis, ...commands }, 'missing');
    const { status, stderr } = sandbox.run('scripts/setup.sh');
    expect(stderr).toMatch(message);
    expect({ status, policy: existsSync(policy()), lock: sandbox.has('.local/setup.lock') }).toEqual({
      status: 1,
      policy: false,
      lock: false,
    });
  });

  test("the distribution's Redis is too old", () => {
    equip(sandbox, { ...withoutRedis, 'apt-get': aptGet }, 'missing', '6.0.16');
    const { status, stderr } = sandbox.run('scripts/setup.sh');
    expect(stderr).toMatch(/^setup: redis-server 6\.0\.16 \(.*\) is too old: 7\.0 or newer is needed/m);
    expect(status).toBe(1);
  });

  test("a policy of the machine's own is asked and kept", () => {
    equip(sandbox, { ...withoutRedis, 'apt-get': aptGet });
    writeFileSync(policy(), '#!/bin/sh\nexit 104\n');
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0 });
    expect(calls()).toContain('policy exit 104');
    expect(readFileSync(policy(), 'utf8')).toBe('#!/bin/sh\nexit 104\n');
  });

  test('a policy that a killed setup left behind is removed', () => {
    equip(sandbox, { ...withoutRedis, 'apt-get': `cp "$SETUP_POLICY_FILE" "$SANDBOX/left-behind"; ${aptGet}` });
    sandbox.run('scripts/setup.sh');
    writeFileSync(policy(), readFileSync(path.join(sandbox.folder, 'left-behind')));
    sandbox.command('redis-cli', undefined);
    expect(sandbox.run('scripts/setup.sh')).toMatchObject({ status: 0 });
    expect(existsSync(policy())).toBe(false);
  });
});

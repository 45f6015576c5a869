import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { renderMachines } from '../../../apps/render-machines/rendering';
import { bareMetalPlatform } from '../../../constructs/machines/bare-metal-platform';
import { machineFiles } from '../../../constructs/machines/machine-files';
import { loadBareMetal, parseBareMetal } from '../../../environments/bare-metal';
import { bareMetalTestSettings } from '../../support/machines-settings';
import { messageOf } from '../../support/synthesized-construct';

const root = path.resolve(__dirname, '../../..');
const directory = mkdtempSync(path.join(tmpdir(), 'render-machines-'));
const platform = bareMetalPlatform(loadBareMetal('datacentre'));

afterAll(() => rmSync(directory, { recursive: true }));

test('each machine has a folder with its files and the program that installs them', () => {
  const folder = path.join(directory, 'rendered');
  expect(renderMachines(platform, folder)).toEqual(['redis-1', 'redis-2', 'redis-3']);
  for (const machine of platform.machines) {
    for (const file of machineFiles(platform, machine)) {
      const written = path.join(folder, machine.name, 'files', file.path);
      expect(readFileSync(written, 'utf8')).toBe(file.content);
      expect((statSync(written).mode & 0o777).toString(8).padStart(4, '0')).toBe(file.mode);
    }
    expect(statSync(path.join(folder, machine.name, 'install')).mode & 0o111).toBe(0o111);
  }
});

test('what was rendered before is replaced, and nothing else', () => {
  const folder = path.join(directory, 'again');
  renderMachines(platform, folder);
  writeFileSync(path.join(folder, 'redis-1', 'left over'), '');
  renderMachines(platform, folder);
  expect(readdirSync(path.join(folder, 'redis-1')).sort()).toEqual(['files', 'install']);

  const others = path.join(directory, 'others');
  mkdirSync(others);
  writeFileSync(path.join(others, 'something'), '');
  expect(messageOf(() => renderMachines(platform, others))).toContain('holds something that was not rendered');
  expect(existsSync(path.join(others, 'something'))).toBe(true);
});

describe('the command', () => {
  const command = (...options: string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'apps/render-machines/main.ts', ...options], {
      cwd: root,
      encoding: 'utf8',
    });

  test('says what to do with what it writes', () => {
    const { status, stdout } = command('datacentre', path.join(directory, 'command'));
    expect(status).toBe(0);
    expect(stdout).toContain(
      `${path.join(directory, 'command', 'redis-2')}: copy it to redis-2 and run ./install there`,
    );
  });

  test.each<[string, string[], RegExp]>([
    ['nothing', [], /^usage: .*environments: datacentre/],
    [
      'an unknown environment',
      ['datacenter', '/nowhere'],
      /no environment 'datacenter' on bare metal\. Did you mean.*datacentre/,
    ],
  ])('%s is refused', (_, options, message) => {
    const { status, stderr } = command(...options);
    expect(status).toBe(1);
    expect(stderr).toMatch(message);
  });
});

test('an environment that is wrong is told with every problem', () => {
  const input = { name: 'x', platform: bareMetalTestSettings, capacity: { datasetMebibytes: 90_000 } };
  expect(messageOf(() => parseBareMetal(input))).toContain(
    "environment 'x' has 1 problem:\n  - platform.memoryMebibytes",
  );
  expect(messageOf(() => parseBareMetal({ ...input, name: 'X' }))).toContain('- name: "X"');
});

describe('the program that installs', () => {
  const folder = path.join(directory, 'install');
  const target = path.join(directory, 'target');
  const install = () =>
    execFileSync(path.join(folder, 'redis-1', 'install'), { env: { ...process.env, ROOT: target }, encoding: 'utf8' });

  beforeAll(() => {
    renderMachines(platform, folder);
    // Instead of what makes servers run, which is the machine's own systemd: tells how it was called.
    const activate = path.join(folder, 'redis-1', 'files/usr/local/lib/redis-platform/activate');
    writeFileSync(activate, '#!/bin/sh\necho "activate $*"\n');
  });

  test('brings each file to its place, and restarts only for a change', () => {
    const installed = install().trim().split('\n');
    expect(installed.at(-1)).toBe('activate restart');
    expect(installed).toContain('installed /etc/redis-platform/redis.conf');
    expect(installed).toHaveLength(machineFiles(platform, platform.machines[0]).length + 1);
    expect(statSync(path.join(target, 'usr/local/lib/redis-platform/prepare')).mode & 0o777).toBe(0o755);
    expect(install()).toBe('activate \n');
    writeFileSync(path.join(target, 'etc/redis-platform/redis.conf'), 'changed by hand');
    expect(install()).toBe('installed /etc/redis-platform/redis.conf\nactivate restart\n');
  });
});

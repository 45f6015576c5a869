import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { machineFiles, programText } from '../../../constructs/machines/machine-files';
import { machineLayout, type MachinePlatform } from '../../../constructs/machines/platform';

const machine = (name: string, host = `${name}.example.internal`) => ({
  name,
  host,
  redisPort: 6_379,
  sentinelPort: 26_379,
});

const first = machine('a');
const platform: MachinePlatform = {
  clusterName: 'test-redis',
  machines: [first, machine('b'), machine('c')],
  redis: { maxmemoryBytes: 1024 ** 3, writeQuorum: { replicas: 1, maximumLagSeconds: 5 } },
  failover: { masterName: 'main', quorum: 2, downAfterMilliseconds: 5_000, failoverTimeoutMilliseconds: 15_000 },
};
const inAws: MachinePlatform = {
  ...platform,
  secretsManager: { prefix: 'test/redis', authority: 'test/redis-authority', certificate: 'test/redis-certificate' },
};

const contentsOf = (of: MachinePlatform, who = first) =>
  Object.fromEntries(machineFiles(of, who).map(({ path: file, content }) => [file, content]));

test('everything that is written for a machine, but its programs', () => {
  const files = machineFiles(platform, first).filter(({ path: file }) => !file.startsWith(machineLayout.programs));
  expect(Object.fromEntries(files.map(({ path: file, content }) => [file, content.split('\n')]))).toMatchSnapshot();
});

test('programs, and only they, can be executed', () => {
  const programs = machineFiles(inAws, first).filter(({ mode }) => mode === '0755');
  expect(programs.map(({ path: file }) => file)).toEqual(
    [
      'library',
      'prepare',
      'hand-over',
      'refresh',
      'activate',
      'fetch-secrets',
      'certificate',
      'measure',
      'first-boot',
    ].map((name) => `/usr/local/lib/redis-platform/${name}`),
  );
});

test('a machine that gets its secrets by hand has nothing of AWS', () => {
  const all = Object.entries(contentsOf(platform));
  expect(all.filter(([file]) => /measure|certificate$|fetch/.test(file))).toEqual([]);
  expect(contentsOf(platform)['/etc/redis-platform/machine.env']).not.toContain('SECRET');
});

test('machines differ in what they are alone', () => {
  const [a, b] = [contentsOf(inAws), contentsOf(inAws, machine('b'))];
  const different = Object.keys(a).filter((file) => a[file] !== b[file]);
  expect(different).toEqual([
    '/etc/redis-platform/machine.env',
    '/etc/redis-platform/redis.conf',
    '/etc/redis-platform/sentinel.conf',
    '/etc/systemd/system/redis-platform-refresh.timer',
  ]);
});

test('machines refresh one after the other', () => {
  const times = platform.machines.map(
    (one) =>
      /^OnCalendar=(.*)$/m.exec(
        contentsOf(platform, one)['/etc/systemd/system/redis-platform-refresh.timer'] ?? '',
      )?.[1],
  );
  expect(times).toEqual(['*:0/15', '*:5/15', '*:10/15']);
});

test.each<[string, () => unknown, string]>([
  ['a machine of another platform', () => machineFiles(platform, machine('d')), "no machine 'd'"],
  ['a name that a shell reads', () => machineFiles(platform, machine('a', '$(reboot)')), 'machine.env: "$(reboot)"'],
  ['a quotation mark', () => machineFiles({ ...platform, clusterName: "it's" }, first), 'machine.env: "it\'s"'],
])('%s is refused', (_, action, message) => {
  expect(action).toThrow(message);
});

describe('programs', () => {
  const folder = path.join(__dirname, '../../../constructs/machines/programs');
  const names = readdirSync(folder);

  test.each(names)('%s is a program that bash can read', (name) => {
    execFileSync('bash', ['-n', path.join(folder, name)]);
    expect(programText(name)).toMatch(name === 'library' ? /set -euo pipefail/ : /^#!\/usr\/bin\/env bash\n/);
  });

  const shellcheck = whereThereIs('shellcheck', ['--version']);
  shellcheck.each(names)('%s has nothing that shellcheck finds', (name) => {
    execFileSync('shellcheck', ['--shell=bash', path.join(folder, name)], { encoding: 'utf8' });
  });

  test('none hands a password to another program but by its standard input', () => {
    for (const name of names) {
      const lines = programText(name).split('\n');
      expect(lines.filter((line) => /(?:redis-cli|openssl|aws|jq)\b.*\$\(password/.test(line))).toEqual([]);
      expect(programText(name)).not.toMatch(/--pass\b|redis-cli.* -a |REDISCLI_AUTH|set -x/);
    }
  });
});

describe('units', () => {
  const analyze = whereThereIs('systemd-analyze', ['--version']);
  const directory = mkdtempSync(path.join(tmpdir(), 'units-'));
  const programs = path.join(directory, 'programs');
  const layout = { ...machineLayout, programs };
  const files = machineFiles(inAws, first, layout);

  beforeAll(() => {
    mkdirSync(programs);
    for (const { path: file, content, mode } of files) {
      const folder = path.dirname(file) === programs ? programs : directory;
      writeFileSync(path.join(folder, path.basename(file)), content, { mode: Number.parseInt(mode, 8) });
    }
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const units = files.map(({ path: file }) => path.basename(file)).filter((name) => /\.(?:service|timer)$/.test(name));

  analyze.each(units)('systemd takes %s as it is', (unit) => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', path.join(directory, unit)], {
      encoding: 'utf8',
    });
    // Of the machine's own units it may find things too.
    expect(stderr.split('\n').filter((line) => line.includes('redis-platform'))).toEqual([]);
    expect(status).toBe(0);
  });

  analyze.each(['redis', 'sentinel'])('systemd finds %s well confined', (server) => {
    const unit = path.join(directory, `redis-platform-${server}.service`);
    // Fails if the exposure, from 0 to 10, is above the threshold, in tenths.
    const { stdout, status } = spawnSync('systemd-analyze', ['security', '--offline=yes', '--threshold=15', unit], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('Overall exposure level');
    expect({ status, level: /Overall exposure level.*/.exec(stdout)?.[0] }).toMatchObject({ status: 0 });
  });
});

/** `test`, or what skips it with a warning where there is no such program. */
function whereThereIs(program: string, options: readonly string[]): jest.It {
  if (spawnSync(program, options).status === 0) return test;
  console.warn(`there is no ${program}: the tests that need it are SKIPPED.`);
  return test.skip;
}

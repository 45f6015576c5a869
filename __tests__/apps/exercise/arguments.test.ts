import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readArguments, usage, UsageError } from '../../../apps/exercise/arguments';
import { capabilities } from '../../../apps/exercise/check';

let directory: string;
let passwordFile: string;
let target: readonly string[];

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'exercise-arguments-'));
  passwordFile = write('password', 'hunter2 is my secret\n');
  target = ['--url', 'http://127.0.0.1:8081', '--username', 'demo', '--password-file', passwordFile];
});

afterAll(() => rmSync(directory, { recursive: true }));

function write(name: string, content: string): string {
  const file = path.join(directory, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

function read(...argv: readonly string[]) {
  const options = readArguments(argv);
  if (options === 'help') throw new Error('help was not asked for');
  return options;
}

function violations(...argv: readonly string[]): readonly string[] {
  try {
    readArguments(argv);
  } catch (error) {
    if (error instanceof UsageError) return error.message.split('\n');
    throw error;
  }
  return [];
}

test('what is left out has its default', () => {
  expect(read(...target)).toEqual({
    urls: [new URL('http://127.0.0.1:8081')],
    username: 'demo',
    password: 'hunter2 is my secret',
    ca: undefined,
    orders: 1_000,
    stampede: 1_000,
    only: capabilities,
    timeoutSeconds: 120,
    allowSkips: false,
    json: false,
  });
});

test('everything can be given', () => {
  const caFile = write('ca.crt', '-----BEGIN CERTIFICATE-----\n…');
  const more = ['--url', 'https://api:8443/v1', '--ca-file', caFile, '--orders', '5', '--stampede=20', '--json'];
  const chosen = ['--only', 'orders, cache', '--timeout-seconds', '30', '--allow-skips'];
  expect(read(...target, ...more, ...chosen)).toMatchObject({
    urls: [new URL('http://127.0.0.1:8081'), new URL('https://api:8443/v1')],
    ca: '-----BEGIN CERTIFICATE-----\n…',
    orders: 5,
    stampede: 20,
    only: ['cache', 'orders'],
    timeoutSeconds: 30,
    allowSkips: true,
    json: true,
  });
});

test('a settings file says where the api is; its paths are relative to its folder', () => {
  write('deployed/secrets/user', 'from the file\n');
  const settings = write(
    'deployed/exercise.json',
    JSON.stringify({ apiUrls: ['http://a:1', 'http://b:2'], username: 'user-1', passwordFile: 'secrets/user' }),
  );
  expect(read('--settings', settings)).toMatchObject({
    urls: [new URL('http://a:1'), new URL('http://b:2')],
    username: 'user-1',
    password: 'from the file',
  });
  expect(read('--settings', settings, '--url', 'http://c:3', '--username', 'other')).toMatchObject({
    urls: [new URL('http://c:3')],
    username: 'other',
    password: 'from the file',
  });
});

test('--help wins over everything else', () => {
  expect(readArguments(['--orders', 'many', '--help'])).toBe('help');
  for (const line of usage.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
});

test.each([
  [['--order', '5'], "--order: no such option. Did you mean 'orders'?"],
  [['-x'], '-x: no such option'],
  [['more'], "'more': only options are taken"],
  [['--json=yes'], '--json yes: it takes no value; leave it out'],
  [['--orders'], '--orders: its value is missing; add it'],
  [['--orders', '0'], '--orders 0: give a whole number from 1 to 100000'],
  [['--orders', '1e3'], '--orders 1e3: give a whole number from 1 to 100000'],
  [['--stampede', '1'], '--stampede 1: give a whole number from 2 to 10000'],
  [['--timeout-seconds', '3601'], '--timeout-seconds 3601: give a whole number from 1 to 3600'],
  [['--only', 'cache,order'], "--only order: no such capability. Did you mean 'orders'?"],
  [['--url', '127.0.0.1:80'], '--url 127.0.0.1:80: give a URL such as http://127.0.0.1:8081, without credentials'],
  [['--url', 'ftp://host'], '--url ftp://host: give a URL such as http://127.0.0.1:8081'],
  [['--ca-file', '/nowhere.crt'], '--ca-file /nowhere.crt: cannot be read; correct the path'],
  [['--password-file', '/nowhere'], '--password-file: cannot read /nowhere; create it or correct the setting'],
])('%j is one violation', (argv, message) => {
  const seen = violations(...target, ...argv);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toContain(message);
});

test('a CA file has to hold a certificate', () => {
  const file = write('ca.key', '-----BEGIN PRIVATE KEY-----');
  expect(violations(...target, '--ca-file', file)).toEqual([
    `--ca-file ${file}: holds no certificate; give a PEM file`,
  ]);
});

test('every violation is told at once', () => {
  expect(violations('--url', 'x', '--orders', '0', '--stampede', '0')).toEqual([
    '--username: missing; give it',
    '--password-file: missing; give it',
    '--url x: give a URL such as http://127.0.0.1:8081, without credentials',
    '--orders 0: give a whole number from 1 to 100000',
    '--stampede 0: give a whole number from 2 to 10000',
  ]);
});

test('credentials in a URL are refused and not repeated', () => {
  const [message] = violations(...target, '--url', 'http://demo:hunter2@host');
  expect(message).toContain('without credentials');
  expect(message).not.toContain('hunter2');
});

test.each([
  ['a missing file', undefined, 'cannot be read; deploy an environment that writes it, or give --url'],
  ['no JSON', '{', 'is not JSON; correct it or deploy the environment again'],
  ['an unknown setting', '{"apiUrl": "http://a"}', 'it may hold apiUrls, username, passwordFile, caFile'],
  ['a setting of another type', '{"apiUrls": "http://a"}', 'apiUrls: '],
])('settings: %s is one violation', (_case, content, message) => {
  const file = content === undefined ? '/nowhere/exercise.json' : write('broken.json', content);
  const seen = violations('--settings', file);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toContain(`--settings ${file}: `);
  expect(seen[0]).toContain(message);
});

test('what a settings file leaves out has to be given', () => {
  const file = write('empty.json', '{}');
  expect(violations('--settings', file)).toEqual([
    `--url: missing; give it, or apiUrls in ${file}`,
    `--username: missing; give it, or username in ${file}`,
    `--password-file: missing; give it, or passwordFile in ${file}`,
  ]);
});

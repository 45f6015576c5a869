import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { imageSandbox } from './image-scripts';

const script = 'kubernetes/images/postgres-stand-in.sh';
let sandbox: Sandbox;

beforeEach(() => {
  sandbox = imageSandbox();
  sandbox.command('id', 'echo 999');
  for (const name of ['initdb', 'pg_ctl', 'createdb', 'postgres', 'pg_dump']) sandbox.command(name, `log ${name} "$@"`);
});
afterEach(() => sandbox.remove());

const data = () => path.join(sandbox.folder, 'data');
const run = (args: readonly string[], environment: Readonly<Record<string, string>>) =>
  sandbox.run(script, args, { PGDATA: data(), ...environment });

test('another command is run as it is', () => {
  expect(run(['pg_dump', '--version'], {}).status).toBe(0);
  expect(sandbox.calls()).toEqual(['pg_dump --version']);
});

test.each([
  ['no password', {}, 'set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD'],
  ['a file that is not there', { POSTGRES_PASSWORD_FILE: '/none' }, 'POSTGRES_PASSWORD_FILE is /none, which'],
])('%s is reported before anything is made', (_, environment, message) => {
  const { status, stderr } = run(['postgres'], environment);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) as string });
  expect(sandbox.calls()).toEqual([]);
});

test('a cluster and its database are made once, and the server has the options of the command', () => {
  sandbox.write('../data/pg_hba.conf', '');
  const environment = { POSTGRES_PASSWORD: 'secret-word', POSTGRES_USER: 'administrator', POSTGRES_DB: 'application' };
  expect(run(['postgres', '-c', 'ssl=on'], environment).status).toBe(0);
  const calls = sandbox.calls();
  expect(calls.map((call) => call.split(' ')[0])).toEqual(['initdb', 'pg_ctl', 'createdb', 'pg_ctl', 'postgres']);
  expect(calls[2]).toBe('createdb --username=administrator --maintenance-db=postgres application');
  expect(calls.at(-1)).toBe('postgres -c ssl=on');
  expect(calls.join('\n')).not.toContain('secret-word');
  expect(sandbox.read('../data/pg_hba.conf')).toContain('host all all all scram-sha-256');

  sandbox.write('../data/PG_VERSION', '17');
  expect(run(['postgres'], {}).status).toBe(0);
  expect(sandbox.calls().slice(calls.length)).toEqual(['postgres']);
});

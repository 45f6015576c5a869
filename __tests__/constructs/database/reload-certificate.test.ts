/** The program beside Postgres, with a psql that notes how it was called. */
import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { eventually } from '../../support/eventually';

const program = path.resolve(__dirname, '../../../constructs/database/programs/reload-certificate');

let folder: string;
let running: ChildProcess | undefined;

const file = (name: string) => path.join(folder, name);

/** @param psql what it does after its call was noted */
function start(psql = 'exit 0'): () => string {
  writeFileSync(file('psql'), `#!/usr/bin/env bash\necho "$PGPASSWORD $*" >>"${file('calls')}"\n${psql}\n`);
  chmodSync(file('psql'), 0o755);
  running = spawn('bash', [program], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${folder}:${process.env.PATH ?? ''}`,
      CERTIFICATE: file('tls.crt'),
      PASSWORD_FILE: file('password'),
      HEARTBEAT: file('heartbeat'),
      PAUSE_SECONDS: '0.05',
    },
  });
  let output = '';
  for (const stream of [running.stdout, running.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  return () => output;
}

const calls = () => (existsSync(file('calls')) ? readFileSync(file('calls'), 'utf8').trim().split('\n') : []);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'reload-certificate-'));
  writeFileSync(file('tls.crt'), 'first');
  writeFileSync(file('password'), 'secret-of-test');
});

afterEach(() => {
  running?.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

test('a renewed certificate is loaded once, with the password in no argument', async () => {
  const output = start();
  await eventually(() => existsSync(file('heartbeat')));
  expect(calls()).toEqual([]);
  writeFileSync(file('tls.crt'), 'second');
  await eventually(() => output().includes('reloaded: the certificate was renewed'));
  const [call = '', ...others] = calls();
  expect(others).toEqual([]);
  expect(call).toBe('secret-of-test --no-psqlrc --quiet --dbname postgres --command select pg_reload_conf()');
});

test('a server that does not answer is asked again', async () => {
  const output = start('exit 2');
  await eventually(() => existsSync(file('heartbeat')));
  writeFileSync(file('tls.crt'), 'second');
  await eventually(() => calls().length >= 2);
  expect(output()).toContain('not reloaded; the server is asked again in 0.05 s');
});

test.each(['SIGTERM', 'SIGINT'] as const)('it ends at once when its pod does, by %s', async (signal) => {
  start();
  await eventually(() => existsSync(file('heartbeat')));
  const ended = new Promise<number | null>((resolve) => running?.on('exit', resolve));
  running?.kill(signal);
  expect(await ended).toBe(0);
});

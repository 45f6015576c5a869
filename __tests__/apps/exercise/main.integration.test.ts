/** The program as it is run: output, exit codes, interruption. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePorts } from '../../support/free-ports';
import { startPlatform, type PlatformDouble } from './double/platform';
import { password, username } from './double/sessions';

const root = path.resolve(__dirname, '../../..');

let directory: string;
let platform: PlatformDouble;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'exercise-main-'));
  writeFileSync(path.join(directory, 'password'), `${password}\n`);
  platform = await startPlatform();
  writeFileSync(
    path.join(directory, 'exercise.json'),
    JSON.stringify({ apiUrls: platform.urls.map(String), username, passwordFile: 'password' }),
  );
});

afterAll(async () => {
  await platform.close();
  rmSync(directory, { recursive: true });
});

/** A text that no program writes. */
const never = '\u0000';

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(argv: readonly string[], interruptAfter = never): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--import', 'tsx', 'apps/exercise/main.ts', ...argv], { cwd: root });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => {
      stderr += String(chunk);
      if (stderr.includes(interruptAfter)) {
        interruptAfter = never;
        child.kill('SIGINT');
      }
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

const settings = () => ['--settings', path.join(directory, 'exercise.json'), '--orders', '20', '--stampede', '40'];

test('a table on stdout, progress on stderr, no secret on either', async () => {
  const { code, stdout, stderr } = await run(settings());
  expect(code).toBe(0);
  expect(stdout).toMatch(/^PROVEN/);
  expect(stdout).toMatch(/\n26 passed, 0 failed, 0 skipped in [\d.]+ s\n/);
  expect(stdout).toMatch(/\nLeft behind \(exercise-[0-9a-f]{8}\): .*22 orders.*\.\n$/);
  expect(stderr).toContain('exercise: passed  cache: a stampede on a cold key loads it once');
  expect(`${stdout}${stderr}`).not.toContain(password);
  expect(stdout).not.toContain('\u001b');
});

test('--json puts nothing else on stdout', async () => {
  const { code, stdout } = await run([...settings(), '--only', 'locks', '--json']);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    passed: true,
    rows: [
      { id: 'reachable', result: 'passed' },
      { id: 'lock-contention', capability: 'locks', result: 'passed' },
    ],
    notRun: 0,
    left: ['1 lock counter'],
  });
});

test('exit code 1 if the api cannot be reached: one row, and how many checks were not run', async () => {
  const [port] = await freePorts(1);
  const { code, stdout } = await run([...settings(), '--url', `http://127.0.0.1:${port ?? 0}`]);
  expect(code).toBe(1);
  expect(stdout).toContain('connection refused');
  expect(stdout).toContain('0 passed, 1 failed, 0 skipped');
  expect(stdout).toContain('Not run, because the api has to answer first: 25 checks.');
});

test('exit code 2 for wrong usage, with a line for each violation', async () => {
  const { code, stdout, stderr } = await run([...settings(), '--orders', '0', '--bogus']);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.split('\n').slice(0, 3)).toEqual([
    expect.stringContaining('exercise: --bogus: no such option'),
    'exercise: --orders 0: give a whole number from 1 to 100000',
    'exercise: --help tells all options',
  ]);
});

test('SIGINT ends the run with the rows it has, exit code 130', async () => {
  const { code, stdout } = await run(settings(), 'beside the others');
  expect(code).toBe(130);
  expect(stdout).toContain('interrupted');
  expect(stdout).toMatch(/\d+ passed, \d+ failed, 0 skipped/);
});

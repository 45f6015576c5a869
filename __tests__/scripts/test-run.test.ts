import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { createSandbox, type Outcome, type Sandbox } from './sandbox';

let sandbox: Sandbox;

beforeEach(() => (sandbox = createSandbox()));
afterEach(() => sandbox.remove());

describe('scripts/test.sh', () => {
  /** An npm whose scripts in `failing` fail, and a Jest that fails for the projects in it. */
  const failing = (...names: string[]) => {
    const fails = `case " ${names.join(' ')} " in *" $step "*) echo "$step output"; exit 1 ;; esac`;
    sandbox.command('npm', `step=$3; log npm "$step"; ${fails}`);
    sandbox.command('node_modules/.bin/jest', `step=$2; log jest "$@"; ${fails}`);
  };
  const steps = () => sandbox.calls().map((call) => call.replace(/^npm |^jest --selectProjects /, '').split(' ')[0]);

  beforeEach(() => sandbox.copy('scripts/test.sh'));

  test('runs every check', () => {
    failing();
    const { status, stdout } = sandbox.run('scripts/test.sh', ['-t', 'lock']);
    expect(steps().sort()).toEqual([
      'alerts',
      'build',
      'integration',
      'kubernetes',
      'lint',
      'rehearsal',
      'typecheck',
      'unit',
    ]);
    expect(stdout).toMatch(
      /\nbuild +passed .*\nunit +passed .*\nintegration +passed .*\nkubernetes +passed .*\ntypecheck +passed .*\nlint +passed .*\nrehearsal +passed .*\nalerts +passed .*\n$/,
    );
    expect(sandbox.calls()).toContain('jest --selectProjects unit --maxWorkers=2 -t lock');
    expect(status).toBe(0);
  });

  test.each(['typecheck', 'lint', 'unit', 'alerts', 'integration', 'kubernetes', 'rehearsal'])(
    'a failed %s fails the run, and the others are run',
    (name) => {
      failing(name);
      const { status, stdout } = sandbox.run('scripts/test.sh');
      expect(stdout).toContain(`\n== ${name}\n${name} output\n`);
      expect(stdout).toMatch(new RegExp(`^${name} +FAILED `, 'm'));
      expect(stdout.match(/ passed /g)).toHaveLength(7);
      expect(status).toBe(1);
    },
  );

  test('without bundles there are no tests that need servers', () => {
    failing('build');
    const { status, stdout } = sandbox.run('scripts/test.sh');
    expect(stdout).toMatch(
      /\nbuild +FAILED .*\nunit +passed .*\ntypecheck +passed .*\nlint +passed .*\nalerts, integration, kubernetes, rehearsal +not run: the build failed\n$/,
    );
    for (const name of ['integration', 'alerts', 'kubernetes', 'rehearsal']) expect(steps()).not.toContain(name);
    expect(status).toBe(1);
  });

  test('writes one report a project', () => {
    failing();
    sandbox.run('scripts/test.sh', [], { TEST_REPORT_FOLDER: '/reports' });
    expect(
      sandbox
        .calls()
        .filter((call) => call.startsWith('jest'))
        .sort(),
    ).toEqual([
      'jest --selectProjects alerts --maxWorkers=1 --json --outputFile=/reports/alerts.json',
      'jest --selectProjects integration --maxWorkers=2 --json --outputFile=/reports/integration.json',
      'jest --selectProjects kubernetes --maxWorkers=1 --json --outputFile=/reports/kubernetes.json',
      'jest --selectProjects rehearsal --maxWorkers=2 --json --outputFile=/reports/rehearsal.json',
      'jest --selectProjects unit --maxWorkers=2 --json --outputFile=/reports/unit.json',
    ]);
  });
});

describe('.ci/run', () => {
  const result = (passed: number, failed: number) =>
    JSON.stringify({
      numPassedTests: passed,
      numFailedTests: failed,
      numRuntimeErrorTestSuites: 0,
      numPendingTests: 0,
      numTodoTests: 0,
    });
  const report = (passed: number, failed: number) =>
    `echo '${result(passed, failed)}' >"$TEST_REPORT_FOLDER/unit.json"`;

  /** Commits the checkout; `npm test` in its clone runs `npmTest`. */
  const commit = (npmTest: string) => {
    sandbox.command('npm', `log npm "$@" "CI=$CI" "rehearsal=$TERRAFORM_REHEARSAL" "$(pwd)"; ls; ${npmTest}`);
    const git = (...args: string[]) =>
      spawnSync('git', args, {
        cwd: sandbox.checkout,
        env: { PATH: process.env.PATH, HOME: sandbox.folder, GIT_CONFIG_NOSYSTEM: '1' },
        encoding: 'utf8',
      });
    git('init', '-q');
    git('add', '.');
    const made = git('-c', 'user.name=Test', '-c', 'user.email=test@localhost', 'commit', '-q', '-m', 'All');
    if (made.status !== 0) throw new Error(made.stderr);
  };
  const lastLine = ({ stdout }: Outcome) => stdout.trimEnd().split('\n').at(-1);
  const temporaryFolders = () => readdirSync(sandbox.folder).filter((name) => name.startsWith('redis-platform-ci'));

  beforeEach(() => {
    for (const name of ['git', 'node', 'ls']) sandbox.realCommand(name);
    sandbox.copy('.ci/run');
    sandbox.copy('.ci/count-tests.mjs');
    sandbox.write('committed', '');
  });

  test.each<[string, string, string, number]>([
    ['all tests passed', report(12, 0), '12 passed, 0 failed', 0],
    ['a test failed', `${report(11, 1)}; exit 1`, '11 passed, 1 failed', 1],
    ['a failure before Jest', 'exit 2', '0 passed, 1 failed', 1],
    ['no test ran', 'exit 0', '0 passed, 1 failed', 1],
  ])('%s', (_case, npmTest, line, exitCode) => {
    commit(npmTest);
    const outcome = sandbox.run('.ci/run');
    expect({ line: lastLine(outcome), status: outcome.status }).toEqual({ line, status: exitCode });
    expect(temporaryFolders()).toEqual([]);
  });

  test('runs npm test in a clone of the last commit, as CI', () => {
    commit(report(1, 0));
    sandbox.write('not-committed', '');
    const outcome = sandbox.run('.ci/run');
    expect(outcome.stdout).toContain('Changes that are not committed are not part of it.\n');
    expect(outcome.stdout).toMatch(/^committed$/m);
    expect(outcome.stdout).not.toMatch(/^not-committed$/m);
    const clone = path.join(realpathSync(sandbox.folder), 'redis-platform-ci\\.\\w+', 'clone');
    expect(sandbox.calls()).toEqual([expect.stringMatching(new RegExp(`^npm test CI=true rehearsal= ${clone}$`))]);
  });

  test('lets other users reach the clone', () => {
    commit(`log "$(find .. -maxdepth 0 -perm 755)"; ${report(1, 0)}`);
    sandbox.run('.ci/run');
    expect(sandbox.calls().at(-1)).toBe('..');
  });

  test('names the rehearsal folder beside the checkout if there is one', () => {
    commit(report(1, 0));
    const rehearsal = path.join(sandbox.folder, 'shared/terraform-rehearsal');
    mkdirSync(rehearsal, { recursive: true });
    sandbox.run('.ci/run');
    expect(sandbox.calls()[0]).toContain(` rehearsal=${rehearsal} `);
  });

  test('a checkout that is no repository', () => {
    const outcome = sandbox.run('.ci/run');
    expect({ line: lastLine(outcome), status: outcome.status }).toEqual({ line: '0 passed, 1 failed', status: 1 });
    expect(temporaryFolders()).toEqual([]);
  });

  test('a machine without Node', () => {
    commit('exit 127');
    sandbox.command('node', undefined);
    const outcome = sandbox.run('.ci/run');
    expect(lastLine(outcome)).toBe('0 passed, 1 failed');
    expect(outcome.status).not.toBe(0);
  });
});

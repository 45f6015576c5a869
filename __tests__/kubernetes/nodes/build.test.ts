import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { cacheOf, createCheckout, onLinux, script } from './checkout';

const table = readFileSync(path.resolve(__dirname, '../../../kubernetes/nodes/cluster/programs.sh'), 'utf8');
/** Rows of a table of programs.sh. */
const rowsOf = (name: string) =>
  (new RegExp(`readonly ${name}='\n([^']*)'`).exec(table)?.[1] ?? '')
    .trimEnd()
    .split('\n')
    .map((row) => row.split(/ +/));
const programs = rowsOf('programs').map(([file = '', module = '']) => ({ file, module }));
const packageCommands = rowsOf('packages').map(([command = '']) => command);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createCheckout();
  for (const command of packageCommands) sandbox.command(command, 'exit 0');
});
afterEach(() => sandbox.remove());

const run = (...args: string[]) => sandbox.run(script('build.sh'), args, cacheOf(sandbox));

/** A program as Go leaves it: what it was built from is in it as text. */
function build(file: string, module: string) {
  const [name = '', version = ''] = module.split('@');
  sandbox.command(`../cache/bin/${file}`, `# mod\t${name}\t${version}\th1:x`);
}

onLinux('build.sh --check', () => {
  test('an empty cache: one line names all programs, and nothing is made', () => {
    const { status, stdout, stderr } = run('--check');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(programs.length).toBeGreaterThan(10);
    expect(stderr).toMatch(
      new RegExp(`^build\\.sh: missing ${programs.map(({ file }) => file).join(' ')} \\(.*build\\.sh\n$`),
    );
    expect(sandbox.has('../cache')).toBe(false);
  });

  test('everything is there: nothing is said', () => {
    for (const { file, module } of programs) build(file, module);
    expect(run('--check')).toEqual(expect.objectContaining({ status: 0, stdout: '', stderr: '' }));
  });

  test('another version counts as missing, as does a command of a package', () => {
    for (const { file, module } of programs) build(file, module);
    build('coredns', 'github.com/coredns/coredns@v1.0.0');
    sandbox.command('etcd', undefined);
    const { status, stderr } = run('--check');
    expect(stderr).toMatch(/^build\.sh: missing etcd coredns \(/);
    expect(status).toBe(1);
  });
});

onLinux('build.sh', () => {
  test('builds nothing that is there', () => {
    for (const { file, module } of programs) build(file, module);
    sandbox.command('go', 'log go "$@"');
    expect(run()).toEqual(expect.objectContaining({ status: 0, stdout: '', stderr: '' }));
    expect(sandbox.calls()).toEqual([]);
  });

  test('builds a program in its pinned version, alone or in the module that pins all it consists of', () => {
    for (const { file, module } of programs) build(file, module);
    sandbox.command('../cache/bin/helm', undefined);
    sandbox.command('../cache/bin/kubectl', undefined);
    sandbox.write(script('programs/kubernetes/go.mod'), '');
    sandbox.command('go', 'log "$(basename "$PWD")" CGO_ENABLED=$CGO_ENABLED go "$1" "$@"');
    const { status, stderr } = run();
    expect(sandbox.calls()).toEqual([
      expect.stringMatching(
        /^kubernetes CGO_ENABLED=0 go build .*gitVersion=v1\.34\.2 .*gitMinor=34 -o \S+\/kubectl k8s\.io\/kubernetes\/cmd\/kubectl$/,
      ),
      expect.stringMatching(/CGO_ENABLED=0 go install .*version=v3\.20\.2 helm\.sh\/helm\/v3\/cmd\/helm@v3\.20\.2$/),
    ]);
    // The stand-in for Go built nothing, which must not pass for success.
    expect(stderr).toContain('build.sh: missing kubectl helm');
    expect(status).toBe(1);
  });

  test.each<[string, () => void, RegExp]>([
    [
      'no Go',
      () => undefined,
      /^build\.sh: Go is not installed, and kube-apiserver .* are to be built: see https:\/\/go\.dev\/doc\/install \(1\.24 or newer\)\n$/,
    ],
    [
      'no root for a package',
      () => {
        sandbox.command('etcd', undefined);
        sandbox.command('apt-get', 'log apt-get "$@"');
        sandbox.command('id', 'echo 1000');
      },
      /^build\.sh: missing etcd: run as root: apt-get install -y --no-install-recommends etcd-server\n$/,
    ],
    [
      'no apt-get for a package',
      () => sandbox.command('runc', undefined),
      /^build\.sh: missing runc, and no apt-get to install them: install them by this machine's package manager\n$/,
    ],
    [
      'a build that fails',
      () => sandbox.command('go', 'echo "no such module" >&2; exit 1'),
      /no such module\nbuild\.sh: kube-apiserver could not be built: the output of Go is above\n$/,
    ],
  ])('%s', (_case, prepare, message) => {
    prepare();
    sandbox.write(script('programs/kubernetes/go.mod'), '');
    const { status, stderr } = run();
    expect(stderr).toMatch(message);
    expect({ status, calls: sandbox.calls() }).toEqual({ status: 1, calls: [] });
  });

  test('installs the packages of missing commands alone', () => {
    for (const { file, module } of programs) build(file, module);
    sandbox.command('containerd', undefined);
    sandbox.command('ctr', undefined);
    sandbox.command(
      'apt-get',
      'log apt-get "$@"; cp "$SANDBOX/bin/runc" "$SANDBOX/bin/ctr"; cp "$SANDBOX/bin/runc" "$SANDBOX/bin/containerd"',
    );
    expect(run()).toMatchObject({ status: 0, stderr: 'build.sh: installing containerd\n' });
    expect(sandbox.calls()).toEqual([expect.stringMatching(/^apt-get install -y .* containerd$/)]);
  });

  test('an unknown option', () => {
    expect(run('--chek')).toMatchObject({
      status: 1,
      stderr: 'build.sh: unknown option --chek: the only one is --check\n',
    });
  });
});

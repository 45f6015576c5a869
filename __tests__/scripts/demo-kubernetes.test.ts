import { createSandbox, type Sandbox } from './sandbox';

let sandbox: Sandbox;

beforeEach(() => {
  sandbox = createSandbox();
  for (const script of ['kubernetes-demo.sh', 'demo-kubernetes.sh', 'demo-kubernetes-down.sh']) {
    sandbox.copy(`scripts/${script}`);
  }
  sandbox.command('scripts/setup.sh', 'log setup');
  sandbox.command('npm', 'log npm "$3"');
  sandbox.command('uname', 'echo Linux');
  sandbox.command('id', 'echo 0');
  sandbox.command('go', 'exit 1');
  // The program that deploys, and the one that says which nodes an environment needs.
  sandbox.command(
    'node',
    'case "$*" in *cluster-shape*) [ "$4" != production ] || { echo "not on Kubernetes" >&2; exit 1; }; options=; [ "$4" != staging ] || options=" --monitoring${CHARTS:+ --cluster-services}"; echo "a,b,c 6 0$options" ;; ' +
      '*) shift 3; log program "$@"; [ ! -e "$SANDBOX/fails" ] || exit 3 ;; esac',
  );
  sandbox.command('kubernetes/nodes/build.sh', 'log build');
  sandbox.command(
    'kubernetes/nodes/up.sh',
    'log up "$ZONES" "$DEDICATED_NODES" "$2"; mkdir -p "$1"; echo config >"$1/kubeconfig"',
  );
  sandbox.command('kubernetes/nodes/running.sh', '[ -s "$1/kubeconfig" ] && [ ! -e "$1/ended" ]');
  sandbox.command('kubernetes/nodes/load-image.sh', 'log load "${2##*/}"');
  sandbox.command('kubernetes/nodes/down.sh', 'log down; rm -r "$1"');
  sandbox.command(
    'kubernetes/images/build.sh',
    'folder=$1; shift; log images "$@"; mkdir -p "$folder"; touch "$folder/application.tar"; ' +
      'echo "{}" >"$folder/images.json"; case "$*" in *--monitoring*) touch "$folder/prometheus.tar" ;; esac; ' +
      'case "$*" in *--cluster-services*) touch "$folder/traefik.tar" ;; esac',
  );
});

afterEach(() => sandbox.remove());

const up = ['setup', 'npm build', 'build', 'images', 'up a,b,c 0 6', 'load application.tar'];

/** Calls without paths of the sandbox. */
const calls = () => sandbox.calls().map((call) => call.replaceAll(sandbox.checkout, ''));

const deployment = (storage: string, kubeconfig = '/.kubernetes/cluster/kubeconfig') =>
  `program deploy kubernetes --images /.kubernetes/images/images.json --storage ${storage} ` +
  `--kubeconfig ${kubeconfig} --state /.kubernetes/state`;

test('without KUBECONFIG it starts nodes of its own, loads the images and deploys', () => {
  const { status, stderr } = sandbox.run('scripts/demo-kubernetes.sh');
  expect(calls()).toEqual([...up, deployment('host')]);
  expect(stderr).toContain('Take it down with: npm run demo:kubernetes:down');
  expect(status).toBe(0);
});

test('run again, it starts nothing that runs, and deploys', () => {
  sandbox.run('scripts/demo-kubernetes.sh');
  sandbox.run('scripts/demo-kubernetes.sh');
  expect(calls().filter((call) => /^(?:up|images)/.test(call))).toHaveLength(2);
  expect(calls().filter((call) => call.startsWith('program deploy'))).toHaveLength(2);
});

test('an environment with monitoring gets its images, though others were built without', () => {
  sandbox.run('scripts/demo-kubernetes.sh');
  sandbox.run('scripts/demo-kubernetes-down.sh');
  expect(sandbox.run('scripts/demo-kubernetes.sh', ['staging']).status).toBe(0);
  sandbox.run('scripts/demo-kubernetes.sh', ['staging']);
  expect(calls().filter((call) => call.startsWith('images'))).toEqual(['images', 'images --monitoring']);
  expect(calls()).toContain('load prometheus.tar');
});

test('an environment whose charts are at hand gets the images of Traefik and KEDA, though others were built without', () => {
  sandbox.run('scripts/demo-kubernetes.sh', ['staging']);
  sandbox.run('scripts/demo-kubernetes-down.sh');
  const again = () => sandbox.run('scripts/demo-kubernetes.sh', ['staging'], { CHARTS: '/charts' });
  expect([again().status, again().status]).toEqual([0, 0]);
  expect(calls().filter((call) => call.startsWith('images'))).toEqual([
    'images --monitoring',
    'images --monitoring --cluster-services',
  ]);
  expect(calls()).toContain('load traefik.tar');
});

test('after a restart of the machine it starts nodes again, and removes the volumes of the former ones', () => {
  sandbox.run('scripts/demo-kubernetes.sh');
  sandbox.write('.kubernetes/cluster/ended', '');
  sandbox.write('.kubernetes/state/volumes/redis-0', '');
  sandbox.run('scripts/demo-kubernetes.sh');
  expect(calls().filter((call) => call.startsWith('up'))).toHaveLength(2);
  expect(sandbox.has('.kubernetes/state/volumes')).toBe(false);
});

test('with KUBECONFIG it uses that cluster, its volumes, and the command that loads images there', () => {
  sandbox.command('loader', 'log loader "$1" "${2##*/}"');
  const environment = { KUBECONFIG: '/theirs', LOAD_IMAGES: 'loader image-archive' };
  expect(sandbox.run('scripts/demo-kubernetes.sh', [], environment).status).toBe(0);
  expect(calls()).toEqual([
    'setup',
    'npm build',
    'images',
    'loader image-archive application.tar',
    deployment('cluster', '/theirs'),
  ]);
});

test('with KUBECONFIG and no way to load images it says how to name one', () => {
  const { status, stderr } = sandbox.run('scripts/demo-kubernetes.sh', [], { KUBECONFIG: '/theirs' });
  expect(stderr).toContain('LOAD_IMAGES is not: set it to the command');
  expect(status).toBe(1);
});

test.each([
  ['root', 'id', 'echo 1000'],
  ['go', 'go', undefined],
  ['Linux', 'uname', 'echo Darwin'],
])('without %s it says what is missing, on one line', (missing, command, body) => {
  sandbox.command(command, body);
  const { status, stderr } = sandbox.run('scripts/demo-kubernetes.sh');
  expect(stderr).toMatch(new RegExp(`^demo:kubernetes: without KUBECONFIG .* needs ${missing}: set KUBECONFIG`, 'm'));
  expect(status).toBe(1);
});

test('an environment whose Redis is not on Kubernetes is refused before anything is started', () => {
  const { status, stderr } = sandbox.run('scripts/demo-kubernetes.sh', ['production']);
  expect(stderr).toContain('not on Kubernetes');
  expect(calls()).toEqual(['setup']);
  expect(status).toBe(1);
});

test('another environment is refused until the one that is deployed is taken down', () => {
  sandbox.run('scripts/demo-kubernetes.sh');
  const { status, stderr } = sandbox.run('scripts/demo-kubernetes.sh', ['staging']);
  expect(stderr).toContain('the environment kubernetes is deployed: take it down first (npm run demo:kubernetes:down)');
  expect(status).toBe(1);
});

test("the exit code is the exercise's, and the way down is told", () => {
  sandbox.write('../fails', '');
  const { status, stderr } = sandbox.run('scripts/demo-kubernetes.sh');
  expect(stderr).toContain('npm run demo:kubernetes:down');
  expect(status).toBe(3);
});

describe('demo:kubernetes:down', () => {
  test('ends the cluster of its own, and forgets what was deployed', () => {
    sandbox.run('scripts/demo-kubernetes.sh');
    expect(sandbox.run('scripts/demo-kubernetes-down.sh').status).toBe(0);
    expect(calls().at(-1)).toBe('down');
    expect(sandbox.has('.kubernetes/environment')).toBe(false);
    expect(sandbox.has('.kubernetes/images/images.json')).toBe(true);
  });

  test('removes what was deployed from a cluster of others, and leaves the cluster', () => {
    sandbox.command('loader', 'exit 0');
    const environment = { KUBECONFIG: '/theirs', LOAD_IMAGES: 'loader' };
    sandbox.run('scripts/demo-kubernetes.sh', [], environment);
    expect(sandbox.run('scripts/demo-kubernetes-down.sh', [], environment).status).toBe(0);
    expect(calls().at(-1)).toBe('program destroy kubernetes --kubeconfig /theirs --state /.kubernetes/state');
    expect(calls()).not.toContain('down');
  });

  test('without the KUBECONFIG of then it says which is missing, and forgets nothing', () => {
    sandbox.command('loader', 'exit 0');
    sandbox.run('scripts/demo-kubernetes.sh', [], { KUBECONFIG: '/theirs', LOAD_IMAGES: 'loader' });
    const { status, stderr } = sandbox.run('scripts/demo-kubernetes-down.sh');
    expect(stderr).toContain('set KUBECONFIG as it was then');
    expect(sandbox.has('.kubernetes/environment')).toBe(true);
    expect(status).toBe(1);
  });

  test('says so if nothing is deployed', () => {
    expect(sandbox.run('scripts/demo-kubernetes-down.sh')).toMatchObject({
      status: 0,
      stdout: 'Nothing is deployed.\n',
    });
  });
});

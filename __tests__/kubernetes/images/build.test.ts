import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { programUser } from '../../../constructs/application/programs';
import { upstreamImages } from '../../../constructs/cluster-services/sources';
import { images, users } from '../../../constructs/compose/layout';
import { defaultImages } from '../../../environments/bitnami-defaults';
import { defaultClusterServices, defaultGateway } from '../../../environments/cluster-services-defaults';
import { defaultObservability } from '../../../environments/observability-defaults';
import type { Sandbox } from '../../scripts/sandbox';
import { imageSandbox, imageScripts, root } from './image-scripts';

const { keda } = defaultClusterServices;

let sandbox: Sandbox;

beforeEach(() => (sandbox = imageSandbox('realpath')));
afterEach(() => sandbox.remove());

test.each([
  ['no folder', [], 'no folder; usage: build.sh OUT_FOLDER'],
  ['a second folder', ['a', 'b'], 'b is a second folder; usage'],
  ['an unknown option', ['a', '--push'], 'there is no option --push; usage'],
  ['no authority', ['a', '--database-authority'], '--database-authority needs a file'],
  ['an authority that is not there', ['a', '--database-authority', '/none.crt'], 'is /none.crt, which'],
])('%s is refused, and nothing is written', (_, args, message) => {
  const { status, stderr } = sandbox.run('kubernetes/images/build.sh', args);
  expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(message) as string });
  expect(sandbox.has('a')).toBe(false);
});

test('a second run does not start while one is under way', () => {
  sandbox.write('../.cache/redis-platform/build.lock/file', '');
  const { status, stderr } = sandbox.run('kubernetes/images/build.sh', [path.join(sandbox.folder, 'out')]);
  expect(stderr).toMatch(/another run holds .*build\.lock: wait for its end, or remove the folder if there is none/);
  expect(status).toBe(1);
});

test('a machine without Docker and root gets the remedy', () => {
  sandbox.command('id', 'echo 1000');
  const { status, stderr } = sandbox.run('kubernetes/images/build.sh', [path.join(sandbox.folder, 'out')]);
  expect(stderr).toContain(
    'a Docker daemon is started by root only: run it by sudo, or start the Docker of this machine',
  );
  expect(status).toBe(1);
  expect(sandbox.has('../.cache/redis-platform/build.lock')).toBe(false);
});

test('a revision that is not there is not compared', () => {
  sandbox.command('git', 'exit 1');
  const { status, stderr } = sandbox.run('kubernetes/images/compare-trees.sh', ['v9']);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringContaining('there is no revision v9 in') as string,
  });
});

/** Runs commands after the scripts' settings. */
const evaluate = (commands: string) =>
  spawnSync('bash', ['-c', `. ./settings.sh; . ./base-images.sh; ${commands}`], {
    cwd: path.join(root, 'kubernetes/images'),
    encoding: 'utf8',
  }).stdout.trim();

const source = (image: (typeof defaultImages)['redis']) =>
  image.kind === 'mirror' ? `${image.repository.replace('mirror/', '')}:${image.tag}` : '';

test.each([
  ['redis', source(defaultImages.redis)],
  ['exporter', source(defaultImages.exporter)],
  ['valkey', images.redis],
  ['postgres', images.postgres],
  ['preparation', images.preparation],
  ['prometheus', `quay.io/prometheus/prometheus:${defaultObservability.prometheus.image}`],
  ['traefik', `${upstreamImages.traefik}:${defaultGateway.image}`],
  ['keda-operator', `${upstreamImages.kedaOperator}:${keda.image}`],
  ['keda-metrics', `${upstreamImages.kedaMetrics}:${keda.image}`],
  ['keda-webhooks', `${upstreamImages.kedaWebhooks}:${keda.image}`],
  ['alertmanager', `quay.io/prometheus/alertmanager:${defaultObservability.alertmanager.image}`],
])('what stands in for %s has its name', (name, image) => {
  expect(evaluate(`official_image ${name}`)).toBe(image);
});

test('modules of Go that images are built of have the versions of the environments', () => {
  const modules = evaluate(`. ./go-programs.sh; echo "$go_modules"`)
    .split('\n')
    .map((line) => line.split(/ +/));
  expect(modules).toEqual([
    ['traefik', 'github.com/traefik/traefik/v3', defaultGateway.image, expect.stringMatching(/^h1:/)],
    ['keda', 'github.com/kedacore/keda/v2', `v${keda.image}`, expect.stringMatching(/^h1:/)],
  ]);
});

test('users are those of the images that are stood in for', () => {
  expect(evaluate('echo $redis_user $postgres_user $program_user')).toBe(
    [users.redis, users.postgres, programUser].join(' '),
  );
});

test('ShellCheck finds nothing', () => {
  const scripts = imageScripts().filter((name) => name.endsWith('.sh'));
  const { stdout, status } = spawnSync('shellcheck', ['--external-sources', '--format=gcc', ...scripts], {
    cwd: root,
    encoding: 'utf8',
  });
  expect({ stdout, status }).toEqual({ stdout: '', status: 0 });
});

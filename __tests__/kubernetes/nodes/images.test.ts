import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { createCheckout, onLinux, script } from './checkout';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createCheckout();
  sandbox.command('uname', 'echo x86_64');
  sandbox.write('root/bin/program', 'x');
});
afterEach(() => sandbox.remove());

const file = (name: string) => path.join(sandbox.checkout, name);
const name = 'docker.io/local/thing:1';
const make = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) =>
  sandbox.run(script('image-from-root.sh'), args, settings);

interface Descriptor {
  readonly digest: string;
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
}

/** Unpacks an archive and returns a function that reads a blob of it, which has to have its digest and size. */
function unpack(archive: string) {
  mkdirSync(file('image'));
  spawnSync('tar', ['-C', file('image'), '-xf', archive]);
  return ({ digest, size }: Descriptor) => {
    const blob = readFileSync(file(`image/blobs/${digest.replace(':', '/')}`));
    expect({ digest: `sha256:${createHash('sha256').update(blob).digest('hex')}`, size: blob.length }).toEqual({
      digest,
      size,
    });
    return blob;
  };
}

onLinux('image-from-root.sh', () => {
  test('makes an archive whose digests are right, with what a pod needs', () => {
    const settings = {
      ENTRYPOINT: '["/bin/program"]',
      COMMAND: '["a"]',
      ENVIRONMENT: '["B=c d"]',
      IMAGE_USER: '1001:0',
    };
    expect(make([file('root'), name, file('thing.tar')], settings)).toMatchObject({ status: 0, stdout: '' });
    const read = unpack(file('thing.tar'));
    const index = JSON.parse(sandbox.read('image/index.json')) as { manifests: [Descriptor] };
    expect(index.manifests[0].annotations['io.containerd.image.name']).toBe(name);
    const manifest = JSON.parse(read(index.manifests[0]).toString()) as { config: Descriptor; layers: [Descriptor] };
    const configuration = JSON.parse(read(manifest.config).toString()) as Record<string, unknown>;
    expect(configuration).toEqual({
      architecture: 'amd64',
      os: 'linux',
      config: {
        User: '1001:0',
        Entrypoint: ['/bin/program'],
        Cmd: ['a'],
        Env: [expect.stringMatching(/^PATH=.*:\/bin$/), 'B=c d'],
        WorkingDir: '/',
      },
      rootfs: { type: 'layers', diff_ids: [manifest.layers[0].digest] },
    });
    const layer = spawnSync('tar', ['-t'], { input: read(manifest.layers[0]), encoding: 'utf8' });
    expect(layer.stdout.split('\n')).toContain('./bin/program');
    expect(readdirSync(sandbox.checkout).sort()).toEqual(['image', 'kubernetes', 'root', 'thing.tar']);
  });

  test.each<[string, string[], Record<string, string>, string]>([
    ['too few arguments', ['root'], {}, 'usage: image-from-root.sh ROOT_FOLDER NAME:TAG ARCHIVE.tar'],
    ['no such folder', ['/nowhere', name, 'x'], {}, 'ROOT_FOLDER is /nowhere, and there is no such folder'],
    ['a name without a tag', ['/', 'docker.io/local/x', 'x'], {}, 'NAME:TAG is docker.io/local/x: a registry, a name'],
    ['a name without a registry', ['/', 'x:1', 'x'], {}, 'NAME:TAG is x:1: a registry, a name'],
    ['no list', ['/', name, 'x'], { ENTRYPOINT: '/bin/sh' }, 'ENTRYPOINT is /bin/sh: a JSON list is needed'],
  ])('%s', (_case, args, settings, message) => {
    const { status, stderr } = make(args, settings);
    expect(stderr).toContain(`image-from-root.sh: ${message}`);
    expect(status).toBe(1);
  });
});

onLinux('load-image.sh', () => {
  const load = (...args: string[]) => sandbox.run(script('load-image.sh'), args);

  test.each<[string, () => string[], string]>([
    ['too few arguments', () => ['run'], 'usage: load-image.sh RUN_DIR ARCHIVE.tar [NODE…]'],
    ['no such folder', () => ['/nowhere', 'x.tar'], 'RUN_DIR is /nowhere, and there is no such folder'],
    ['a folder without a cluster', () => [file('root'), 'x.tar'], 'and no cluster is there'],
    ['no such archive', () => [file('run'), '/nowhere/x.tar'], 'ARCHIVE is /nowhere/x.tar, and there is no such file'],
    [
      'no such node',
      () => [file('run'), file('run/nodes'), '7'],
      'NODE is 7, and there is no such node: numbers from 1 to 3 are',
    ],
    ['a lost node', () => [file('run'), file('run/nodes'), '2'], 'node-2 is lost: return it first (faults.sh'],
  ])('%s', (_case, args, message) => {
    sandbox.write('run/nodes', '3\n');
    const { status, stderr } = load(...args());
    expect(stderr).toContain(message);
    expect(status).toBe(1);
  });
});

import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { cacheOf, createCheckout, onLinux, script } from './checkout';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createCheckout();
});
afterEach(() => sandbox.remove());

const up = (args: readonly string[], settings: Readonly<Record<string, string>> = {}) =>
  sandbox.run(script('up.sh'), args, { ...cacheOf(sandbox), ...settings });

onLinux('up.sh refuses, on one line,', () => {
  test.each<[string, string[], Record<string, string>, string]>([
    ['no RUN_DIR', [], {}, 'usage: up.sh RUN_DIR [NODES]'],
    ['too many arguments', ['run', '3', 'x'], {}, 'usage: up.sh RUN_DIR [NODES]'],
    ['no number of nodes', ['run', 'many'], {}, 'NODES is many: a number from 1 to 99 is allowed'],
    ['no nodes', ['run', '0'], {}, 'NODES is 0: a number from 1 to 99 is allowed'],
    ['more nodes than addresses', ['run', '100'], {}, 'NODES is 100: a number from 1 to 99 is allowed'],
    [
      'more nodes for Redis than nodes',
      ['run', '3'],
      { DEDICATED_NODES: '4' },
      'DEDICATED_NODES is 4: a number from 0 to NODES, 3, is allowed',
    ],
    ['zones that are no names', ['run'], { ZONES: 'a;b' }, 'ZONES is a;b: names of zones with commas between them'],
    ['labels without values', ['run'], { NODE_LABELS: 'a,b' }, 'NODE_LABELS is a,b: labels with commas between them'],
    ['a RUN_DIR that nodes do not see', ['/run/cluster'], {}, 'RUN_DIR is /run/cluster, which nodes can'],
    ['a RUN_DIR that needs quotes', ['/tmp/a b'], {}, 'RUN_DIR is /tmp/a b: letters, digits'],
  ])('%s', (_case, args, settings, message) => {
    const { status, stdout, stderr } = up(args, settings);
    expect(stderr).toContain(`up.sh: ${message}`);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  });

  test('a folder that holds something, which stays', () => {
    sandbox.write('run/precious', 'x');
    const folder = path.join(sandbox.checkout, 'run');
    expect(up([folder])).toMatchObject({
      status: 1,
      stderr: `up.sh: RUN_DIR is ${folder}, which is not empty: take the cluster there down (down.sh ${folder}), or name a new folder\n`,
    });
    expect(sandbox.read('run/precious')).toBe('x');
  });

  test('users other than root', () => {
    sandbox.command('id', 'echo 1000');
    expect(up(['run']).stderr).toMatch(/^up\.sh: runs as root only, .*: sudo /);
  });

  test('a cache without programs, and makes no folder', () => {
    const folder = path.join(sandbox.checkout, 'run');
    expect(up([folder])).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^build\.sh: missing .*kube-apiserver/) as string,
    });
    expect(sandbox.has('run')).toBe(false);
  });
});

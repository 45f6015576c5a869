import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { redisNodeLabels, redisNodeToleration } from '../../../constructs/kubernetes/redis-nodes';
import type { Sandbox } from '../../scripts/sandbox';
import { createCheckout, onLinux, script } from './checkout';

onLinux('the files of a node', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = createCheckout();
  });
  afterEach(() => sandbox.remove());

  /** Writes the files of a node of a cluster in which one node is for Redis. */
  function write(node: number) {
    const program = `set -euo pipefail
      . ${script('cluster/settings.sh')}; . ${script('cluster/node-files.sh')}
      run=$PWD/run ZONES=eu-west-1a,eu-west-1b DEDICATED_NODES=1 NODE_LABELS=team=a
      write_node ${node}`;
    const { status, stderr } = spawnSync('bash', ['-c', program], {
      cwd: sandbox.checkout,
      env: { PATH: path.join(sandbox.folder, 'bin'), HOME: sandbox.folder },
      encoding: 'utf8',
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    return (file: string) => sandbox.read(`run/node-${node}/${file}`);
  }

  test('a node for Redis has the label and the taint that pods of Redis ask for and tolerate', () => {
    const read = write(1);
    const { key, value, effect } = redisNodeToleration;
    expect(
      Object.fromEntries(
        read('labels')
          .trim()
          .split(',')
          .map((label) => label.split('=')),
      ),
    ).toEqual({
      'topology.kubernetes.io/zone': 'eu-west-1a',
      'topology.kubernetes.io/region': 'eu-west-1',
      team: 'a',
      ...redisNodeLabels,
    });
    expect(read('kubelet.yaml')).toContain(`registerWithTaints: [{key: ${key}, value: ${value}, effect: ${effect}}]\n`);
  });

  test('any other node has neither, and nodes take the zones in turn', () => {
    expect(write(2)('labels')).toBe(
      'topology.kubernetes.io/zone=eu-west-1b,topology.kubernetes.io/region=eu-west-1,team=a\n',
    );
    const read = write(3);
    expect(read('zone')).toBe('eu-west-1a\n');
    expect(read('kubelet.yaml')).toContain('registerWithTaints: []\n');
    expect(JSON.parse(read('network/10-pods.conflist'))).toMatchObject({
      plugins: [{ ipam: { ranges: [[{ subnet: '10.244.3.0/24' }]] } }, { type: 'portmap' }],
    });
  });
});

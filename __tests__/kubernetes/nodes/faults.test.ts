import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { cacheOf, createCheckout, onLinux, script } from './checkout';

onLinux('faults.sh', () => {
  let sandbox: Sandbox;
  beforeEach(() => {
    sandbox = createCheckout();
    sandbox.command('ip', 'log ip "$@"');
    sandbox.write('run/nodes', '3\n');
    sandbox.write('run/pids/.keep', '');
    for (const [index, zone] of ['a', 'b', 'a'].entries())
      sandbox.write(`run/node-${index + 1}/zone`, `eu-west-1${zone}\n`);
  });
  afterEach(() => sandbox.remove());

  const folder = () => path.join(sandbox.checkout, 'run');
  const faults = (...args: string[]) => sandbox.run(script('faults.sh'), args, cacheOf(sandbox));

  test.each<[string, string[], string]>([
    ['no order', [], 'usage: faults.sh RUN_DIR cut-off|rejoin|lose|return NODE|ZONE, or faults.sh RUN_DIR status'],
    ['no node', ['lose'], 'usage: faults.sh RUN_DIR'],
    ['an unknown order', ['break', '1'], 'unknown order break: cut-off, rejoin, lose, return and status are allowed'],
    [
      'an unknown node',
      ['lose', 'node-4'],
      'node-4 is neither a node nor a zone: node-1 to node-3 and eu-west-1a eu-west-1b are',
    ],
    [
      'a lost node that is cut off',
      ['cut-off', '2'],
      'node-2 is lost, and a lost node has no network to cut-off: return it',
    ],
    ['a lost zone that rejoins', ['rejoin', 'eu-west-1b'], 'node-2 is lost, and a lost node has no network to rejoin'],
  ])('%s: an error that says what is allowed, and nothing is done', (_case, args, message) => {
    const { status, stderr } = faults(folder(), ...args);
    expect(stderr).toContain(`faults.sh: ${message}`);
    expect({ status, calls: sandbox.calls() }).toEqual({ status: 1, calls: [] });
  });

  test('a node or a zone that is lost already can be lost again', () => {
    for (const what of ['node-2', 'eu-west-1a'])
      expect(faults(folder(), 'lose', what)).toMatchObject({ status: 0, stderr: '' });
    expect(sandbox.calls()).toEqual([]);
  });

  test('status has a line a node', () => {
    expect(faults(folder(), 'status')).toMatchObject({
      status: 0,
      stdout: 'node-1 eu-west-1a lost\nnode-2 eu-west-1b lost\nnode-3 eu-west-1a lost\n',
    });
  });
});

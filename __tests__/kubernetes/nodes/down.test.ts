import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Sandbox, until } from '../../scripts/sandbox';
import { cacheOf, createCheckout, onLinux, script } from './checkout';

onLinux('down.sh', () => {
  let sandbox: Sandbox;
  let running: ChildProcess;
  beforeEach(() => {
    sandbox = createCheckout();
    for (const command of ['ip', 'iptables']) sandbox.command(command, `log ${command} "$@"`);
    running = spawn('sleep', ['300'], { stdio: 'ignore' });
  });
  afterEach(() => {
    running.kill('SIGKILL');
    sandbox.remove();
  });

  const folder = () => path.join(sandbox.checkout, 'run');
  const down = (...args: string[]) => sandbox.run(script('down.sh'), args, cacheOf(sandbox));
  const pid = () => running.pid ?? 0;
  /** When a process started, in clock ticks since boot: field 22 of its stat. */
  const started = () =>
    readFileSync(`/proc/${pid()}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19] ?? '';
  /** A cluster that came as far as one process. */
  function writeCluster(pidFile: string) {
    sandbox.write('run/nodes', '3\n');
    sandbox.write('run/pids/etcd', pidFile);
  }

  test.each<[string, string[], string]>([
    ['no RUN_DIR', [], 'usage: down.sh RUN_DIR'],
    [
      'a folder that is missing',
      ['/nowhere/run'],
      'RUN_DIR is /nowhere/run, and there is no such folder: name the one',
    ],
  ])('%s', (_case, args, message) => {
    const { status, stderr } = down(...args);
    expect(stderr).toContain(`down.sh: ${message}`);
    expect(status).toBe(1);
  });

  test('a folder that up.sh did not make stays as it is', () => {
    sandbox.write('run/precious', 'x');
    expect(down(folder())).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`RUN_DIR is ${folder()}, and no cluster is there`) as string,
    });
    expect(sandbox.read('run/precious')).toBe('x');
  });

  test('users other than root are refused', () => {
    writeCluster('');
    sandbox.command('id', 'echo 1000');
    expect(down(folder()).stderr).toMatch(/^down\.sh: runs as root only/);
    expect(sandbox.has('run')).toBe(true);
  });

  test('ends the processes of a cluster, and removes bridge and folder', async () => {
    writeCluster(`${pid()} ${started()}\n`);
    expect(down(folder())).toMatchObject({ status: 0, stderr: `down.sh: the cluster of ${folder()} is gone\n` });
    await until(() => running.signalCode === 'SIGKILL');
    expect(sandbox.calls()).toContain('ip link delete k8s-bridge');
    expect(sandbox.has('run')).toBe(false);
  });

  test('a process that has the number of one that ended is left alone', () => {
    writeCluster(`${pid()} ${Number(started()) - 1}\n`);
    expect(down(folder())).toMatchObject({ status: 0 });
    expect(sandbox.has('run')).toBe(false);
    expect(running.exitCode ?? running.signalCode).toBeNull();
  });

  test('puts back a setting of the kernel that is still as up.sh left it, and no other', () => {
    writeCluster('');
    sandbox.write('run/kernel-settings', 'a/setting 1024 128\na/setting-since 1024 128\n');
    // The parts name /proc/sys; here it is a folder of the sandbox.
    const part = script('cluster/kernel-settings.sh');
    sandbox.write(part, sandbox.read(part).replaceAll('/proc/sys/', `${sandbox.folder}/sys/`));
    sandbox.write('../sys/a/setting', '1024\n');
    sandbox.write('../sys/a/setting-since', '2048\n');
    expect(down(folder())).toMatchObject({ status: 0 });
    expect(sandbox.read('../sys/a/setting')).toBe('128\n');
    expect(sandbox.read('../sys/a/setting-since')).toBe('2048\n');
  });

  test('removes its own rules alone', () => {
    writeCluster('');
    sandbox.command(
      'iptables',
      `log iptables "$@"; [ "$2" != -S ] || printf '%s\\n' '-P INPUT ACCEPT' '-A INPUT -s 192.0.2.1/32 -j DROP' '-A FORWARD -i k8s-bridge -m comment --comment k8s-bridge -j REJECT'`,
    );
    expect(down(folder())).toMatchObject({ status: 0 });
    expect(sandbox.calls().filter((call) => call.startsWith('iptables'))).toEqual([
      'iptables -w -S',
      'iptables -w -D FORWARD -i k8s-bridge -m comment --comment k8s-bridge -j REJECT',
    ]);
  });
});

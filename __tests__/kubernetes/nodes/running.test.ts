import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Sandbox } from '../../scripts/sandbox';
import { createCheckout, onLinux, script } from './checkout';

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = createCheckout();
});
afterEach(() => sandbox.remove());

const running = (...args: string[]) => sandbox.run(script('running.sh'), args);

/** When a process started, in clock ticks: the 22nd field of its line, whose second is its name in parentheses. */
const startTime = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];

onLinux('running.sh', () => {
  test('a folder without a cluster has no process of one', () => {
    expect(running(path.join(sandbox.checkout, 'run'))).toMatchObject({ status: 1, stdout: '', stderr: '' });
    expect(running().stderr).toBe('running.sh: usage: running.sh RUN_DIR\n');
  });

  test('a process is known by its number and its start, because numbers are used again', async () => {
    const folder = path.join(sandbox.checkout, 'run');
    const child = spawn('sleep', ['60']);
    const pid = child.pid ?? 0;
    try {
      sandbox.write('run/pids/node-1', `${pid} 1\n`);
      expect(running(folder).status).toBe(1);
      sandbox.write('run/pids/node-1', `${pid} ${startTime(pid)}\n`);
      expect(running(folder).status).toBe(0);
    } finally {
      child.kill();
    }
    await once(child, 'exit');
    expect(running(folder).status).toBe(1);
  });
});

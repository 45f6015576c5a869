import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { memoryFiles } from '../../../kubernetes/faults/kinds/memory';
import { isOfPod, processesOf } from '../../../kubernetes/faults/machine';

const uid = '0b5c1f6e-7a3d-4c55-9f7e-2d1f0a9b8c7d';

test.each([
  ['cgroupfs', `4:memory:/kubepods/burstable/pod${uid}/abc`, true],
  ['systemd', `0::/kubepods.slice/kubepods-pod${uid.replaceAll('-', '_')}.slice/abc.scope`, true],
  ['another pod', '4:memory:/kubepods/burstable/pod11111111-7a3d-4c55-9f7e-2d1f0a9b8c7d/abc', false],
])('control groups of %s', (_, controlGroups, expected) => expect(isOfPod(controlGroups, uid)).toBe(expected));

test('a process is found by its program and its control group, and no other', async () => {
  const child = spawn('sleep', ['60']);
  await once(child, 'spawn');
  try {
    // Any part of the path of its group does: the first process of a machine without groups is in `/`.
    const groups =
      readFileSync(`/proc/${child.pid ?? 0}/cgroup`, 'utf8')
        .trim()
        .split('\n')[0] ?? '';
    const found = processesOf(groups, 'sleep');
    expect(found).toContainEqual({ pid: child.pid, title: 'sleep 60' });
    expect(processesOf(groups, 'redis-server').map(({ pid }) => pid)).not.toContain(child.pid);
    expect(processesOf(uid, 'sleep')).toEqual([]);
  } finally {
    child.kill();
  }
});

test('files of the memory of a control group, of both versions', () => {
  expect(memoryFiles('5:cpu,cpuacct:/a\n4:memory:/b/c\n')).toEqual({
    limit: '/sys/fs/cgroup/memory/b/c/memory.limit_in_bytes',
    usage: '/sys/fs/cgroup/memory/b/c/memory.usage_in_bytes',
  });
  expect(memoryFiles('0::/b/c\n')).toEqual({
    limit: '/sys/fs/cgroup/b/c/memory.max',
    usage: '/sys/fs/cgroup/b/c/memory.current',
  });
});

/** A container that exceeds its memory limit. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { redisNamespace } from '../../../constructs/bitnami/names';
import { firstOf, type FaultContext } from '../fault';
import { serverProcesses } from './pods';

const limitSeconds = 60;

/**
 * Bytes between what is used and the limit. So few that the process that takes them stays smaller than the server in what the
 * kernel compares: its memory and, for each, its adjustment as a share of the limit (`oom_badness` in mm/oom_kill.c).
 */
const headroomBytes = 8 * 1024 * 1024;

/** Doubles a text until there is no memory for it. */
const eat = 'BEGIN { text = "0123456789abcdef"; for (;;) text = text text }';

/** Files of a control group's memory: limit and usage. */
export interface MemoryFiles {
  readonly limit: string;
  readonly usage: string;
}

/** @param controlGroups of a process, as /proc has them: of version 1 with a line for `memory`, or of version 2 */
export function memoryFiles(controlGroups: string): MemoryFiles {
  const lines = controlGroups.split('\n').map((line) => line.split(':'));
  const first = lines.find(([, controllers = '']) => controllers.split(',').includes('memory'));
  if (first) {
    const folder = path.join('/sys/fs/cgroup/memory', first[2] ?? '');
    return { limit: path.join(folder, 'memory.limit_in_bytes'), usage: path.join(folder, 'memory.usage_in_bytes') };
  }
  const folder = path.join('/sys/fs/cgroup', lines.find(([number]) => number === '0')?.[2] ?? '');
  return { limit: path.join(folder, 'memory.max'), usage: path.join(folder, 'memory.current') };
}

/**
 * Lowers the limit of a master's container to a little above what it uses, so that the machine isn't filled, and has a process
 * in the container exceed it. The server is made the kernel's first choice: it ends one process, and would spare the smaller.
 * The kubelet starts the container again, with the limit of its pod.
 */
export async function exceedMemory(context: FaultContext): Promise<void> {
  const { kubectl, redis, say } = context;
  const pod = firstOf(await redis.masters(), 'master');
  const before = await serverProcesses(context, pod);
  for (const pid of before) {
    writeFileSync(`/proc/${pid}/oom_score_adj`, '1000');
    const { limit, usage } = memoryFiles(readFileSync(`/proc/${pid}/cgroup`, 'utf8'));
    writeFileSync(limit, String(Number(readFileSync(usage, 'utf8')) + headroomBytes));
  }
  say(`a process in the container of ${pod} exceeds the memory limit`);
  // It ends with the container: its failure is what is wanted.
  const command = ['exec', pod, `--namespace=${redisNamespace}`, '--container=redis', '--', 'awk', eat];
  await kubectl.text(command).catch((error: unknown) => say(String(error).split('\n')[0] ?? ''));
  const end = Date.now() + limitSeconds * 1_000;
  while ((await serverProcesses(context, pod).catch(() => [])).some((pid) => before.includes(pid))) {
    if (Date.now() > end) throw new Error(`the kernel spared redis-server of ${pod}`);
    await sleep(500);
  }
}

/** Pods that are deleted and containers that are killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisNamespace } from '../../../constructs/bitnami/names';
import { databasePod } from '../judge/database';
import { firstOf, type FaultContext } from '../fault';
import { processesOf, type HostProcess } from '../machine';

/** As if its node had lost it: nothing is handed over. */
const killed = ['--grace-period=0', '--force'];

const deletion = (pods: readonly string[], namespace: string, how: readonly string[]) => [
  ...['delete', 'pod', ...pods, `--namespace=${namespace}`, '--wait=false'],
  ...how,
];

export async function killMasterPod({ kubectl, redis, say }: FaultContext): Promise<void> {
  const pod = firstOf(await redis.masters(), 'master');
  say(`kills the pod ${pod}`);
  await kubectl.text(deletion([pod], redisNamespace, killed));
}

export async function deleteMasterPod({ kubectl, redis, say }: FaultContext): Promise<void> {
  const pod = firstOf(await redis.masters(), 'master');
  say(`deletes the pod ${pod}`);
  await kubectl.text(deletion([pod], redisNamespace, []));
}

/** All with other addresses when they are back, and no server knows one of them. */
export async function killAllRedisPods({ kubectl, redis, say }: FaultContext): Promise<void> {
  say(`kills ${redis.names.length} pods of Redis at once`);
  await kubectl.text(deletion(redis.names, redisNamespace, killed));
}

export async function killMasterProcess(context: FaultContext): Promise<void> {
  const pod = firstOf(await context.redis.masters(), 'master');
  for (const pid of await serverProcesses(context, pod)) {
    context.say(`kill -9 ${pid}, redis-server of ${pod}`);
    process.kill(pid, 'SIGKILL');
  }
}

/** The server answers nothing and closes nothing, as with a disk or a machine that hangs. */
export async function stopMasterProcess(context: FaultContext, seconds: number): Promise<void> {
  const pod = firstOf(await context.redis.masters(), 'master');
  const pids = await serverProcesses(context, pod);
  context.say(`SIGSTOP to redis-server of ${pod}, for ${seconds} s`);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  await sleep(seconds * 1_000);
  wake(context, pids);
}

/** Lets processes go on that were stopped. */
export function wake({ say }: Pick<FaultContext, 'say'>, pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGCONT');
    } catch {
      say(`process ${pid} is gone: its probe failed, and the kubelet started it again`);
    }
  }
}

export async function killDatabasePod({ kubectl, say }: FaultContext): Promise<void> {
  const { name, namespace } = await databasePod(kubectl);
  say(`kills the pod ${name}`);
  await kubectl.text(deletion([name], namespace, killed));
}

/** Process ids of a pod's server on this machine. @throws Error if there is none */
export const serverProcesses = (context: FaultContext, pod: string) =>
  redisProcesses(context, pod, ({ title }) => !title.includes('[sentinel]'));

/** Process ids of a pod's Sentinel on this machine. @throws Error if there is none */
export const sentinelProcesses = (context: FaultContext, pod: string) =>
  redisProcesses(context, pod, ({ title }) => title.includes('[sentinel]'));

async function redisProcesses(
  { kubectl }: FaultContext,
  pod: string,
  isMeant: (process: HostProcess) => boolean,
): Promise<readonly number[]> {
  const { metadata } = await kubectl.get({ apiVersion: 'v1', kind: 'Pod', name: pod, namespace: redisNamespace });
  const found = processesOf(metadata.uid ?? pod, 'redis-server').filter(isMeant);
  if (found.length === 0) throw new Error(`no such process redis-server of ${pod} runs on this machine`);
  return found.map(({ pid }) => pid);
}

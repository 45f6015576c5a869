/** Sentinels that are lost. */
import { setTimeout as sleep } from 'node:timers/promises';
import { killMasterProcess, sentinelProcesses, wake } from './pods';
import type { FaultContext } from '../fault';

/** Less than a failing liveness probe needs to have them started again. */
const hungSeconds = 40;
const beforeKillSeconds = 10;

/** Two of three hang, and the master is killed meanwhile: one Sentinel alone elects none. */
export async function loseTwoSentinels(context: FaultContext): Promise<void> {
  const pods = context.redis.names.slice(-2);
  const pids = (await Promise.all(pods.map((pod) => sentinelProcesses(context, pod)))).flat();
  context.say(`SIGSTOP to the Sentinels of ${pods.join(' and ')}, for ${hungSeconds} s`);
  for (const pid of pids) process.kill(pid, 'SIGSTOP');
  try {
    await sleep(beforeKillSeconds * 1_000);
    await killMasterProcess(context);
    await sleep((hungSeconds - beforeKillSeconds) * 1_000);
  } finally {
    wake(context, pids);
  }
}

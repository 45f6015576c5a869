/** The job that an operator starts after a lost volume: from the product's CronJob, as the guide has it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisNamespace } from '../../constructs/bitnami/names';
import type { Kubectl } from '../deployment/kubectl';
import { isTrue } from '../deployment/waits';

const pollMilliseconds = 1_000;

/** Seconds from the command until the job is complete. @throws Error with its log if it fails or takes longer than the limit */
export async function arrangeMasters(kubectl: Kubectl, limitSeconds: number): Promise<number> {
  const name = `back-${Date.now()}`;
  const namespace = `--namespace=${redisNamespace}`;
  const start = performance.now();
  await kubectl.text(['create', 'job', name, '--from=cronjob/redis-arrange', namespace]);
  for (;;) {
    const job = await kubectl.get({ apiVersion: 'batch/v1', kind: 'Job', name, namespace: redisNamespace });
    const seconds = (performance.now() - start) / 1_000;
    if (isTrue(job, 'Complete')) {
      await kubectl.text(['delete', 'job', name, namespace]);
      return Math.round(seconds);
    }
    if (isTrue(job, 'Failed') || seconds > limitSeconds) {
      const log = await kubectl.text(['logs', `job/${name}`, namespace, '--tail=5']).catch(() => '');
      throw new Error(`job ${name} is not complete after ${Math.round(seconds)} s: ${log.trim()}`);
    }
    await sleep(pollMilliseconds);
  }
}

/** Passwords and certificates that change while they are used. */
import { setTimeout as sleep } from 'node:timers/promises';
import { redisNamespace, userSecret } from '../../../constructs/bitnami/names';
import { renewCertificates } from '../../stand-ins/certificates/issuing';
import type { FaultContext } from '../fault';
import { serverCertificate } from '../redis/served-certificate';
import { rollApplication } from './rollouts';

/** Longest time from a Secret to the pods that mount it, and from there to the server. */
const arrivalSeconds = 240;
const pollMilliseconds = 3_000;

const versionOf = async ({ kubectl }: FaultContext, name: string) =>
  (await kubectl.get({ apiVersion: 'v1', kind: 'Secret', name, namespace: redisNamespace })).metadata.resourceVersion;

/** The next generation of the application's password, then pods that read it. */
export async function rotatePassword(context: FaultContext): Promise<void> {
  const { deploy, redis, say } = context;
  const before = await versionOf(context, userSecret('app'));
  const generation = redis.settings.passwordGenerations.app + 1;
  say(`deploys Redis with platform.passwordGenerations.app=${generation}`);
  await deploy([`platform.passwordGenerations.app=${generation}`], ['redis', 'application']);
  await until(
    arrivalSeconds,
    'the Secret of the user app does not change',
    async () => (await versionOf(context, userSecret('app'))) !== before,
  );
  await rollApplication(context);
}

/** All certificates again; servers take them up while they run. */
export async function renewServerCertificates({ kubectl, redis, say }: FaultContext): Promise<void> {
  const before = await Promise.all(redis.names.map((pod) => serverCertificate(kubectl, pod)));
  for (const line of await renewCertificates(kubectl)) say(line);
  await until(arrivalSeconds, 'not all servers serve another certificate', async () => {
    const now = await Promise.all(redis.names.map((pod) => serverCertificate(kubectl, pod)));
    return now.every((certificate, index) => certificate !== before[index]);
  });
  say('all servers of Redis serve the new certificate');
}

async function until(seconds: number, failure: string, isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + seconds * 1_000;
  while (!(await isDone())) {
    if (Date.now() > end) throw new Error(`${failure} within ${seconds} s`);
    await sleep(pollMilliseconds);
  }
}

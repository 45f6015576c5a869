/** Volumes that lose what they hold. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { claimName, redisNamespace } from '../../../constructs/bitnami/names';
import { arrangeMasters } from '../arrange';
import { firstOf, type FaultContext } from '../fault';

const readySeconds = 180;
const afterFailoverSeconds = 30;
const arrangeSeconds = 240;

export async function loseReplicaVolume(context: FaultContext): Promise<void> {
  await loseVolume(context, firstOf(await context.redis.replicas(), 'replica'));
}

export async function loseMasterVolume(context: FaultContext): Promise<void> {
  await loseVolume(context, firstOf(await context.redis.masters(), 'master'));
}

/** Empties the volume's folder while the server runs, then kills the pod: it comes back with an empty volume. */
async function loseVolume(context: FaultContext, pod: string): Promise<void> {
  const { kubectl, say } = context;
  const folder = await volumeFolderOf(context, pod);
  say(`empties the volume of ${pod} and kills the pod`);
  await kubectl.text([
    'delete',
    'pod',
    pod,
    `--namespace=${redisNamespace}`,
    '--grace-period=0',
    '--force',
    '--wait=false',
  ]);
  for (const name of readdirSync(folder)) rmSync(path.join(folder, name), { recursive: true, force: true });
  if (context.redis.settings.kind === 'bitnami-cluster') await repairByHand(context, pod);
}

/** What docs/guides/self-hosted.md has an operator do, "A volume is lost". The first step waits for a failover to be long over. */
async function repairByHand({ kubectl, redis, say }: FaultContext, pod: string): Promise<void> {
  await kubectl.text([
    ...['wait', '--for=condition=Ready', `pod/${pod}`, `--namespace=${redisNamespace}`],
    `--timeout=${readySeconds}s`,
  ]);
  await sleep(afterFailoverSeconds * 1_000);
  say(`${pod} is a new node: the arrangement makes it a replica`);
  await arrangeMasters(kubectl, arrangeSeconds);
  say(`CLUSTER FORGET of ${await redis.forgetFormerNodes()} nodes`);
}

/** @throws Error if the volume is no folder of this machine */
async function volumeFolderOf({ kubectl }: Pick<FaultContext, 'kubectl'>, pod: string): Promise<string> {
  const claim = await kubectl.get({
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    name: claimName(pod),
    namespace: redisNamespace,
  });
  const { volumeName = '' } = (claim.spec ?? {}) as { readonly volumeName?: string };
  const { spec } = await kubectl.get({ apiVersion: 'v1', kind: 'PersistentVolume', name: volumeName });
  const { hostPath } = (spec ?? {}) as { readonly hostPath?: { readonly path: string } };
  if (!hostPath || !existsSync(hostPath.path)) throw new Error(`the volume ${volumeName} is no folder of this machine`);
  return hostPath.path;
}

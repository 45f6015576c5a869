/** Volumes that lose what they hold. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { claimName, redisNamespace } from '../../../constructs/bitnami/names';
import { firstOf, type FaultContext } from '../fault';

export async function loseReplicaVolume(context: FaultContext): Promise<void> {
  await loseVolume(context, firstOf(await context.redis.replicas(), 'replica'));
}

export async function loseMasterVolume(context: FaultContext): Promise<void> {
  await loseVolume(context, firstOf(await context.redis.masters(), 'master'));
}

/** Empties the volume's folder while the server runs, then kills the pod: it comes back with an empty volume. */
async function loseVolume({ kubectl, say }: FaultContext, pod: string): Promise<void> {
  const folder = await volumeFolderOf({ kubectl }, pod);
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

/** Nodes and zones that are cut off or lost, and nodes that are drained. */
import { setTimeout as sleep } from 'node:timers/promises';
import { databasePod } from '../judge/database';
import { firstOf, type FaultContext } from '../fault';

/** Longer than until Kubernetes takes a node for lost, and Redis a master. */
export const awaySeconds = 40;

async function away(
  { machine, say }: FaultContext,
  place: string,
  [leave, comeBack]: readonly ['cut-off', 'rejoin'] | readonly ['lose', 'return'],
): Promise<void> {
  say(`${leave} ${place}, for ${awaySeconds} s`);
  await machine.order(leave, place);
  await sleep(awaySeconds * 1_000);
  say(`${comeBack} ${place}`);
  await machine.order(comeBack, place);
}

const nodeOfMaster = async ({ redis }: FaultContext) => redis.nodeOf(firstOf(await redis.masters(), 'master'));

export async function cutOffNode(context: FaultContext): Promise<void> {
  await away(context, await nodeOfMaster(context), ['cut-off', 'rejoin']);
}

export async function loseNode(context: FaultContext): Promise<void> {
  await away(context, await nodeOfMaster(context), ['lose', 'return']);
}

/** A zone with a master and without the database, whose place in a cloud is a server in two zones. */
export async function loseZone(context: FaultContext): Promise<void> {
  const { kubectl, redis } = context;
  const database = await redis.zoneOfPod(await databasePod(kubectl));
  const zones = await Promise.all((await redis.masters()).map((pod) => redis.zoneOf(pod)));
  const spared = zones.filter((zone) => zone !== database);
  await away(context, firstOf(spared.length > 0 ? spared : zones, 'zone'), ['lose', 'return']);
}

/** Longest time for one node: a pod's grace period, and its return. */
const drainSeconds = 180;

/** Each node with a pod of Redis, as an update of the nodes does it. */
export async function drainNodes({ kubectl, redis, say, steady }: FaultContext): Promise<void> {
  const nodes = new Set<string>();
  for (const pod of redis.names) nodes.add(await redis.nodeOf(pod));
  for (const node of nodes) {
    say(`drains ${node}`);
    await kubectl.text([
      ...['drain', node, '--ignore-daemonsets', '--delete-emptydir-data', '--force'],
      `--timeout=${drainSeconds}s`,
    ]);
    await kubectl.text(['uncordon', node]);
    await steady(drainSeconds);
  }
}

/** One row of the table: load, fault, rest, judgement. */
import { availableParallelism, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl, LiveObject } from '../deployment/kubectl';
import { masterReturnSeconds } from '../../constructs/bitnami/timing';
import { namespaces } from '../../constructs/cluster-services/names';
import type { Fault, FaultContext } from './fault';
import { databasePod } from './judge/database';
import { judgeLoad } from './judge/load';
import { ApiPods } from './load/api-pods';
import type { Credentials } from './load/api-client';
import { OrderLoad } from './load/order-load';
import { restartsBetween } from './restarts';
import type { Measured } from './result';
import { platformFindings, waitUntilSteady } from './steadiness';

/** After the time of peace that a return waits for: a round of the program that asks for it, the failover, its notice. */
const returnMarginSeconds = 60;
const pollMilliseconds = 2_000;
const initialSeconds = 240;

/** Before the fault, so that a pause is one of the fault. */
const warmUpMilliseconds = 5_000;
const coolDownMilliseconds = 3_000;

/** Longer than any fault: what isn't answered by then is given up. */
const patienceMilliseconds = 300_000;

const load = { clients: 20, sessions: 6, ordersPerSecond: 20, maximumOrders: 30_000, patienceMilliseconds } as const;

export interface RunProps {
  readonly kubectl: Kubectl;
  readonly context: FaultContext;
  readonly credentials: Credentials;
}

/** Runs a fault to its end. @throws Error if the platform isn't steady before it */
export async function runFault(fault: Fault, { kubectl, context, credentials }: RunProps): Promise<Measured> {
  const { redis, say } = context;
  const look = () => platformFindings(kubectl, redis);
  say(`${fault.name}: ${fault.title}`);
  await requireSteady(look, say);
  await mastersReturned(context);
  const before = await podsOf(kubectl);
  const database = await databasePod(kubectl);
  const pods = new ApiPods(kubectl);
  await pods.start();
  const orders = new OrderLoad({ ...load, pods, credentials });
  try {
    await orders.start();
    await sleep(warmUpMilliseconds);
    const failures = await failuresOf(() => fault.act(context));
    const rest = await waitUntilSteady(look, 2 * fault.promises.steadySeconds, say);
    say(rest.seconds === undefined ? 'is not steady' : `is steady after ${rest.seconds} s`);
    const returned = rest.seconds === undefined ? undefined : await returnOf(context, failures);
    await sleep(coolDownMilliseconds);
    await orders.stop();
    const judged = await judgeLoad(orders, kubectl, say);
    return {
      ...judged,
      findings: [...failures, ...rest.findings, ...judged.findings],
      ...(rest.seconds !== undefined && { steadySeconds: rest.seconds }),
      ...(returned !== undefined && { returnedSeconds: returned }),
      machineLoad: Math.round((10 * (loadavg()[0] ?? 0)) / availableParallelism()) / 10,
      ...((await databasePod(kubectl)).uid !== database.uid && { databaseMoved: true }),
      restarts: restartsBetween(before, await podsOf(kubectl)),
    };
  } finally {
    await orders.stop();
    pods.stop();
  }
}

async function requireSteady(look: () => Promise<readonly string[]>, say: (text: string) => void): Promise<void> {
  const { seconds, findings } = await waitUntilSteady(look, initialSeconds, say);
  if (seconds === undefined) throw new Error(`the platform is not steady before the fault: ${findings.join('; ')}`);
}

async function failuresOf(act: () => Promise<void>): Promise<string[]> {
  try {
    await act();
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

async function returnOf(context: FaultContext, failures: string[]): Promise<number | undefined> {
  try {
    return await mastersReturned(context);
  } catch (error) {
    failures.push(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

/**
 * Waits until all masters are in the pods that they belong to; the pods' own programs bring them there.
 *
 * @returns seconds that it took; undefined if they were there
 * @throws Error if they are not there in time
 */
async function mastersReturned({ redis, say }: FaultContext): Promise<number | undefined> {
  const { settings } = redis;
  let strays = await redis.strayMasters();
  if (settings.kind !== 'bitnami-cluster' || strays.length === 0) return undefined;
  say(`masters are away from their pods: ${strays.join(', ')}`);
  const start = performance.now();
  const limit = masterReturnSeconds(settings) + returnMarginSeconds;
  for (;;) {
    await sleep(pollMilliseconds);
    strays = await redis.strayMasters();
    const seconds = Math.round((performance.now() - start) / 1_000);
    if (strays.length === 0) {
      say(`masters are back in their pods after ${seconds} s`);
      return seconds;
    }
    if (seconds > limit)
      throw new Error(`masters are still away from their pods after ${seconds} s: ${strays.join(', ')}`);
  }
}

async function podsOf(kubectl: Kubectl): Promise<readonly LiveObject[]> {
  const all = await Promise.all(
    [namespaces.redis, namespaces.application].map((namespace) => kubectl.list('pods', { namespace })),
  );
  return all.flat();
}

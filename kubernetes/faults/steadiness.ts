/** Whether the platform is as it was deployed, and how long it takes to be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl, LiveObject } from '../deployment/kubectl';
import { isTrue, numberOf } from '../deployment/waits';
import { namespaces } from '../../constructs/cluster-services/names';
import type { RedisPods } from './redis/redis-pods';

/** Milliseconds between two looks. */
const pollMilliseconds = 1_000;

/** Looks in succession that have to find nothing: one alone may come before the platform has noticed the fault. */
const looks = 3;

/** Nodes that aren't Ready, or take no pods. */
export function nodeFindings(nodes: readonly LiveObject[]): readonly string[] {
  return nodes
    .filter((node) => !isTrue(node, 'Ready') || node.spec?.unschedulable === true)
    .map(({ metadata }) => `${metadata.name} is not ready`);
}

/** Deployments and StatefulSets that have other pods than they are to have. */
export function workloadFindings(workloads: readonly LiveObject[]): readonly string[] {
  return workloads.flatMap(({ kind, metadata, spec = {}, status = {} }) => {
    const wanted = numberOf(spec.replicas);
    const isSeen = numberOf(status.observedGeneration) >= numberOf(metadata.generation);
    const isUpdated =
      kind === 'StatefulSet' ? status.currentRevision === status.updateRevision : status.updatedReplicas === wanted;
    const isWhole = numberOf(status.readyReplicas) === wanted && numberOf(status.replicas) === wanted;
    if (isSeen && isUpdated && isWhole) return [];
    return [
      `${metadata.name}: ${numberOf(status.readyReplicas)} of ${wanted} pods ready${isUpdated ? '' : ', not all updated'}`,
    ];
  });
}

/** Pods that are on their way out, or aren't ready. Those of jobs that are over don't count. */
export function podFindings(pods: readonly LiveObject[]): readonly string[] {
  return pods
    .filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed')
    .filter((pod) => pod.metadata.deletionTimestamp !== undefined || !isTrue(pod, 'Ready'))
    .map(
      ({ metadata }) =>
        `${metadata.name} is ${metadata.deletionTimestamp === undefined ? 'not ready' : 'being deleted'}`,
    );
}

/** Namespaces of what clients and data need. */
const judged: readonly string[] = [namespaces.redis, namespaces.application, namespaces.database, 'stand-ins'];

const isJudged = ({ metadata }: LiveObject) => judged.includes(metadata.namespace ?? '');

/** What is missing until the platform is as it was deployed; none if it is. */
export async function platformFindings(kubectl: Kubectl, redis: RedisPods): Promise<readonly string[]> {
  const [nodes, workloads, pods] = await Promise.all([
    kubectl.list('nodes'),
    kubectl.list('deployments,statefulsets'),
    kubectl.list('pods'),
  ]);
  const findings = [
    ...nodeFindings(nodes),
    ...workloadFindings(workloads.filter(isJudged)),
    ...podFindings(pods.filter(isJudged)),
  ];
  return findings.length > 0 ? findings : redis.findings();
}

export interface Steadiness {
  /** Seconds until the first of the looks that found nothing; undefined if there was none. */
  readonly seconds: number | undefined;
  /** What was missing at the last look; none if it is steady. */
  readonly findings: readonly string[];
}

/** Waits until the platform is steady. @param look @returns after `limitSeconds` at most, with what is missing */
export async function waitUntilSteady(
  look: () => Promise<readonly string[]>,
  limitSeconds: number,
  say: (text: string) => void,
): Promise<Steadiness> {
  const start = performance.now();
  let since: number | undefined;
  let quiet = 0;
  for (;;) {
    const seconds = (performance.now() - start) / 1_000;
    const findings = await look().catch((error: unknown) => [error instanceof Error ? error.message : String(error)]);
    if (findings.length === 0) {
      since ??= seconds;
      quiet++;
      if (quiet >= looks) return { seconds: Math.round(since), findings };
    } else {
      since = undefined;
      quiet = 0;
      say(`waits: ${findings.slice(0, 3).join('; ')}${findings.length > 3 ? '; …' : ''}`);
      if (seconds > limitSeconds) return { seconds: undefined, findings };
    }
    await sleep(pollMilliseconds);
  }
}

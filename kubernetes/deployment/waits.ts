/** Waits until objects are what they are to be: jobs over, pods ready, names known. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Kubectl, LiveObject } from './kubectl';
import { referenceOf, referenceText, type Manifest } from './manifests/manifest';
import { podReport } from './pod-report';
import type { Progress } from './progress';

/** How far an object is. */
export interface State {
  readonly kind: 'done' | 'waiting' | 'failed';
  /** `2 of 3 pods ready` */
  readonly text: string;
}

export interface WaitProps {
  readonly kubectl: Kubectl;
  readonly progress: Progress;
  /** Seconds until what isn't done has failed. */
  readonly timeoutSeconds: number;
}

/** Milliseconds between two looks. */
const pollMilliseconds = 2_000;

/** Kinds that are waited for. */
const states: Readonly<Record<string, (object: LiveObject) => State>> = {
  Job: jobState,
  Deployment: deploymentState,
  StatefulSet: statefulSetState,
  CustomResourceDefinition: definitionState,
};

/** Whether `waitFor` does anything for it. */
export const isWaitedFor = ({ kind }: Manifest) => Object.hasOwn(states, kind);

/**
 * Waits for an object.
 *
 * @throws Error with the state of its pods and the ends of their logs if it fails or takes longer
 */
export async function waitFor(manifest: Manifest, { kubectl, progress, timeoutSeconds }: WaitProps): Promise<void> {
  const stateOf = states[manifest.kind];
  if (!stateOf) return;
  const reference = referenceOf(manifest);
  const end = Date.now() + timeoutSeconds * 1_000;
  for (;;) {
    const object = await kubectl.get(reference);
    const { kind, text } = stateOf(object);
    progress.sayOnce(`${referenceText(reference)}: ${text}`);
    if (kind === 'done') return;
    if (kind === 'failed' || Date.now() > end) {
      const why = kind === 'failed' ? text : `not done after ${timeoutSeconds} s: ${text}`;
      throw new Error(`${referenceText(reference)}: ${why}\n${await podReport(kubectl, object)}`);
    }
    await sleep(pollMilliseconds);
  }
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

export const conditionOf = ({ status }: LiveObject, type: string) =>
  ((status?.conditions ?? []) as readonly Condition[]).find((condition) => condition.type === type);

/** Whether an object has a condition, `Ready` for example, that is true. */
export const isTrue = (object: LiveObject, type: string) => conditionOf(object, type)?.status === 'True';

/** A number of an object's specification or status; 0 where it says none. */
export const numberOf = (value: unknown) => (typeof value === 'number' ? value : 0);

function jobState(job: LiveObject): State {
  if (isTrue(job, 'Complete')) return { kind: 'done', text: 'complete' };
  const failed = conditionOf(job, 'Failed');
  if (failed?.status === 'True') return { kind: 'failed', text: `failed: ${failed.message ?? failed.reason ?? ''}` };
  const { active, failed: failures } = job.status ?? {};
  const tries = numberOf(failures) > 0 ? `, ${numberOf(failures)} tries failed` : '';
  return { kind: 'waiting', text: `${numberOf(active)} pods run${tries}` };
}

/** Source: `DeploymentStatusViewer` of kubectl's `rollout status`. */
function deploymentState(deployment: LiveObject): State {
  const { status = {}, spec = {} } = deployment;
  const wanted = numberOf(spec.replicas);
  const { replicas, updatedReplicas, availableReplicas } = status;
  const text = `${numberOf(availableReplicas)} of ${wanted} pods available`;
  if (!isSeen(deployment)) return { kind: 'waiting', text };
  const progressing = conditionOf(deployment, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    return { kind: 'failed', text: `${text}: ${progressing.message ?? ''}` };
  }
  const isRolledOut =
    numberOf(updatedReplicas) === wanted && numberOf(replicas) === wanted && numberOf(availableReplicas) === wanted;
  return { kind: isRolledOut ? 'done' : 'waiting', text };
}

/** Source: `StatefulSetStatusViewer` of kubectl's `rollout status`. */
function statefulSetState(set: LiveObject): State {
  const { status = {}, spec = {} } = set;
  const wanted = numberOf(spec.replicas);
  const { readyReplicas, currentRevision, updateRevision, updatedReplicas } = status;
  const text = `${numberOf(readyReplicas)} of ${wanted} pods ready`;
  const isRolledOut =
    isSeen(set) &&
    numberOf(readyReplicas) === wanted &&
    (currentRevision === updateRevision || numberOf(updatedReplicas) === wanted);
  return { kind: isRolledOut ? 'done' : 'waiting', text };
}

/** Whether the controller has seen the object as it is now. */
const isSeen = ({ status, metadata }: LiveObject) =>
  numberOf(status?.observedGeneration) >= numberOf(metadata.generation);

function definitionState(definition: LiveObject): State {
  const isKnown = isTrue(definition, 'Established');
  return { kind: isKnown ? 'done' : 'waiting', text: isKnown ? 'known' : 'not known yet' };
}

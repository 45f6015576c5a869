/** The exercise: what its job printed, and the command that runs it again. */
import { randomBytes } from 'node:crypto';
import { readImages, withLocalImages } from '../stand-ins/images';
import { Inventory } from './inventory';
import { Kubectl, type LiveObject } from './kubectl';
import { manifestOf } from './manifests/kinds';
import { referenceOf, type Manifest } from './manifests/manifest';
import type { Options } from './options';
import { planOf, type Plan } from './plan';
import { Progress } from './progress';
import { waitFor } from './waits';

/** The job of the plan; undefined if the environment has none. */
function exerciseJob({ resources }: Plan): Manifest | undefined {
  return resources
    .filter(({ type }) => type === 'kubernetes_job_v1')
    .map(manifestOf)
    .find(({ metadata }) => metadata.name.startsWith('exercise-'));
}

/**
 * Prints the table of the exercise, if its job is there. A job that is over and whose pod is gone, as after a drain, runs again.
 *
 * @returns its exit code; 0 if there is no job
 */
export async function printExercise(options: Options, plan: Plan, kubectl: Kubectl): Promise<number> {
  const job = exerciseJob(plan);
  if (!job || !(await kubectl.find(referenceOf(job)))) return 0;
  const pod = await newestPod(kubectl, job);
  return pod ? printPod(kubectl, pod) : runAgain(options, job, kubectl);
}

async function newestPod(kubectl: Kubectl, { metadata }: Manifest): Promise<LiveObject | undefined> {
  const { name, namespace = '' } = metadata;
  const pods = await kubectl.list('pods', { namespace, selector: `job-name=${name}` });
  const [newest] = [...pods].sort((one, other) => (createdAt(one) < createdAt(other) ? 1 : -1));
  return newest;
}

/** Prints the log of a job's newest pod. @returns its exit code */
async function printJob(kubectl: Kubectl, job: Manifest): Promise<number> {
  const pod = await newestPod(kubectl, job);
  if (!pod) throw new Error(`the job ${job.metadata.namespace ?? ''}/${job.metadata.name} has no pod`);
  return printPod(kubectl, pod);
}

/** Prints the log of a pod. @returns its exit code */
async function printPod(kubectl: Kubectl, { metadata, status }: LiveObject): Promise<number> {
  process.stdout.write(await kubectl.text(['logs', metadata.name, `--namespace=${metadata.namespace ?? ''}`]));
  const { containerStatuses = [] } = status as {
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly exitCode: number } } }[];
  };
  return containerStatuses[0]?.state.terminated?.exitCode ?? 1;
}

const createdAt = ({ metadata }: LiveObject) =>
  String((metadata as { readonly creationTimestamp?: string }).creationTimestamp);

/** The command `exercise`: the same job under another name. @returns the exit code of the exercise */
export async function exercise(options: Options): Promise<number> {
  const planned = exerciseJob(planOf(options.environment));
  if (!planned)
    throw new Error(`${options.environment}: application.exercise is of the kind none: there is no job to run`);
  return runAgain(options, planned, new Kubectl(options.kubeconfig, options.kubectl));
}

async function runAgain(options: Options, planned: Manifest, kubectl: Kubectl): Promise<number> {
  const inventory = new Inventory(options.state, options.environment);
  const name = `exercise-again-${randomBytes(4).toString('hex')}`;
  const job = withLocalImages({ ...planned, metadata: { ...planned.metadata, name } }, readImages(options.images));
  inventory.note([job]);
  await kubectl.apply([job]);
  try {
    await waitFor(job, { kubectl, progress: new Progress(), timeoutSeconds: options.longestWaitSeconds });
  } catch (error) {
    // The table says more; what comes to no table is an error.
    const code = await printJob(kubectl, job);
    if (code === 0) throw error;
    return code;
  }
  return printJob(kubectl, job);
}

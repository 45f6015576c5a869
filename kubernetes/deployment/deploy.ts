/** The command `deploy`. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { isCloudEnvironment } from '../../environments/environment';
import { administratorSecret, secretsManagerManifests, type CloudPlan } from '../stand-ins/aws-secrets';
import { databaseManifests, databaseService, plannedDatabase } from '../stand-ins/database';
import { readDatabaseAuthority } from '../stand-ins/database-files';
import { readImages } from '../stand-ins/images';
import { standInsNamespaceManifest, standInsNamespace } from '../stand-ins/namespace';
import { Deployment, type DeploymentProps } from './deployment';
import { printExercise } from './exercise';
import { Inventory } from './inventory';
import { Kubectl } from './kubectl';
import { manifestOf } from './manifests/kinds';
import type { Options } from './options';
import { stacksInOrder } from './order';
import { planOf, type Plan } from './plan';
import { Progress } from './progress';
import { requireLocalCluster, requireZones } from './target';

/** @returns the exit code: that of the exercise, if the application is deployed */
export async function deploy(options: Options): Promise<number> {
  const progress = new Progress();
  const plan = planOf(options.environment, options.changes);
  const kubectl = new Kubectl(options.kubeconfig, options.kubectl);
  await requireLocalCluster(kubectl);
  await requireZones(kubectl, classesOf(plan));
  const props = {
    ...{ plan, kubectl, progress },
    inventory: new Inventory(options.state, options.environment),
    images: readImages(options.images),
    longestWaitSeconds: options.longestWaitSeconds,
    ...(options.charts && { charts: options.charts }),
    ...(options.storage === 'host' && { volumes: path.join(options.state, 'volumes') }),
  };
  const deployment = new Deployment(props);
  if (isCloudEnvironment(plan.environment)) await deployCloud(plan as CloudPlan, deployment, props);
  const isChosen = chooser(options, plan);
  for (const stack of stacksInOrder(plan.stacks)) {
    if (!isChosen(stack.name)) continue;
    if (stack.name === `${options.environment}-database`)
      await deployDatabase(options, plan as CloudPlan, deployment, props);
    else await findDatabase(plan, deployment, props);
    await deployment.deployStack(stack);
  }
  progress.say('deployed');
  return isChosen(`${options.environment}-application`) ? printExercise(options, plan, kubectl) : 0;
}

const classesOf = ({ resources }: Plan) =>
  resources.filter(({ type }) => type === 'kubernetes_storage_class_v1').map(manifestOf);

/** @throws Error for a name that no stack has */
function chooser({ environment, stacks }: Options, plan: Plan): (name: string) => boolean {
  if (stacks.length === 0) return () => true;
  const names = stacks.map((stack) => (stack.startsWith(`${environment}-`) ? stack : `${environment}-${stack}`));
  const known = plan.stacks.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`--stack: there is no stack ${unknown}; there are ${known.join(', ')}`);
  return (name) => names.includes(name);
}

/** What stands for AWS Secrets Manager comes before all that reads it. */
async function deployCloud(
  plan: CloudPlan,
  deployment: Deployment,
  { kubectl, progress }: DeploymentProps,
): Promise<void> {
  progress.say('stand-in for AWS Secrets Manager: values, and who may read them');
  await deployment.deployObjects([standInsNamespaceManifest]);
  await deployment.deployObjects(await secretsManagerManifests(plan, kubectl));
}

async function deployDatabase(
  { images }: Options,
  plan: CloudPlan,
  deployment: Deployment,
  props: DeploymentProps,
): Promise<void> {
  const planned = plannedDatabase(plan.resources);
  if (!planned) return;
  const { kubectl, progress } = props;
  progress.say(`stand-in for RDS: Postgres as ${planned.host}`);
  const manifests = await databaseManifests({
    ...planned,
    image: props.images.postgres,
    administratorPassword: await administratorSecret(plan, kubectl),
    files: { authority: readDatabaseAuthority(images), superuserPassword: await superuserPassword(kubectl) },
  });
  await deployment.deployObjects(manifests);
  await findDatabase(plan, deployment, props);
}

/** The one that Postgres was made with, if it is there. */
async function superuserPassword(kubectl: Kubectl): Promise<string> {
  const found = await kubectl.find({
    apiVersion: 'v1',
    kind: 'Secret',
    name: 'postgres',
    namespace: standInsNamespace,
  });
  const data = found?.data as Readonly<Record<string, string>> | undefined;
  const kept = Buffer.from(data?.superuser ?? '', 'base64').toString('utf8');
  return kept === '' ? randomBytes(24).toString('base64url') : kept;
}

/** The address of the stand-in, as soon as it is there. */
async function findDatabase(
  plan: Pick<Plan, 'resources'>,
  deployment: Deployment,
  { kubectl }: DeploymentProps,
): Promise<void> {
  const planned = plannedDatabase(plan.resources);
  if (!planned) return;
  const service = await kubectl.find(databaseService);
  const { clusterIP } = (service?.spec ?? {}) as { readonly clusterIP?: string };
  if (clusterIP !== undefined) deployment.useDatabase(planned, clusterIP);
}

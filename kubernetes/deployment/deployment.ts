/** Deploys the part of an environment that is in Kubernetes: stack by stack, step by step. */
import { rmSync } from 'node:fs';
import type { ChartsOfMakers } from '../../review/charts/rendering';
import type { EnvironmentPlan } from '../../review/synthesis/environment-plan';
import { customObjects, type InstalledObject } from '../../review/synthesis/helm-objects';
import type { ResolvedResource } from '../../review/synthesis/resources';
import type { StackFile } from '../../review/synthesis/stack-files';
import type { Environment } from '../../environments/environment';
import { issueCertificate } from '../stand-ins/certificates/issuing';
import { withDatabaseAddress, type PlannedDatabase } from '../stand-ins/database';
import { withLocalImages, type LocalImages } from '../stand-ins/images';
import { claimsOf, makeFolder, ownerOf, volumeFolder, volumeName, volumeOf, type Claim } from '../stand-ins/volumes';
import { namespacesOfNewClaims, retryPods } from './claims';
import type { Inventory } from './inventory';
import type { Kubectl } from './kubectl';
import { manifestOf } from './manifests/kinds';
import { referenceOf, referenceText, type Manifest } from './manifests/manifest';
import { stepsOf } from './order';
import { Progress } from './progress';
import { objectsOfRelease } from './releases';
import { requireNodes, zonesOf } from './target';
import { timeoutSeconds } from './timeouts';
import { isWaitedFor, waitFor } from './waits';

export interface DeploymentProps {
  readonly plan: EnvironmentPlan<Environment>;
  readonly kubectl: Kubectl;
  readonly progress: Progress;
  readonly inventory: Inventory;
  readonly images: LocalImages;
  /** Folder of charts, and helm. @default - objects are made without charts */
  readonly charts?: ChartsOfMakers;
  /** Folder of the volumes' folders. @default - the cluster provisions volumes itself */
  readonly volumes?: string;
  /** Seconds that anything is waited for at most, whatever its resource says. */
  readonly longestWaitSeconds: number;
}

/** Objects that one resource of Terraform becomes. */
interface Part {
  readonly resource: ResolvedResource;
  readonly definitions: readonly Manifest[];
  readonly objects: readonly Manifest[];
}

export class Deployment {
  readonly #props: DeploymentProps;
  /** Zones of storage classes, by name. */
  readonly #zones: ReadonlyMap<string, readonly string[]>;
  readonly #customObjects: readonly InstalledObject[];
  /** Names of volumes that are made. */
  readonly #volumes = new Set<string>();
  #database: { readonly planned: PlannedDatabase; readonly address: string } | undefined;

  constructor(props: DeploymentProps) {
    this.#props = props;
    const classes = props.plan.resources.filter(({ type }) => type === 'kubernetes_storage_class_v1').map(manifestOf);
    this.#customObjects = customObjects(props.plan.resources);
    this.#zones = new Map(classes.map((one) => [one.metadata.name, zonesOf(one)]));
  }

  /** From now on pods find the database under its name. */
  useDatabase(planned: PlannedDatabase, address: string): void {
    this.#database = { planned, address };
  }

  /** @throws Error as soon as something can't be applied, fails, or takes too long */
  async deployStack(stack: StackFile): Promise<void> {
    const { plan, progress, kubectl } = this.#props;
    const own = plan.resources.filter((resource) => resource.stack === stack.name && isInKubernetes(resource));
    if (own.length === 0) return;
    const steps = stepsOf(stack, own).map((step) => step.map((resource) => this.#partOf(resource)));
    const all = steps.flat().flatMap(({ objects }) => objects);
    await requireNodes(kubectl, all);
    progress.say(`${stack.name}: ${all.length} objects`);
    for (const step of steps) await this.#deployStep(stack, step, all);
  }

  /** Applies objects that belong to no stack, and waits for those that are waited for. */
  async deployObjects(manifests: readonly Manifest[]): Promise<void> {
    await this.#prepareVolumes(manifests, manifests);
    await this.#apply(manifests);
    for (const manifest of manifests) await this.#wait(manifest, this.#props.longestWaitSeconds);
  }

  #partOf(resource: ResolvedResource): Part {
    const { charts, images } = this.#props;
    const { definitions, objects } =
      resource.type === 'helm_release'
        ? objectsOfRelease(resource, {
            ...(charts && { charts }),
            images,
            customObjects: this.#customObjects,
          })
        : { definitions: [], objects: [manifestOf(resource)] };
    return { resource, definitions, objects: objects.map((object) => this.#adapted(object)) };
  }

  #adapted(manifest: Manifest): Manifest {
    const local = withLocalImages(manifest, this.#props.images);
    return this.#database ? withDatabaseAddress(local, this.#database.planned, this.#database.address) : local;
  }

  async #deployStep(stack: StackFile, step: readonly Part[], all: readonly Manifest[]): Promise<void> {
    const { kubectl, progress, longestWaitSeconds } = this.#props;
    await this.#define(step.flatMap((part) => part.definitions));
    const objects = step.flatMap((part) => part.objects);
    await this.#prepareVolumes(objects, all);
    const claimed = await namespacesOfNewClaims(kubectl, objects);
    await this.#apply(objects);
    for (const namespace of claimed) await retryPods(kubectl, namespace);
    for (const { kind, metadata } of objects) {
      if (kind !== 'Certificate') continue;
      progress.say(await issueCertificate({ kubectl, namespace: metadata.namespace ?? '', name: metadata.name }));
    }
    for (const part of step) {
      const seconds = Math.min(timeoutSeconds(stack, part.resource), longestWaitSeconds);
      for (const object of part.objects.filter(isWaitedFor)) await this.#wait(object, seconds);
    }
  }

  async #define(definitions: readonly Manifest[]): Promise<void> {
    if (definitions.length === 0) return;
    const { kubectl, progress, longestWaitSeconds } = this.#props;
    progress.say(`${definitions.length} definitions of custom resources`);
    await this.#apply(definitions);
    for (const definition of definitions) {
      await waitFor(definition, {
        kubectl,
        progress: new Progress(() => undefined),
        timeoutSeconds: longestWaitSeconds,
      });
    }
  }

  async #prepareVolumes(objects: readonly Manifest[], all: readonly Manifest[]): Promise<void> {
    const { volumes } = this.#props;
    if (volumes === undefined) return;
    // A claim that is written out comes before the template of it, which it takes the place of.
    const claims = claimsOf(objects).filter((claim) => !this.#volumes.has(volumeName(claim)));
    for (const claim of claims) await this.#releaseVolume(claim, volumeFolder(volumes, claim));
    const made = claims.map((claim) => {
      this.#volumes.add(volumeName(claim));
      const folder = volumeFolder(volumes, claim);
      makeFolder(folder, ownerOf(claim, all));
      return volumeOf(claim, folder, this.#zones.get(claim.spec.storageClassName ?? ''));
    });
    await this.#apply(made);
  }

  /** As with a disk of a cloud: a claim that was deleted and is made again gets a new volume, which is empty. */
  async #releaseVolume(claim: Claim, folder: string): Promise<void> {
    const { kubectl, progress, longestWaitSeconds } = this.#props;
    const reference = { apiVersion: 'v1', kind: 'PersistentVolume', name: volumeName(claim) };
    const found = await kubectl.find(reference);
    if (found?.status?.phase !== 'Released') return;
    progress.say(`${referenceText(reference)}: a new one, as its claim was deleted`);
    await kubectl.remove([reference], longestWaitSeconds);
    rmSync(folder, { recursive: true, force: true });
  }

  async #apply(manifests: readonly Manifest[]): Promise<void> {
    const { inventory, kubectl } = this.#props;
    inventory.note(manifests);
    for (const manifest of manifests) if (manifest.kind === 'Job') await this.#clearJob(manifest);
    await kubectl.apply(manifests);
  }

  /** A job that is over can't be changed and doesn't run again: one that failed, or is to be another, makes room. */
  async #clearJob(manifest: Manifest): Promise<void> {
    const { kubectl, progress, longestWaitSeconds } = this.#props;
    const reference = referenceOf(manifest);
    const found = await kubectl.find(reference);
    if (!found) return;
    const failed = Number(found.status?.failed ?? 0) > 0 && Number(found.status?.succeeded ?? 0) === 0;
    if (!failed && (await kubectl.accepts([manifest]))) return;
    progress.say(`Job ${manifest.metadata.name}: removed, to run again`);
    await kubectl.remove([reference], longestWaitSeconds);
  }

  async #wait(manifest: Manifest, seconds: number): Promise<void> {
    const { kubectl, progress } = this.#props;
    await waitFor(manifest, { kubectl, progress, timeoutSeconds: seconds });
  }
}

const isInKubernetes = ({ mode, type }: ResolvedResource) =>
  mode === 'managed' && (type.startsWith('kubernetes_') || type === 'helm_release');

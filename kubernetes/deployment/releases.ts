/** What a release of Helm installs, as objects. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesDocument } from '../../review/charts/documents';
import { releasesOf, type SynthesizedRelease } from '../../review/charts/releases';
import { render, type ChartsOfMakers } from '../../review/charts/rendering';
import { textOf } from '../../review/synthesis/blocks';
import { customObjects, isCustomResources, type InstalledObject } from '../../review/synthesis/helm-objects';
import type { ResolvedResource } from '../../review/synthesis/resources';
import { hasPrograms, isReplaced, replacementOf } from '../stand-ins/chart-replacements';
import { definitionsOf } from '../stand-ins/definitions';
import type { LocalImages } from '../stand-ins/images';
import { inNamespace, type Manifest } from './manifests/manifest';
import { plainRedis } from './plain-redis';
import { isRedisChart } from './plain-redis-values';

export interface ReleaseProps {
  /** Folder of charts, and helm. @default - Redis is made without its chart, and definitions take everything */
  readonly charts?: ChartsOfMakers;
  /** Images of this machine: which charts can be deployed as they are, and what stand-ins run in. */
  readonly images: LocalImages;
  /** Custom objects of the environment, for stand-ins of operators. */
  readonly customObjects: readonly InstalledObject[];
}

export interface ReleaseObjects {
  /** They have to be known before objects of their kinds are applied. */
  readonly definitions: readonly Manifest[];
  readonly objects: readonly Manifest[];
}

/** @throws Error for a chart that is neither of Redis nor replaced, or one with hooks, which nothing runs here */
export function objectsOfRelease(release: ResolvedResource, props: ReleaseProps): ReleaseObjects {
  if (isCustomResources(release)) return { definitions: [], objects: customManifests(release) };
  const synthesized = synthesizedRelease(release);
  const { chart } = synthesized;
  if (isRedisChart(chart)) return { definitions: [], objects: redisManifests(synthesized, props) };
  if (!isReplaced(chart)) {
    throw new Error(
      `${release.address}: the chart ${chart} is neither deployed nor replaced here; add it to kubernetes/stand-ins/chart-replacements.ts`,
    );
  }
  const { charts, images } = props;
  if (!hasChart(chart, charts) || !hasPrograms(chart, images)) return replacementOf(synthesized, props);
  return { definitions: definitionsOf(synthesized, charts), objects: renderedManifests(synthesized, charts) };
}

const hasChart = (chart: string, charts: ChartsOfMakers | undefined): charts is ChartsOfMakers =>
  charts !== undefined && existsSync(path.join(charts.charts, chart));

/** The project's own chart renders the objects of its values as they are. */
function customManifests(release: ResolvedResource): readonly Manifest[] {
  return customObjects([release]).map(({ object, namespace }) => installedIn({ ...object }, namespace));
}

/** An object as Helm installs it: in the namespace of the release if it names none and its kind has one. */
const installedIn = (manifest: Manifest, namespace: string) =>
  clusterKinds.has(manifest.kind) ? manifest : inNamespace(manifest, namespace);

/** Kinds that are in no namespace. */
const clusterKinds: ReadonlySet<string> = new Set([
  'APIService',
  'ClusterIssuer',
  'ClusterRole',
  'ClusterRoleBinding',
  'ClusterSecretStore',
  'ValidatingWebhookConfiguration',
]);

function synthesizedRelease(release: ResolvedResource): SynthesizedRelease {
  const [found] = releasesOf(release.stack, { resource: { helm_release: { [release.id]: release.values } } });
  if (!found) throw new Error(`${release.address}: its chart ${textOf(release.values.chart)} has no version; name one`);
  return found;
}

/** Rendered by helm where there are charts. */
function redisManifests(release: SynthesizedRelease, { charts }: ReleaseProps): readonly Manifest[] {
  const { chart, name, namespace, values } = release;
  if (!hasChart(chart, charts)) {
    return plainRedis({ name, namespace, chart, values: JSON.parse(values) as unknown }).map((one) =>
      inNamespace(one, namespace),
    );
  }
  return renderedManifests(release, charts);
}

/** What the chart itself renders. @throws Error if it has hooks */
function renderedManifests(release: SynthesizedRelease, charts: ChartsOfMakers): readonly Manifest[] {
  const objects = render(release, charts);
  refuseHooks(release, objects);
  return objects.map((object) => installedIn(object as unknown as Manifest, release.namespace));
}

function refuseHooks({ id }: SynthesizedRelease, objects: readonly KubernetesDocument[]): void {
  const hook = objects.find(({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined);
  if (hook) throw new Error(`${id}: ${hook.kind} ${hook.metadata.name} is a hook of Helm, and nothing runs hooks here`);
}

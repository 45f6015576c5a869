/** What a release of Helm installs, as objects. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { KubernetesDocument } from '../../review/charts/documents';
import { releasesOf, type SynthesizedRelease } from '../../review/charts/releases';
import { render, type ChartsOfMakers } from '../../review/charts/rendering';
import { textOf } from '../../review/synthesis/blocks';
import { customObjects, isCustomResources, type InstalledObject } from '../../review/synthesis/helm-objects';
import type { ResolvedResource } from '../../review/synthesis/resources';
import { isReplaced, replacementOf } from '../stand-ins/chart-replacements';
import { inNamespace, type Manifest } from './manifests/manifest';
import { plainRedis } from './plain-redis';
import { isRedisChart } from './plain-redis-values';

export interface ReleaseProps {
  /** Folder of charts, and helm. @default - Redis is made without its chart, and definitions take everything */
  readonly charts?: ChartsOfMakers;
  /** Image with Node.js, for stand-ins. */
  readonly applicationImage: string;
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
  const { chart, namespace } = synthesized;
  if (isReplaced(chart)) return replacementOf(synthesized, props);
  if (!isRedisChart(chart)) {
    throw new Error(
      `${release.address}: the chart ${chart} is neither deployed nor replaced here; add it to kubernetes/stand-ins/chart-replacements.ts`,
    );
  }
  return { definitions: [], objects: redisManifests(synthesized, props).map((one) => inNamespace(one, namespace)) };
}

/** The project's own chart renders the objects of its values as they are. */
function customManifests(release: ResolvedResource): readonly Manifest[] {
  return customObjects([release]).map(({ object, namespace }) => {
    const manifest = { ...object } as Manifest;
    return clusterKinds.has(object.kind) ? manifest : inNamespace(manifest, namespace);
  });
}

/** Custom kinds that are in no namespace. */
const clusterKinds: ReadonlySet<string> = new Set(['ClusterIssuer', 'ClusterSecretStore']);

function synthesizedRelease(release: ResolvedResource): SynthesizedRelease {
  const [found] = releasesOf(release.stack, { resource: { helm_release: { [release.id]: release.values } } });
  if (!found) throw new Error(`${release.address}: its chart ${textOf(release.values.chart)} has no version; name one`);
  return found;
}

/** Rendered by helm where there are charts. */
function redisManifests(release: SynthesizedRelease, { charts }: ReleaseProps): readonly Manifest[] {
  const { chart, name, namespace, values } = release;
  if (!charts || !existsSync(path.join(charts.charts, chart))) {
    return plainRedis({ name, namespace, chart, values: JSON.parse(values) as unknown });
  }
  const objects = render(release, charts);
  refuseHooks(release, objects);
  return objects as unknown as readonly Manifest[];
}

function refuseHooks({ id }: SynthesizedRelease, objects: readonly KubernetesDocument[]): void {
  const hook = objects.find(({ metadata }) => metadata.annotations?.['helm.sh/hook'] !== undefined);
  if (hook) throw new Error(`${id}: ${hook.kind} ${hook.metadata.name} is a hook of Helm, and nothing runs hooks here`);
}

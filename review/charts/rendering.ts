/** Renders releases with the helm of this machine. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesDocument } from './documents';
import type { SynthesizedRelease } from './releases';

export interface ChartsOfMakers {
  /** Folder of charts, each in a folder of its name, as `helm pull --untar` writes them. */
  readonly charts: string;
  /** The program. @default helm */
  readonly helm?: string;
}

/** Version of Kubernetes that charts render for; some refuse to without one. */
const kubernetesVersion = 'v1.35.0';

/** Versions of Kubernetes' APIs, and kinds, that clusters have and helm doesn't know of. */
const apis = ['cert-manager.io/v1', 'monitoring.coreos.com/v1', 'policy/v1/PodDisruptionBudget'];

/** Version of a chart in the folder. @throws Error if it isn't there */
export function versionInFolder({ charts }: ChartsOfMakers, chart: string): string | undefined {
  return /^version: *["']?([^"'\s]+)/m.exec(readFileSync(path.join(charts, chart, 'Chart.yaml'), 'utf8'))?.[1];
}

/**
 * Objects of a release, hooks included, tests and definitions of custom resources excepted.
 *
 * @throws Error if the folder has another version of the chart, or if helm refuses the values
 */
export function render(release: SynthesizedRelease, folder: ChartsOfMakers): KubernetesDocument[] {
  return documentTexts(release, folder).flatMap((text) => (isDefinition(text) ? [] : documentsIn(text)));
}

/** Definitions of custom resources of a release: those of its templates, and those that the chart brings beside them. @throws as `render` */
export function renderDefinitions(release: SynthesizedRelease, folder: ChartsOfMakers): KubernetesDocument[] {
  return documentTexts(release, folder, '--include-crds').filter(isDefinition).flatMap(documentsIn);
}

function documentTexts(release: SynthesizedRelease, folder: ChartsOfMakers, ...options: readonly string[]): string[] {
  const { chart, version, name, namespace, values } = release;
  const found = versionInFolder(folder, chart);
  if (found !== version) {
    throw new Error(
      `${folder.charts}/${chart} has version ${found ?? '(none)'}, ${release.id} needs ${version}: pull that`,
    );
  }
  const manifest = execFileSync(
    folder.helm ?? 'helm',
    [
      ...['template', name, path.join(folder.charts, chart), '--namespace', namespace, '--values', '-', '--skip-tests'],
      ...['--kube-version', kubernetesVersion, ...apis.flatMap((api) => ['--api-versions', api]), ...options],
    ],
    { input: values, encoding: 'utf8', maxBuffer: 2 ** 26, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  return manifest.split(/^---$/m);
}

/** Definitions are some megabytes, and none of their content is a fact. */
const isDefinition = (text: string) => /^kind: ["']?CustomResourceDefinition["']?$/m.test(text);

function documentsIn(text: string): KubernetesDocument[] {
  return parseAllDocuments(text, { version: '1.1' }).flatMap((document) => {
    const object = document.toJS() as KubernetesDocument | null;
    return object === null ? [] : [object];
  });
}

/** Releases of other makers' charts in synthesized stacks. */
import { createHash } from 'node:crypto';

/** A stack as CDKTF writes it, as far as releases are concerned. */
export interface StackOfReleases {
  readonly resource?: {
    readonly helm_release?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  };
}

export interface SynthesizedRelease {
  /** `<stack>/<release>`. */
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** JSON. References of Terraform stay as they are. */
  readonly values: string;
  /** Changes with everything that may change the facts of the release. */
  readonly digest: string;
}

/** Releases of a stack, except those of the project's own charts, which are folders and have no version. */
export function releasesOf(stack: string, { resource }: StackOfReleases): SynthesizedRelease[] {
  return Object.values(resource?.helm_release ?? {}).flatMap((release) => {
    const { name, namespace, chart, version, values } = release as Readonly<
      Record<'name' | 'namespace' | 'chart', string>
    > & { readonly version?: string; readonly values: readonly [string] };
    if (version === undefined) return [];
    const what = { name, namespace, chart, version, values: values[0] };
    return [{ id: `${stack}/${name}`, ...what, digest: digestOf(what) }];
  });
}

/** Texts that a chart only copies into a ConfigMap or Secret: no fact depends on them, and they change often. */
const copiedTexts: Readonly<Record<string, readonly (readonly [string, string, ...string[]])[]>> = {
  alloy: [['alloy', 'configMap', 'content']],
  'kube-prometheus-stack': [['alertmanager', 'config']],
};

/** Names that end with a digest of the content that they name. */
const contentName = /-[0-9a-f]{8,64}(?=")/g;

type Values = Record<string, unknown>;

function digestOf({ values, ...release }: Omit<SynthesizedRelease, 'id' | 'digest'>): string {
  const relevant = JSON.parse(values) as Values;
  for (const path of copiedTexts[release.chart] ?? []) replaceAt(relevant, path);
  const text = JSON.stringify([release, relevant]).replace(contentName, '-digest');
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function replaceAt(values: Values, [key, ...rest]: readonly string[]): void {
  if (key === undefined || !(key in values)) return;
  if (rest.length === 0) values[key] = 'text';
  else replaceAt(values[key] as Values, rest);
}

/** Where charts and images of Redis on Kubernetes come from. */
import type { BitnamiSettings } from '../../environments/bitnami-settings';
import type { RegistryAccount } from '../aws/account';
import { registryHost } from '../cluster-services/sources';

/** Charts whose keys are known: those of another version are another contract. */
export const testedCharts = {
  'bitnami-cluster': { name: 'redis-cluster', version: '13.0.5' },
  'bitnami-sentinel': { name: 'redis', version: '23.1.1' },
} as const satisfies Record<BitnamiSettings['kind'], { readonly name: string; readonly version: string }>;

/** An image, in the parts that charts ask for. */
export interface BitnamiImage {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…`; what is pulled if there is one. */
  readonly digest?: string;
}

/** The images of a platform. */
export interface BitnamiImages {
  readonly redis: BitnamiImage;
  readonly exporter: BitnamiImage;
}

type Images = BitnamiSettings['images'];

/** What the frozen image of Redis is called. */
const legacy = {
  'bitnami-cluster': 'bitnamilegacy/redis-cluster',
  'bitnami-sentinel': 'bitnamilegacy/redis',
} as const;

/** An image by its name in the settings. */
export function imageOf({ kind, images }: BitnamiSettings, name: keyof Images, account: RegistryAccount): BitnamiImage {
  const image = images[name];
  if (image.kind === 'bitnamilegacy') {
    return { registry: 'docker.io', repository: legacy[kind], tag: image.tag };
  }
  const { registry, repository, tag, digest } = image;
  return { registry: registryHost(registry, account), repository, tag, ...(digest !== undefined && { digest }) };
}

export const imagesOf = (settings: BitnamiSettings, account: RegistryAccount): BitnamiImages => ({
  redis: imageOf(settings, 'redis', account),
  exporter: imageOf(settings, 'exporter', account),
});

/** The whole name of an image, as a pod names it. */
export function imageName({ registry, repository, tag, digest }: BitnamiImage): string {
  return `${registry}/${repository}${digest === undefined ? `:${tag}` : `@${digest}`}`;
}

/** URL of the chart's repository. */
export function chartRepositoryOf({ chart: { source } }: BitnamiSettings, account: RegistryAccount): string {
  return source.kind === 'other' ? source.url : `oci://${registryHost(source.registry, account)}/${source.repository}`;
}

/** What everybody who synthesizes the environment is told. */
export function sourceWarnings({ images, chart }: BitnamiSettings): readonly string[] {
  const frozen =
    images.redis.kind === 'bitnamilegacy'
      ? [`platform.images.redis is of bitnamilegacy, frozen and without patches: ${images.redis.reason}`]
      : [];
  const elsewhere =
    chart.source.kind === 'other' ? [`platform.chart is not of a mirror of one's own: ${chart.source.reason}`] : [];
  return [...frozen, ...elsewhere];
}

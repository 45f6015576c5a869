/** Redis on Kubernetes as it is tested: images and charts, from a mirror of the environment's own. */
import type { BitnamiSettings } from './bitnami-settings';

/** Where docs/guides/self-hosted.md puts the charts. */
export const defaultChartSource: BitnamiSettings['chart']['source'] = {
  kind: 'mirror',
  registry: { kind: 'own' },
  repository: 'mirror/charts',
};

/** Where it puts the images. The official one of Redis: what runs in it is ours, and it gets its patches. */
export const defaultImages: BitnamiSettings['images'] = {
  redis: {
    kind: 'mirror',
    registry: { kind: 'own' },
    repository: 'mirror/docker.io/library/redis',
    tag: '8.8.1-trixie',
  },
  exporter: {
    kind: 'mirror',
    registry: { kind: 'own' },
    repository: 'mirror/docker.io/oliver006/redis_exporter',
    tag: 'v1.91.1',
  },
};

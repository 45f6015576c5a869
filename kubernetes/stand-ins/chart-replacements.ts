/** Releases of charts whose programs can't run here, or not without their charts: what of them is deployed all the same. */
import type { SynthesizedRelease } from '../../review/charts/releases';
import type { ChartsOfMakers } from '../../review/charts/rendering';
import { chartRightsByFacts } from '../../review/rights/kubernetes/chart-facts';
import { rbacManifests } from '../../review/rights/kubernetes/rbac-manifests';
import type { InstalledObject } from '../../review/synthesis/helm-objects';
import type { Manifest } from '../deployment/manifests/manifest';
import { definitionsOf } from './definitions';
import type { ImageRole, LocalImages } from './images';
import { receiverManifests } from './monitoring/receiver';
import { monitoringManifests } from './monitoring/servers';
import { secretsDeployment } from './secrets-deployment';

export interface ReplacementProps {
  /** Charts of this machine, for definitions. @default - none */
  readonly charts?: ChartsOfMakers;
  readonly images: LocalImages;
  /** Custom objects of the environment, which programs in the place of operators act on. */
  readonly customObjects: readonly InstalledObject[];
}

/** What runs in the place of a chart's programs. */
type Programs = (release: SynthesizedRelease, props: ReplacementProps) => readonly Manifest[];

const nothing: Programs = () => [];

/** Charts of cluster services and observability. */
const replacedCharts: Readonly<Record<string, Programs>> = {
  alloy: nothing,
  'aws-load-balancer-controller': nothing,
  'cert-manager': nothing,
  'external-secrets': (_, { images }) => secretsDeployment(images.application),
  grafana: nothing,
  keda: nothing,
  'kube-prometheus-stack': (release, { images: { application }, customObjects }) => [
    ...receiverManifests(application),
    ...monitoringManifests({ release, objects: customObjects, applicationImage: application }),
  ],
  loki: nothing,
  'prometheus-operator-crds': nothing,
  traefik: nothing,
};

export const isReplaced = (chart: string) => Object.hasOwn(replacedCharts, chart);

/** Images of charts that run as they are where both are on this machine. */
const programsOfCharts: Readonly<Record<string, readonly ImageRole[]>> = {
  keda: ['keda-operator', 'keda-metrics', 'keda-webhooks'],
  traefik: ['traefik'],
};

/** Whether a chart's images are here, so that its own objects can be deployed. */
export const hasPrograms = (chart: string, images: LocalImages) =>
  programsOfCharts[chart]?.every((role) => images[role] !== undefined) ?? false;

/**
 * Definitions first, then service accounts, roles and bindings as the chart renders them, then what runs in the place of its
 * programs.
 *
 * @throws Error if there are no facts of the release
 */
export function replacementOf(release: SynthesizedRelease, props: ReplacementProps) {
  const { id, name, namespace, chart, version } = release;
  const rights = chartRightsByFacts(id, { name, namespace, chart, version, values: {} });
  const programs = replacedCharts[chart] ?? nothing;
  const objects: readonly Manifest[] = [
    ...(rbacManifests(rights) as unknown as readonly Manifest[]),
    ...programs(release, props),
  ];
  return { definitions: definitionsOf(release, props.charts), objects };
}

/** Releases of charts whose programs can't run here: what of them is deployed all the same. */
import type { SynthesizedRelease } from '../../review/charts/releases';
import type { ChartsOfMakers } from '../../review/charts/rendering';
import { chartRightsByFacts } from '../../review/rights/kubernetes/chart-facts';
import { rbacManifests } from '../../review/rights/kubernetes/rbac-manifests';
import type { Manifest } from '../deployment/manifests/manifest';
import { definitionsOf } from './definitions';
import { secretsDeployment } from './secrets-deployment';

/** Charts of cluster services and observability; the value says what runs in their place. */
const replacedCharts: Readonly<Record<string, 'nothing' | 'secrets-program'>> = {
  alloy: 'nothing',
  'aws-load-balancer-controller': 'nothing',
  'cert-manager': 'nothing',
  'external-secrets': 'secrets-program',
  grafana: 'nothing',
  keda: 'nothing',
  'kube-prometheus-stack': 'nothing',
  loki: 'nothing',
  'prometheus-operator-crds': 'nothing',
  traefik: 'nothing',
};

export const isReplaced = (chart: string) => Object.hasOwn(replacedCharts, chart);

export interface ReplacementProps {
  /** Charts of this machine, for definitions. @default - none */
  readonly charts?: ChartsOfMakers;
  /** Image with Node.js. */
  readonly applicationImage: string;
}

/**
 * Definitions first, then service accounts, roles and bindings as the chart renders them, then what runs in the place of its
 * programs.
 *
 * @throws Error if there are no facts of the release
 */
export function replacementOf(release: SynthesizedRelease, { charts, applicationImage }: ReplacementProps) {
  const { id, name, namespace, chart, version } = release;
  const rights = chartRightsByFacts(id, { name, namespace, chart, version, values: {} });
  const definitions = definitionsOf(release, charts);
  const objects: readonly Manifest[] = [
    ...(rbacManifests(rights) as unknown as readonly Manifest[]),
    ...(replacedCharts[chart] === 'secrets-program' ? secretsDeployment(applicationImage) : []),
  ];
  return { definitions, objects };
}

/**
 * Definitions of custom resources: of the charts that bring them, or, without a chart, definitions that take everything.
 * With the charts' own the API server checks every member of the stacks' objects.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { renderDefinitions, type ChartsOfMakers } from '../../review/charts/rendering';
import type { SynthesizedRelease } from '../../review/charts/releases';
import type { Manifest } from '../deployment/manifests/manifest';

interface Definition {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly scope: 'Namespaced' | 'Cluster';
}

const definition =
  (group: string, version: string) =>
  (kind: string, plural: string, scope: Definition['scope'] = 'Namespaced'): Definition => ({
    ...{ group, version, kind, plural, scope },
  });

const secrets = definition('external-secrets.io', 'v1');
const certificates = definition('cert-manager.io', 'v1');
const routes = definition('traefik.io', 'v1alpha1');
const monitors = definition('monitoring.coreos.com', 'v1');

/** Kinds that stacks have objects of, by the chart that defines them. */
const definitionsOfCharts: Readonly<Record<string, readonly Definition[]>> = {
  'cert-manager': [
    certificates('Certificate', 'certificates'),
    certificates('Issuer', 'issuers'),
    certificates('ClusterIssuer', 'clusterissuers', 'Cluster'),
  ],
  'external-secrets': [
    secrets('ExternalSecret', 'externalsecrets'),
    secrets('SecretStore', 'secretstores'),
    secrets('ClusterSecretStore', 'clustersecretstores', 'Cluster'),
    definition('generators.external-secrets.io', 'v1alpha1')('Password', 'passwords'),
  ],
  keda: [definition('keda.sh', 'v1alpha1')('ScaledObject', 'scaledobjects')],
  'prometheus-operator-crds': [
    monitors('PodMonitor', 'podmonitors'),
    monitors('ServiceMonitor', 'servicemonitors'),
    monitors('PrometheusRule', 'prometheusrules'),
  ],
  traefik: [routes('IngressRoute', 'ingressroutes'), routes('Middleware', 'middlewares')],
};

/** Definitions that a release brings. @throws Error if the folder has another version of the chart */
export function definitionsOf(release: SynthesizedRelease, folder: ChartsOfMakers | undefined): readonly Manifest[] {
  if (folder && existsSync(path.join(folder.charts, release.chart))) {
    return renderDefinitions(release, folder) as unknown as readonly Manifest[];
  }
  return (definitionsOfCharts[release.chart] ?? []).map(manifestOf);
}

function manifestOf({ group, version, kind, plural, scope }: Definition): Manifest {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}

/** Where charts and images of what runs beside Redis and the application come from. */
import type { ClusterServicesSettings } from '../../environments/cluster-services-settings';
import { partitionOf, type AwsAccount, type RegistryAccount } from '../aws/account';

type Source = ClusterServicesSettings['source'];

/** What images are copied from, by a name of each; the names are keys of `digests` in the settings. */
export const upstreamImages = {
  certManagerController: 'quay.io/jetstack/cert-manager-controller',
  certManagerWebhook: 'quay.io/jetstack/cert-manager-webhook',
  certManagerInjector: 'quay.io/jetstack/cert-manager-cainjector',
  certManagerCheck: 'quay.io/jetstack/cert-manager-startupapicheck',
  externalSecrets: 'ghcr.io/external-secrets/external-secrets',
  kedaOperator: 'ghcr.io/kedacore/keda',
  kedaMetrics: 'ghcr.io/kedacore/keda-metrics-apiserver',
  kedaWebhooks: 'ghcr.io/kedacore/keda-admission-webhooks',
  loadBalancerController: 'public.ecr.aws/eks/aws-load-balancer-controller',
  traefik: 'docker.io/library/traefik',
  prometheusOperator: 'quay.io/prometheus-operator/prometheus-operator',
  prometheusConfigReloader: 'quay.io/prometheus-operator/prometheus-config-reloader',
  kubeStateMetrics: 'registry.k8s.io/kube-state-metrics/kube-state-metrics',
  prometheus: 'quay.io/prometheus/prometheus',
  alertmanager: 'quay.io/prometheus/alertmanager',
  loki: 'docker.io/grafana/loki',
  alloy: 'docker.io/grafana/alloy',
  grafana: 'docker.io/grafana/grafana',
} as const;

export type ImageName = keyof typeof upstreamImages;

/** What charts are copied from. */
export const upstreamCharts = {
  'cert-manager': 'https://charts.jetstack.io',
  'external-secrets': 'https://charts.external-secrets.io',
  keda: 'https://kedacore.github.io/charts',
  'aws-load-balancer-controller': 'https://aws.github.io/eks-charts',
  traefik: 'https://traefik.github.io/charts',
  'prometheus-operator-crds': 'https://prometheus-community.github.io/helm-charts',
  'kube-prometheus-stack': 'https://prometheus-community.github.io/helm-charts',
  loki: 'https://grafana-community.github.io/helm-charts',
  alloy: 'https://grafana.github.io/helm-charts',
  grafana: 'https://grafana-community.github.io/helm-charts',
} as const;

export type ChartName = keyof typeof upstreamCharts;

/** An image, in the parts that charts ask for. */
export interface ImageReference {
  /** Registry, and with a mirror the first part of the name. */
  readonly registry: string;
  /** The name after `<registry>/`. */
  readonly repository: string;
  readonly tag: string;
  /** `sha256:…`; what is pulled if there is one, whatever the tag says. */
  readonly digest?: string;
}

/** What the settings of a service say of its images. */
export interface ImagePins {
  readonly image: string;
  readonly digests: Readonly<Partial<Record<ImageName, string | undefined>>>;
}

/** Host of an account's own registry. Source: "Amazon ECR private registries". */
export function ownRegistry({ accountId, region }: Pick<AwsAccount, 'accountId' | 'region'>): string {
  const suffix = partitionOf(region) === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com';
  return `${accountId}.dkr.ecr.${region}.${suffix}`;
}

/** Host of a registry in the settings. @throws Error if it is the account's own and there is no account */
export function registryHost(
  registry: { readonly kind: 'own' } | { readonly kind: 'other'; readonly host: string },
  account: RegistryAccount,
): string {
  if (registry.kind === 'other') return registry.host;
  if (account !== undefined) return ownRegistry(account);
  throw new Error("registry.kind is 'own', but the environment has no AWS account: set it to { kind: 'other', host }");
}

/** Where copies are: `<registry>/<prefix>`. */
const mirrorOf = (source: Extract<Source, { kind: 'mirror' }>, account: RegistryAccount) =>
  `${registryHost(source.registry, account)}/${source.prefix}`;

/** URL of the repository of a chart. */
export function chartRepository(source: Source, account: RegistryAccount, chart: ChartName): string {
  return source.kind === 'upstream' ? upstreamCharts[chart] : `oci://${mirrorOf(source, account)}/charts`;
}

/** An image by its name here. A mirror keeps the whole name, the registry it was copied from included. */
export function imageReference(
  source: Source,
  account: RegistryAccount,
  name: ImageName,
  { image: tag, digests }: ImagePins,
): ImageReference {
  const upstream = upstreamImages[name];
  const digest = digests[name];
  const slash = upstream.indexOf('/');
  return {
    ...(source.kind === 'upstream'
      ? { registry: upstream.slice(0, slash), repository: upstream.slice(slash + 1) }
      : { registry: mirrorOf(source, account), repository: upstream }),
    tag,
    ...(digest !== undefined && { digest }),
  };
}

/** The name of an image without tag and digest. */
export const fullRepository = ({ registry, repository }: ImageReference) => `${registry}/${repository}`;

/** Tag and digest in one, for charts that have a key for the tag alone. */
export const pinnedTag = ({ tag, digest }: ImageReference) => (digest === undefined ? tag : `${tag}@${digest}`);

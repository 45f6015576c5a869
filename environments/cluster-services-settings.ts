/** What a Kubernetes cluster needs before Redis and the application are installed in it. */
import { z } from 'zod';
import { partitionOf, type AwsAccount } from '../constructs/aws/account';
import { privateAddressViolations, publicAddressViolations } from '../constructs/cluster-services/client-addresses';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { imageDigest, reason } from './setting-forms';

/** Which registry holds the copies. */
const registry = z.discriminatedUnion('kind', [
  /** ECR of the environment's own account and region. */
  z.strictObject({ kind: z.literal('own') }),
  /** Another one, by its host: ECR of an account for all environments, say. Nodes have to be let in. */
  z.strictObject({ kind: z.literal('other'), host: z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{2,5})?$/) }),
]);

/** Where charts and images come from. */
const source = z.discriminatedUnion('kind', [
  /** Copies of one's own, which nobody else changes or takes away; docs/guides/cluster-services.md makes them. */
  z.strictObject({
    kind: z.literal('mirror'),
    registry,
    /** First part of the names of repositories, `mirror` in `mirror/quay.io/jetstack/cert-manager-webhook`. */
    prefix: z.string().regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/),
  }),
  /** Their makers' registries: pods don't start while these are down, moved or limited. */
  z.strictObject({ kind: z.literal('upstream'), reason }),
]);

/** `v1.21.1` or `41.3.0`. */
const version = z.string().regex(/^v?\d+\.\d+\.\d+$/);

/** Digest of an image; it is what is pulled if there is one, and the tag is for the reader. @default - by tag */
const digest = imageDigest.optional();

/** Pods of each part of a service, spread over zones. One alone is away whenever its node is drained. */
const replicas = z.int().min(2).max(5);

/** Mebibytes that the largest part of the service gets; it is stopped if it takes more. */
const memoryMebibytes = z.int().min(64).max(8_192);

const certManager = z.strictObject({
  chart: version,
  image: version,
  digests: z.strictObject({
    certManagerController: digest,
    certManagerWebhook: digest,
    certManagerInjector: digest,
    certManagerCheck: digest,
  }),
  replicas,
  memoryMebibytes,
});

const externalSecrets = z.strictObject({
  chart: version,
  image: version,
  digests: z.strictObject({ externalSecrets: digest }),
  replicas,
  memoryMebibytes,
});

const keda = z.strictObject({
  chart: version,
  image: version,
  digests: z.strictObject({ kedaOperator: digest, kedaMetrics: digest, kedaWebhooks: digest }),
  replicas,
  memoryMebibytes,
});

const loadBalancerController = z.strictObject({
  chart: version,
  image: version,
  digests: z.strictObject({ loadBalancerController: digest }),
  replicas,
  memoryMebibytes,
});

/** Blocks of IPv4 addresses; a security group takes 60 rules at first, one for each. */
const cidrs = z.array(z.string()).min(1).max(50);

/** Who reaches the gateway at all. */
const loadBalancer = z.discriminatedUnion('kind', [
  /** Private addresses alone, in the private subnets. */
  z.strictObject({
    kind: z.literal('internal'),
    /**
     * Private addresses of clients: of the network itself, of a VPN, of networks that are connected. With
     * `kubernetes.endpoint.privateCidrs` at most 16 blocks outside the network; the routes to them are yours to add
     * (docs/guides/network.md).
     */
    clientCidrs: cidrs,
  }),
  /** Addresses on the internet that are known. */
  z.strictObject({ kind: z.literal('internet-allow-list'), clientCidrs: cidrs }),
  /** Everybody. */
  z.strictObject({ kind: z.literal('internet'), reason }),
]);

/** Whose certificate clients see. */
const certificate = z.discriminatedUnion('kind', [
  /** The environment's own authority: for clients that are given its certificate. Connections end in the gateway. */
  z.strictObject({ kind: z.literal('platform') }),
  /**
   * One of AWS Certificate Manager that everyone trusts. Connections end in the load balancer, which makes further ones,
   * with TLS too, to the gateway.
   */
  z.strictObject({ kind: z.literal('acm'), certificateArn: z.string() }),
]);

const hostName = z.string().regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/);

const gateway = z.strictObject({
  chart: version,
  image: version,
  digests: z.strictObject({ traefik: digest }),
  loadBalancer,
  /** Names that clients use, which DNS has to lead to the load balancer. */
  hostNames: z.array(hostName).min(1).max(50),
  certificate,
  /** Pods: as many as take the load, by CPU. */
  minimumReplicas: replicas,
  maximumReplicas: z.int().min(2).max(50),
  /** Thousandths of a processor that each is expected to need; more are started beyond 70 % of it. */
  cpuMillicores: z.int().min(50).max(8_000),
  memoryMebibytes,
});

export const clusterServicesSettings = z.strictObject({
  source,
  certManager,
  externalSecrets,
  keda,
  loadBalancerController,
  gateway,
});

export type ClusterServicesSettings = DeepReadonly<z.output<typeof clusterServicesSettings>>;
export type GatewaySettings = ClusterServicesSettings['gateway'];

/** What the services depend on that other settings say. */
export interface ClusterServicesContext {
  readonly account: Pick<AwsAccount, 'accountId' | 'region'>;
}

/** A rule over several settings, or one that the schema can't say. */
type Rule = (settings: ClusterServicesSettings, context: ClusterServicesContext) => readonly Violation[];

const rules: readonly Rule[] = [
  gatewayCountsInRedis,
  gatewayGrowsUpwards,
  clientsAreKnown,
  hostNamesAreOnce,
  certificateIsHere,
  everybodyTrustsTheCertificate,
];

/** What is wrong with settings that each are of the right form. */
export function clusterServicesViolations(
  settings: ClusterServicesSettings,
  context: ClusterServicesContext,
): Violation[] {
  return rules.flatMap((rule) => rule(settings, context));
}

/** Limits that all replicas share came with Traefik 3.4. Source: "rateLimit.redis" of its migration notes. */
function gatewayCountsInRedis({ gateway: { image } }: ClusterServicesSettings): Violation[] {
  const [major = 0, minor = 0] = image.replace('v', '').split('.').map(Number);
  return major > 3 || (major === 3 && minor >= 4)
    ? []
    : [
        {
          setting: 'clusterServices.gateway.image',
          value: image,
          expected: 'Traefik v3.4.0 or later: earlier ones count requests in each replica alone',
          remedy: 'Raise it, together with the chart',
        },
      ];
}

function gatewayGrowsUpwards({ gateway }: ClusterServicesSettings): Violation[] {
  const { minimumReplicas, maximumReplicas } = gateway;
  return maximumReplicas >= minimumReplicas
    ? []
    : [
        {
          setting: 'clusterServices.gateway.maximumReplicas',
          value: maximumReplicas,
          expected: `at least minimumReplicas (${minimumReplicas})`,
          remedy: 'Raise it or lower minimumReplicas',
        },
      ];
}

function clientsAreKnown({ gateway: { loadBalancer: settings } }: ClusterServicesSettings): Violation[] {
  if (settings.kind === 'internet') return [];
  const setting = 'clusterServices.gateway.loadBalancer.clientCidrs';
  const check = settings.kind === 'internal' ? privateAddressViolations : publicAddressViolations;
  return [...check(setting, settings.clientCidrs), ...once(setting, settings.clientCidrs)];
}

function hostNamesAreOnce({ gateway: { hostNames } }: ClusterServicesSettings): Violation[] {
  return once('clusterServices.gateway.hostNames', hostNames);
}

function once(setting: string, values: readonly string[]): Violation[] {
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => ({ setting, value, expected: 'each once', remedy: 'Remove it' }));
}

/** A load balancer takes certificates of its own region; those of other accounts can't be shared with it. */
function certificateIsHere(
  { gateway: { certificate: settings } }: ClusterServicesSettings,
  { account: { accountId, region } }: ClusterServicesContext,
): Violation[] {
  if (settings.kind === 'platform') return [];
  const prefix = `arn:${partitionOf(region)}:acm:${region}:${accountId}:certificate/`;
  const { certificateArn: value } = settings;
  return value.startsWith(prefix) && /^[0-9a-f-]{36}$/.test(value.slice(prefix.length))
    ? []
    : [
        {
          setting: 'clusterServices.gateway.certificate.certificateArn',
          value,
          expected: `a certificate of the environment's account and region: ${prefix}<id>`,
          remedy: 'Request or import it there, and name its ARN',
        },
      ];
}

function everybodyTrustsTheCertificate({ gateway: settings }: ClusterServicesSettings): Violation[] {
  return settings.loadBalancer.kind === 'internet' && settings.certificate.kind === 'platform'
    ? [
        {
          setting: 'clusterServices.gateway.certificate.kind',
          value: 'platform',
          expected: "acm for a gateway that everybody reaches: nobody else trusts the environment's own authority",
          remedy: 'Use a certificate of AWS Certificate Manager, or a list of clients',
        },
      ]
    : [];
}

/** The Kubernetes cluster of an environment in AWS (EKS). */
import { z } from 'zod';
import { partitionOf, type AwsAccount } from '../constructs/aws/account';
import { privateAddressViolations, publicAddressViolations } from '../constructs/kubernetes/endpoint-addresses';
import { isBurstable, isTooSmall, parseInstanceType } from '../constructs/kubernetes/instance-type';
import { isServiceLinked, parseRoleArn } from '../constructs/kubernetes/role-arn';
import { isSupported, kubernetesVersions, supportedUntil } from '../constructs/kubernetes/versions';
import { contains, overlap, parseIpv4Block } from '../constructs/network/ipv4-block';
import { didYouMean } from '../constructs/validation/did-you-mean';
import type { Violation } from '../constructs/validation/violations';
import type { DeepReadonly } from './environment';
import { destruction } from './setting-forms';

/** Blocks of IPv4 addresses in CIDR notation, each by its first address; EKS takes 40. */
const cidrs = z.array(z.string()).max(40);

/**
 * Who reaches the API of Kubernetes at all; whether they may do anything is another matter. Nodes always do, and so does a
 * runner: a machine in the network with the security group `<environment>-eks-runner`.
 */
const endpoint = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('private'),
    /**
     * Private addresses outside the cluster that may call it: of a VPN, of networks that are connected, of pipelines. With
     * `clusterServices.gateway.loadBalancer.clientCidrs` of an internal gateway at most 16 blocks outside the network; the
     * routes to them are yours to add (docs/guides/network.md).
     */
    privateCidrs: cidrs,
  }),
  z.strictObject({
    kind: z.literal('public-allow-list'),
    privateCidrs: cidrs,
    /** Addresses on the internet that may call it, too. */
    publicCidrs: cidrs.min(1),
  }),
]);

/**
 * IAM roles by ARN, and what they may do in all of the cluster. Nobody else may do anything: whoever makes the cluster
 * has no rights in it by that. The role that deploys the stacks inside the cluster is one of the administrators.
 */
const access = z.strictObject({
  /** Everything. */
  administrators: z.array(z.string()).min(1),
  /** See most things that are in a namespace, and no secret. */
  viewers: z.array(z.string()),
});

/** Nodes of one kind, with disks of their own for images and logs. */
const nodes = z.strictObject({
  /** `m7g.large`, say; Graviton (arm64) or x86_64 follows from it. A change replaces the nodes one by one. */
  instanceType: z.string(),
  /** Nodes in each zone. Fixed: nothing adds or removes nodes by itself. */
  perZone: z.int().min(1).max(50),
  /** Gibibytes for images, logs and scratch space of one node. Redis' data isn't in it. */
  volumeGibibytes: z.int().min(20).max(1_000),
});

/** Nodes for Redis alone: a group in each zone, tainted so that nothing else runs there. */
const redisNodes = z.discriminatedUnion('kind', [
  /** None: Redis runs elsewhere. */
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('dedicated'), ...nodes.shape }),
]);

/** Which release of Bottlerocket nodes run. */
const nodeImage = z.discriminatedUnion('kind', [
  /** The newest at each deployment: every deployment may replace nodes, and brings all patches. */
  z.strictObject({ kind: z.literal('latest') }),
  /** This one: patches come when it is raised. */
  z.strictObject({
    kind: z.literal('release'),
    /** `1.50.0-9a1b2c3d`, say. */
    version: z.string().regex(/^\d+\.\d+\.\d+-[0-9a-f]{8}$/),
  }),
]);

/** `v1.20.4-eksbuild.2`, say. @default - the one that EKS itself installs for the version of Kubernetes */
const addOnVersion = z
  .string()
  .regex(/^v\d+\.\d+\.\d+-eksbuild\.\d+$/)
  .optional();

export const kubernetesSettings = z.strictObject({
  /** First two parts of the version. It can be raised by one at a time, and not lowered. */
  version: z.enum(kubernetesVersions),
  /**
   * What happens at the end of the 14 months of standard support: with `standard` EKS upgrades the cluster by itself,
   * with `extended` it stays for another 12 months, at six times the price.
   */
  support: z.enum(['standard', 'extended']),
  /**
   * Zones of the network that the control plane has addresses in, from where it calls nodes. They can't be changed: EKS
   * takes no subnet of another zone than the first ones. Nodes may be in further zones.
   */
  controlPlaneZones: z.array(z.string()).min(2).max(6),
  /** Addresses of services in the cluster: a /12 to /24 for private use. It can't be changed without a new cluster. */
  serviceCidr: z.string(),
  endpoint,
  access,
  /** Days that logs of the control plane, the audit among them, are kept: what CloudWatch Logs offers from a month on. */
  logRetentionDays: z.literal([
    30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
  ]),
  nodeImage,
  /** Nodes for everything but Redis. */
  generalNodes: nodes,
  redisNodes,
  addOnVersions: z.strictObject({
    'aws-ebs-csi-driver': addOnVersion,
    coredns: addOnVersion,
    'eks-pod-identity-agent': addOnVersion,
    'kube-proxy': addOnVersion,
    'metrics-server': addOnVersion,
    'vpc-cni': addOnVersion,
  }),
  /** Whether Terraform, and anyone else, may destroy the cluster, its keys and its logs. */
  destruction,
});

export type KubernetesSettings = DeepReadonly<z.output<typeof kubernetesSettings>>;

/** Add-ons whose version can be set. */
export type AddOnName = keyof KubernetesSettings['addOnVersions'];

/** What the cluster depends on that other settings say. */
export interface KubernetesContext {
  readonly account: Pick<AwsAccount, 'region'>;
  readonly network: {
    /** Addresses of the network in CIDR notation. */
    readonly cidr: string;
    readonly zones: readonly { readonly zone: string }[];
  };
  /** The day on which the version of Kubernetes has to be supported. */
  readonly today: Date;
}

/** A rule over several settings, or one that the schema can't say. */
type Rule = (settings: KubernetesSettings, context: KubernetesContext) => readonly Violation[];

const rules: readonly Rule[] = [
  versionIsSupported,
  controlPlaneIsInTheNetwork,
  servicesHaveAddressesOfTheirOwn,
  onlyKnownAddressesCallTheApi,
  rolesHaveOneAccessEach,
  nodesAreLargeEnough,
];

/** What is wrong with settings that each are of the right form. */
export function kubernetesViolations(settings: KubernetesSettings, context: KubernetesContext): Violation[] {
  return rules.flatMap((rule) => rule(settings, context));
}

/** EKS upgrades an unsupported cluster by itself, after which the older version here can't be deployed. */
function versionIsSupported({ version, support }: KubernetesSettings, { today }: KubernetesContext): Violation[] {
  if (isSupported(version, support, today)) return [];
  const good = kubernetesVersions.filter((other) => isSupported(other, support, today));
  return [
    {
      setting: 'kubernetes.version',
      value: version,
      expected: `a version in ${support} support; that of ${version} ended on ${supportedUntil(version, support)}`,
      remedy: `Raise it by one minor version at a time, to one of: ${good.join(', ')}`,
    },
  ];
}

function controlPlaneIsInTheNetwork(
  { controlPlaneZones }: KubernetesSettings,
  { network }: KubernetesContext,
): Violation[] {
  const setting = 'kubernetes.controlPlaneZones';
  const known = network.zones.map(({ zone }) => zone);
  const unknown = controlPlaneZones.filter((zone) => !known.includes(zone));
  const twice = controlPlaneZones.filter((zone, index) => controlPlaneZones.indexOf(zone) !== index);
  return [
    ...unknown.map((value) => ({
      setting,
      value,
      expected: 'one of network.zones',
      remedy: didYouMean(value, known),
    })),
    ...twice.map((value) => ({ setting, value, expected: 'each zone once', remedy: 'Remove it or name another zone' })),
  ];
}

const privateBlocks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

/** Source: "kubernetesNetworkConfig" of the EKS API reference. */
function servicesHaveAddressesOfTheirOwn(
  { serviceCidr }: KubernetesSettings,
  { network }: KubernetesContext,
): Violation[] {
  const violation = (expected: string, remedy: string) => [
    { setting: 'kubernetes.serviceCidr', value: serviceCidr, expected, remedy },
  ];
  const block = parseIpv4Block(serviceCidr);
  if (!block) return violation('a block of IPv4 addresses by its first one, such as 172.20.0.0/16', 'Write it so');
  if (block.prefix < 12 || block.prefix > 24) return violation('a prefix from /12 to /24', 'Choose another size');
  const isWithin = (outer: string) => {
    const parsed = parseIpv4Block(outer);
    return parsed !== undefined && contains(parsed, block);
  };
  if (!privateBlocks.some(isWithin)) {
    return violation(`a part of ${privateBlocks.join(', ')}`, 'Choose addresses for private use');
  }
  const addresses = parseIpv4Block(network.cidr);
  return addresses && overlap(addresses, block)
    ? violation(`nothing of network.cidr (${network.cidr})`, 'Choose addresses that no network uses')
    : [];
}

function onlyKnownAddressesCallTheApi({ endpoint: settings }: KubernetesSettings): Violation[] {
  return [
    ...privateAddressViolations('kubernetes.endpoint.privateCidrs', settings.privateCidrs),
    ...once('kubernetes.endpoint.privateCidrs', settings.privateCidrs),
    ...(settings.kind === 'private'
      ? []
      : [
          ...publicAddressViolations('kubernetes.endpoint.publicCidrs', settings.publicCidrs),
          ...once('kubernetes.endpoint.publicCidrs', settings.publicCidrs),
        ]),
  ];
}

function once(setting: string, values: readonly string[]): Violation[] {
  return values
    .filter((value, index) => values.indexOf(value) !== index)
    .map((value) => ({ setting, value, expected: 'each once', remedy: 'Remove it' }));
}

function rolesHaveOneAccessEach(
  { access: { administrators, viewers } }: KubernetesSettings,
  { account: { region } }: KubernetesContext,
): Violation[] {
  const prefix = `arn:${partitionOf(region)}:`;
  const seen = new Set<string>();
  const check = (setting: string) => (value: string) => {
    const role = value.startsWith(prefix) ? parseRoleArn(value) : undefined;
    if (!role || isServiceLinked(role)) {
      return [
        {
          setting,
          value,
          expected: `the ARN of a role that people or pipelines take on, such as ${prefix}iam::111122223333:role/name`,
          remedy: "Name the role itself, not an assumed role's session, a user or a service's own role",
        },
      ];
    }
    const key = `${role.accountId}/${role.name}`;
    if (seen.has(key)) {
      return [{ setting, value, expected: 'each role once, in one of the lists', remedy: 'Remove it' }];
    }
    seen.add(key);
    return [];
  };
  return [
    ...administrators.flatMap(check('kubernetes.access.administrators')),
    ...viewers.flatMap(check('kubernetes.access.viewers')),
  ];
}

function nodesAreLargeEnough({ generalNodes, redisNodes: redis }: KubernetesSettings): Violation[] {
  return [
    ...instanceTypeViolations('kubernetes.generalNodes.instanceType', generalNodes.instanceType),
    ...(redis.kind === 'none'
      ? []
      : [
          ...instanceTypeViolations('kubernetes.redisNodes.instanceType', redis.instanceType),
          ...steadyViolations('kubernetes.redisNodes.instanceType', redis.instanceType),
        ]),
  ];
}

function instanceTypeViolations(setting: string, value: string): Violation[] {
  const type = parseInstanceType(value);
  if (!type) {
    return [{ setting, value, expected: 'an EC2 instance type, such as m7g.large', remedy: 'Correct its name' }];
  }
  return isTooSmall(type)
    ? [
        {
          setting,
          value,
          expected: 'a medium or larger one: smaller ones have too few addresses for pods',
          remedy: 'Choose a larger size',
        },
      ]
    : [];
}

/** Redis answers from one thread, which a processor without credits slows to a fifth. */
function steadyViolations(setting: string, value: string): Violation[] {
  const type = parseInstanceType(value);
  return type && isBurstable(type)
    ? [{ setting, value, expected: 'one that is not burstable', remedy: 'Choose one of the series r or m' }]
    : [];
}

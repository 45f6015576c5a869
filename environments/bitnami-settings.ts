/** Redis on Kubernetes by Bitnami's charts: a Redis Cluster, or a master and its replicas with Sentinels. */
import { z } from 'zod';
import {
  bitnamiClusterUserNames,
  bitnamiSentinelUserNames,
  type BitnamiClusterUserName,
  type BitnamiSentinelUserName,
} from '../constructs/bitnami/users';
import type { DeepReadonly } from './environment';
import { destruction, imageDigest, reason } from './setting-forms';

/** Which registry holds copies of one's own. */
const registry = z.discriminatedUnion('kind', [
  /** ECR of the environment's own account and region. */
  z.strictObject({ kind: z.literal('own') }),
  /** Another one, by its host: ECR of an account for all environments, say. Nodes have to be let in. */
  z.strictObject({ kind: z.literal('other'), host: z.string().regex(/^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{2,5})?$/) }),
]);

/** The chart. Its keys are known for one minor version; see `testedCharts`. */
const chart = z.strictObject({
  /** `13.0.5`, say. */
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  source: z.discriminatedUnion('kind', [
    /** A copy: `oci://<registry>/<repository>`; docs/guides/self-hosted.md makes it. */
    z.strictObject({
      kind: z.literal('mirror'),
      registry,
      /** The name before that of the chart: `mirror/charts`, say. */
      repository: z.string().regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/),
    }),
    /** Another repository, by its URL. It may differ from the one whose keys were checked, or be gone. */
    z.strictObject({ kind: z.literal('other'), url: z.string().regex(/^(?:oci|https):\/\/[\w./:-]+$/), reason }),
  ]),
});

/** A tag that says which version it is: `8.2.1-debian-12-r0`, not `latest`. */
const tag = z.string().regex(/^v?\d+\.\d+[\w.-]{0,100}$/);

/** A copy of one's own. */
const mirroredImage = z.strictObject({
  kind: z.literal('mirror'),
  registry,
  /** `mirror/docker.io/library/redis`, say. */
  repository: z.string().regex(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/),
  tag,
  /** What is pulled if there is one, whatever the tag says. @default - by tag */
  digest: imageDigest.optional(),
});

const image = z.discriminatedUnion('kind', [
  mirroredImage,
  /**
   * `docker.io/bitnamilegacy`: frozen in 2025, with all holes that were found since. In the environment `development` only,
   * with a warning at every synthesis.
   */
  z.strictObject({ kind: z.literal('bitnamilegacy'), tag, reason }),
]);

/** A higher number makes a new password; the one before is accepted until the next. */
const generation = z.int().min(1);

const generations = <Name extends string>(names: readonly Name[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, generation])) as Record<Name, typeof generation>);

/** What both kinds have. */
const shared = {
  chart,
  images: z.strictObject({
    /** Redis ≥ 7.2 with bash and coreutils: of Bitnami, or the official one. It runs the programs of the pods, too. */
    redis: image,
    /** redis_exporter ≥ 1.83, by its maker. That of `bitnamilegacy` is older, and can't be kept from asking any server. */
    exporter: mirroredImage,
  }),
  /** Mebibytes of a Redis container, all of which it is promised; three quarters are for data. */
  memoryMebibytes: z.int().min(256).max(786_432),
  /** Thousandths of a processor that a Redis container is promised. It may take more: Redis answers from one thread. */
  cpuMillicores: z.int().min(50).max(16_000),
  /** Gibibytes of each pod's volume. It can grow, and never shrink. */
  volumeGibibytes: z.int().min(1).max(16_384),
  /** How often the append-only file reaches the disk: `always` is before each answer. */
  appendFsync: z.enum(['always', 'everysec']),
  /** Seconds a pod has to hand its master over and to stop, before it is killed. */
  terminationGracePeriodSeconds: z.int().min(20).max(600),
  /** Whether Terraform may destroy claims, keys and passwords. Volumes stay in any case, until somebody deletes them. */
  destruction,
};

/** Redis Cluster, by the chart `redis-cluster`. */
export const bitnamiClusterSettings = z.strictObject({
  kind: z.literal('bitnami-cluster'),
  ...shared,
  /** Masters: as many in each zone. */
  shards: z.int().min(3).max(90),
  /** In other zones than their master's, each in one of its own. */
  replicasPerShard: z.int().min(1).max(3),
  /** Milliseconds without an answer after which a node counts as down; a failover follows. 2,000 to 60,000. */
  nodeTimeoutMilliseconds: z.int().min(2_000).max(60_000),
  passwordGenerations: generations<BitnamiClusterUserName>(bitnamiClusterUserNames),
});

/** A master, its replicas and a Sentinel beside each, by the chart `redis`. */
export const bitnamiSentinelSettings = z.strictObject({
  kind: z.literal('bitnami-sentinel'),
  ...shared,
  /** Pods, the master among them. */
  nodes: z.int().min(3).max(7),
  failover: z.strictObject({
    /** Sentinels that must find the master down: more than half of them, less than all. */
    quorum: z.int().min(2),
    /** Milliseconds without an answer after which a server counts as down; 2,000 to 60,000. */
    downAfterMilliseconds: z.int().min(2_000).max(60_000),
    /** Milliseconds a failover may take; after twice as long it is tried again. 5,000 to 180,000. */
    failoverTimeoutMilliseconds: z.int().min(5_000).max(180_000),
    /** Seconds without a word from any replica after which a master refuses writes; 2 to 60. */
    writesWithoutReplicaSeconds: z.int().min(2).max(60),
  }),
  passwordGenerations: generations<BitnamiSentinelUserName>(bitnamiSentinelUserNames),
});

export type BitnamiClusterSettings = DeepReadonly<z.output<typeof bitnamiClusterSettings>>;
export type BitnamiSentinelSettings = DeepReadonly<z.output<typeof bitnamiSentinelSettings>>;

/** Redis on Kubernetes, of either kind. */
export type BitnamiSettings = BitnamiClusterSettings | BitnamiSentinelSettings;

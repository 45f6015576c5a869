/** The api and worker pair on Kubernetes, in an environment in AWS. */
import { z } from 'zod';
import { longestHandlerMilliseconds, workerGraceMilliseconds } from '../apps/service/grace';
import { didYouMean } from '../constructs/validation/did-you-mean';
import type { Violation } from '../constructs/validation/violations';
import { programSettings } from './application-settings';
import { serverConnections, type DatabaseSettings } from './database-settings';
import type { DeepReadonly } from './environment';
import { destruction, imageDigest, none } from './setting-forms';

/** A name in the DNS of at least two parts, in lower case. */
const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/);

/** The one image of all programs; docs/guides/application-on-kubernetes.md tells how it is built and published. */
const image = z.strictObject({
  /** Host of the registry, `111122223333.dkr.ecr.eu-central-1.amazonaws.com`, say. */
  registry: z.string().regex(/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/),
  /** `redis-platform/application`, say. */
  repository: z.string().regex(/^[a-z0-9]+(?:[._/-][a-z0-9]+)*$/),
  version: z.discriminatedUnion('kind', [
    /** The bytes themselves. */
    z.strictObject({ kind: z.literal('digest'), digest: imageDigest }),
    /** A name that the registry must never give to another image (`IMMUTABLE` in ECR). Not `latest`. */
    z.strictObject({
      kind: z.literal('immutable-tag'),
      tag: z.string().regex(/^(?!latest$)[A-Za-z0-9_][\w.-]{0,127}$/),
    }),
  ]),
});

/** Pods of a program: two at least, so that one of them always runs while nodes are drained. */
const replicas = z.strictObject({ minimum: z.int().min(2).max(200), maximum: z.int().min(2).max(200) });

const quantities = z.strictObject({
  /** Thousandths of a processor. */
  cpuMillicores: z.int().min(10).max(64_000),
  memoryMebibytes: z.int().min(64).max(65_536),
});

/** What one pod is promised, by which it is placed, and the most it may take. */
const resources = z.strictObject({ requests: quantities, limits: quantities });

/** Requests that one client address may make, refused by the gateway before the application sees them. */
const gatewayRateLimit = z.discriminatedUnion('kind', [
  /**
   * Counted in Redis for all pods of the gateway together, about: Traefik takes the time of each request in its pod, and times
   * that arrive out of order refill the bucket twice. Behind Sentinels, each pod allows its share. While the Redis it counts
   * in doesn't answer, the gateway answers every request with 500.
   */
  z.strictObject({
    kind: z.literal('by-client'),
    /** Over time. */
    requestsPerSecond: z.int().min(1).max(1_000_000),
    /** At once. */
    burst: z.int().min(1).max(1_000_000),
  }),
  /** The application's own limits alone, which go on without Redis. */
  none,
]);

/**
 * Names of the keys that sessions are protected with, the current one first; each key is made by Secrets Manager, once.
 * To change it with nobody logged out: add a name at the end and deploy, move it to the front and deploy, and remove the
 * old one when its last session has ended.
 */
const sessionKeys = z
  .array(z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/))
  .min(1)
  .max(5);

/** A run of the exercise against the new pods. Its failure fails the deployment. */
const exercise = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('after-deployment'),
    /** Orders it sends through the queue. */
    orders: z.int().min(1).max(100_000),
    /** Reads of one key at once. */
    stampede: z.int().min(2).max(10_000),
    timeoutSeconds: z.int().min(30).max(3_600),
  }),
  none,
]);

export const applicationDeploymentSettings = z.strictObject({
  image,
  /** Name that clients reach the api by, over HTTPS: one of those that the gateway has a certificate for. */
  hostName,
  gatewayRateLimit,
  api: z.strictObject({
    replicas,
    /** Use of the requested processor time that pods are added above, and removed below. */
    cpuUtilizationPercent: z.int().min(10).max(95),
    resources,
  }),
  worker: z.strictObject({
    replicas,
    /** Orders in the queue for each pod; more of them, and pods are added. */
    queueDepthPerReplica: z.int().min(1).max(1_000_000),
    resources,
  }),
  sessionKeys,
  exercise,
  /** Whether Terraform may destroy the keys of sessions, and the key they are encrypted with. */
  destruction,
  ...programSettings.shape,
});

export type ApplicationDeploymentSettings = DeepReadonly<z.output<typeof applicationDeploymentSettings>>;

/** What the application depends on that other settings say. */
export interface ApplicationDeploymentContext {
  readonly database: Pick<DatabaseSettings, 'engine'>;
  /** Names of the availability zones with nodes. */
  readonly zones: readonly string[];
  /** Names that the gateway has a certificate for. */
  readonly gatewayHostNames: readonly string[];
}

/** Settings of the programs, however they are reached and scaled. */
type ProgramsDeployment = Omit<ApplicationDeploymentSettings, 'hostName' | 'gatewayRateLimit' | 'api' | 'worker'> & {
  readonly [Program in 'api' | 'worker']: Pick<ApplicationDeploymentSettings[Program], 'replicas' | 'resources'>;
};

/** Other settings that the programs depend on. */
export interface ProgramContext {
  /** Connections that Postgres accepts. */
  readonly connections: number;
  /** What to do where the pools don't fit. @default 'Lower it or the maximum of replicas, or use a larger server' */
  readonly connectionsRemedy?: string;
  /** Names of the availability zones with nodes. */
  readonly zones: readonly string[];
  /** Setting that lists the zones. @default 'network.zones' */
  readonly zonesSetting?: string;
}

/** Pods that a rollout has beyond the replicas. */
export const surgePods = 1;

/** Connections that Postgres keeps for others: migrations, people, AWS itself. */
const otherConnections = 10;

/** Connections of all pools at once, when both programs have most pods and roll out. */
export function applicationConnections({
  api,
  worker,
  databasePoolSize,
}: Pick<ProgramsDeployment, 'api' | 'worker' | 'databasePoolSize'>): number {
  const pods = api.replicas.maximum + surgePods + worker.replicas.maximum + surgePods;
  return pods * databasePoolSize + otherConnections;
}

/** A rule over several settings; the schema covers single ones. */
type Rule = (settings: ProgramsDeployment, context: ProgramContext) => readonly Violation[];

const rules: readonly Rule[] = [
  replicasAreOrdered,
  limitsAreNotBelowRequests,
  jobsEndBeforePodsDo,
  poolsFitTheDatabase,
  oneZoneLessLeavesOne,
  sessionTimesAreOrdered,
  sessionKeysDiffer,
  exerciseKeepsWithinLimits,
];

/** What is wrong with settings that each are right. */
export function applicationDeploymentViolations(
  settings: ApplicationDeploymentSettings,
  { database, zones, gatewayHostNames }: ApplicationDeploymentContext,
): Violation[] {
  return [
    ...programViolations(settings, { connections: serverConnections(database), zones }),
    ...gatewayKnowsTheName(settings, gatewayHostNames),
  ];
}

/** Cross-field validation rules of the programs. */
export function programViolations(settings: ProgramsDeployment, context: ProgramContext): Violation[] {
  return rules.flatMap((rule) => rule(settings, context));
}

const programs = ['api', 'worker'] as const;

function replicasAreOrdered(settings: ProgramsDeployment): Violation[] {
  return programs.flatMap((program) => {
    const { minimum, maximum } = settings[program].replicas;
    return maximum >= minimum
      ? []
      : [
          {
            setting: `application.${program}.replicas.maximum`,
            value: maximum,
            expected: `at least application.${program}.replicas.minimum (${minimum})`,
            remedy: `Raise application.${program}.replicas.maximum`,
          },
        ];
  });
}

/** Kubernetes refuses such pods, only when they are made. */
function limitsAreNotBelowRequests(settings: ProgramsDeployment): Violation[] {
  return programs.flatMap((program) => {
    const { requests, limits } = settings[program].resources;
    return (['cpuMillicores', 'memoryMebibytes'] as const)
      .filter((quantity) => limits[quantity] < requests[quantity])
      .map((quantity) => ({
        setting: `application.${program}.resources.limits.${quantity}`,
        value: limits[quantity],
        expected: `at least what is requested (${requests[quantity]})`,
        remedy: 'Raise the limit, or request less',
      }));
  });
}

/** An order that a worker which is told to end can't finish is handled twice. */
function jobsEndBeforePodsDo({ handlerTimeoutMilliseconds }: ProgramsDeployment): Violation[] {
  if (handlerTimeoutMilliseconds <= longestHandlerMilliseconds) return [];
  return [
    {
      setting: 'application.handlerTimeoutMilliseconds',
      value: handlerTimeoutMilliseconds,
      expected: `at most ${longestHandlerMilliseconds}: a worker that is told to end has ${workerGraceMilliseconds} ms in all`,
      remedy: 'Lower it, and divide what takes longer into several orders',
    },
  ];
}

function poolsFitTheDatabase(
  settings: ProgramsDeployment,
  {
    connections: most,
    connectionsRemedy = 'Lower it or the maximum of replicas, or use a larger server',
  }: ProgramContext,
): Violation[] {
  const connections = applicationConnections(settings);
  if (connections <= most) return [];
  const { api, worker, databasePoolSize } = settings;
  return [
    {
      setting: 'application.databasePoolSize',
      value: databasePoolSize,
      expected:
        `pools that fit ${most} connections of Postgres; ${api.replicas.maximum} + ${worker.replicas.maximum} pods, ` +
        `${2 * surgePods} more in a rollout, and ${otherConnections} for others need ${connections}`,
      remedy: connectionsRemedy,
    },
  ];
}

function oneZoneLessLeavesOne(
  _: ProgramsDeployment,
  { zones, zonesSetting = 'network.zones' }: ProgramContext,
): Violation[] {
  if (zones.length >= 2) return [];
  return [
    {
      setting: zonesSetting,
      value: zones,
      expected: '2 zones or more: pods of one zone are lost with it',
      remedy: 'Add zones to the network',
    },
  ];
}

function sessionTimesAreOrdered({ session: { idleSeconds, absoluteSeconds } }: ProgramsDeployment): Violation[] {
  if (absoluteSeconds >= idleSeconds) return [];
  return [
    {
      setting: 'application.session.absoluteSeconds',
      value: absoluteSeconds,
      expected: `at least application.session.idleSeconds (${idleSeconds})`,
      remedy: 'Raise application.session.absoluteSeconds or lower application.session.idleSeconds',
    },
  ];
}

function sessionKeysDiffer({ sessionKeys: names }: ProgramsDeployment): Violation[] {
  return names
    .filter((name, index) => names.indexOf(name) !== index)
    .map((value) => ({
      setting: 'application.sessionKeys',
      value,
      expected: 'each name once',
      remedy: 'Remove it, or give the new key a name of its own',
    }));
}

function gatewayKnowsTheName(
  { hostName: value }: ApplicationDeploymentSettings,
  gatewayHostNames: readonly string[],
): Violation[] {
  if (gatewayHostNames.includes(value)) return [];
  return [
    {
      setting: 'application.hostName',
      value,
      expected: `one of clusterServices.gateway.hostNames: ${gatewayHostNames.join(', ')}`,
      remedy: didYouMean(value, gatewayHostNames),
    },
  ];
}

/** Each of its steps asks the same route from one address, within a window in the worst case. */
function exerciseKeepsWithinLimits({ exercise: run, rateLimits }: ProgramsDeployment): Violation[] {
  if (run.kind === 'none') return [];
  const requests = requestsOfExercise(run);
  return rateLimits.default.quota >= requests
    ? []
    : [
        {
          setting: 'application.rateLimits.default.quota',
          value: rateLimits.default.quota,
          expected:
            `at least ${requests}: what the exercise asks of one route with ${run.stampede} reads at once ` +
            `and ${run.orders} orders`,
          remedy: 'Raise it, or lower application.exercise.stampede or application.exercise.orders',
        },
      ];
}

/**
 * Three stampedes of reads. Each order is sent twice at most, and looked at about twenty times while workers effect a
 * hundred a second.
 */
function requestsOfExercise({ orders, stampede }: { readonly orders: number; readonly stampede: number }): number {
  const others = 200;
  return Math.max(20 * orders, 3 * stampede) + others;
}

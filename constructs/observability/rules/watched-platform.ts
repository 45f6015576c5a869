/** What rules and dashboards are about: a platform, by the labels and the numbers that its series have. */

/** How fast it is watched. */
export interface Pace {
  /** Seconds between two scrapes. */
  readonly scrapeSeconds: number;
  /**
   * By how much windows and waits are shorter than they are for a platform that people depend on: 1, but on one machine
   * more, so that alarm and all-clear are there while somebody looks.
   */
  readonly speed: number;
}

/** Servers that an exporter of ours stands beside. */
export interface WatchedRedis {
  readonly kind: 'exporters';
  readonly topology: 'cluster' | 'sentinel';
  /** Value of the label `namespace`. */
  readonly namespace: string;
  /** Servers, replicas included. */
  readonly servers: number;
  readonly shards: number;
  readonly replicasPerShard: number;
  /** Zones that servers are in. */
  readonly zones: number;
  /** Connections that a server accepts: `exported` where the exporter reports them, as redis_exporter does from 1.68 on. */
  readonly maxClients: number | 'exported';
}

/** Servers that CloudWatch watches: alarms of AWS tell of them. */
export interface RedisWatchedByCloudWatch {
  readonly kind: 'cloudwatch';
  readonly namespace: string;
}

export interface WatchedPlatform {
  /** Value of the label `redis_cluster` of all series and alerts, such as `production-redis`. */
  readonly clusterName: string;
  readonly redis: WatchedRedis | RedisWatchedByCloudWatch;
  readonly application: {
    /** Value of the label `namespace`. */
    readonly namespace: string;
  };
  readonly pace: Pace;
  /** Where docs/runbooks is to be read, without a slash at the end. */
  readonly runbooksUrl: string;
}

/** Values of the label `job`. */
export const jobs = { redis: 'redis', api: 'api', worker: 'worker' } as const;

/** Matchers of all series of a platform. */
export const ofPlatform = ({ clusterName }: Pick<WatchedPlatform, 'clusterName'>) => `redis_cluster="${clusterName}"`;

/** A duration of PromQL, in whole seconds. */
export const duration = (seconds: number) => `${Math.round(seconds)}s`;

/**
 * The window of a rate: as long as is asked for at speed 1, but never too short for a rate after a scrape failed, and no
 * multiple of the interval. Prometheus 3 leaves out the sample at a window's left end, Prometheus 2 does not; between two
 * samples both see the same.
 */
export function windowOf(seconds: number, { scrapeSeconds, speed }: Pace): string {
  const scrapes = Math.max(4, Math.ceil(seconds / speed / scrapeSeconds));
  return duration(scrapes * scrapeSeconds + Math.max(1, Math.floor(scrapeSeconds / 3)));
}

/** How long something has to be so, in seconds: at least over two scrapes, unless it is told of at once (0). */
export function waitOf(seconds: number, { scrapeSeconds, speed }: Pace): number {
  return seconds === 0 ? 0 : Math.max(Math.round(seconds / speed), 2 * scrapeSeconds);
}

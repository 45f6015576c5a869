/** Quantities that alerts and panels both go by, in PromQL: a panel shows what its alert compares. */

/** Used memory as a share of maxmemory, by server. @param s matchers; servers without a maximum are left out, their ratio is infinite */
export const memoryShare = (s: string) => `redis_memory_used_bytes{${s}} / (redis_memory_max_bytes{${s}} > 0)`;

/** Replicas of each master. */
export const replicasOfMasters = (s: string) =>
  `redis_connected_slaves{${s}} and on (pod) redis_instance_info{${s},role="master"} == 1`;

/** Seconds below which a share of a histogram's events stay. */
export const quantile = (share: number, histogram: string, s: string, window: string) =>
  `histogram_quantile(${share}, sum by (le) (rate(${histogram}_bucket{${s}}[${window}])))`;

/** Sizes of database servers, and what follows from them. Source: "Hardware specifications" of the RDS guide. */

/** Size → vCPUs. All Graviton families double from one to the next. */
const vcpus = {
  large: 2,
  xlarge: 4,
  '2xlarge': 8,
  '4xlarge': 16,
  '8xlarge': 32,
  '12xlarge': 48,
  '16xlarge': 64,
} as const;

type Size = keyof typeof vcpus;

/** Gibibytes of memory for each vCPU. */
const families = { m7g: 4, m8g: 4, r7g: 8, r8g: 8 } as const;

type Family = keyof typeof families;

export interface InstanceSize {
  readonly vcpus: number;
  readonly memoryGibibytes: number;
}

/** Servers that save CPU time up and spend it; for small databases only. */
const burstable = {
  'db.t4g.medium': { vcpus: 2, memoryGibibytes: 4 },
  'db.t4g.large': { vcpus: 2, memoryGibibytes: 8 },
} as const satisfies Readonly<Record<string, InstanceSize>>;

export type InstanceClass = `db.${Family}.${Size}` | keyof typeof burstable;

/** Every class that can be chosen. */
export const instanceClasses = {
  ...burstable,
  ...Object.fromEntries(
    Object.entries(families).flatMap(([family, memory]) =>
      Object.entries(vcpus).map(([size, count]) => [
        `db.${family}.${size}`,
        { vcpus: count, memoryGibibytes: count * memory },
      ]),
    ),
  ),
} as Readonly<Record<InstanceClass, InstanceSize>>;

export const instanceClassNames = Object.keys(instanceClasses) as [InstanceClass, ...InstanceClass[]];

/** Classes that save CPU time up. */
export const isBurstable = (instanceClass: InstanceClass) => instanceClass in burstable;

/** Aurora has no `m` classes. */
export const isForAurora = (instanceClass: InstanceClass) => !instanceClass.startsWith('db.m');

/** Gibibytes of memory of an Aurora capacity unit (ACU). */
export const gibibytesOfCapacityUnit = 2;

/**
 * Connections that can be counted on: RDS sets `max_connections` to LEAST(DBInstanceClassMemory / 9531392, 5000), where
 * the memory is what the server itself leaves, some 90 %. Source: "Quotas and constraints" of the RDS guide.
 */
export function plannableConnections(memoryGibibytes: number): number {
  return Math.min(Math.floor((memoryGibibytes * 1024 ** 3 * 0.9) / 9_531_392), 5_000);
}

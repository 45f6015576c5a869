/**
 * Processors, memory and pods of EC2 instance types, as far as they are known here.
 *
 * Sources: pods (network interfaces × (addresses of each − 1) + 2) are those of templates/shared/runtime/eni-max-pods.txt of
 * awslabs/amazon-eks-ami at 0254c5b, read on 2026-11-30. Processors and memory follow from series and size; see "Amazon EC2
 * instance types".
 */

export interface InstanceSize {
  readonly processors: number;
  /** What is on the label; a system sees less. */
  readonly memoryMebibytes: number;
  /** Pods that have an address on it. */
  readonly addressablePods: number;
}

interface Size {
  readonly processors: number;
  readonly addressablePods: number;
}

const gravitonOnly = { medium: { processors: 1, addressablePods: 8 } } as const;

const everyFamily = {
  large: { processors: 2, addressablePods: 29 },
  xlarge: { processors: 4, addressablePods: 58 },
  '2xlarge': { processors: 8, addressablePods: 58 },
  '4xlarge': { processors: 16, addressablePods: 234 },
  '8xlarge': { processors: 32, addressablePods: 234 },
  '12xlarge': { processors: 48, addressablePods: 234 },
  '16xlarge': { processors: 64, addressablePods: 737 },
} as const;

const large24 = { '24xlarge': { processors: 96, addressablePods: 737 } } as const;
const large48 = { ...large24, '48xlarge': { processors: 192, addressablePods: 737 } } as const;

type Sizes = Readonly<Record<string, Size>>;

/** Sizes by the generation and attributes of a family of the series c, m and r: `7g` of `m7g`. */
const generations: Readonly<Record<string, Sizes>> = {
  '6g': { ...gravitonOnly, ...everyFamily },
  '6gd': { ...gravitonOnly, ...everyFamily },
  '7g': { ...gravitonOnly, ...everyFamily },
  '7gd': { ...gravitonOnly, ...everyFamily },
  '8g': { ...gravitonOnly, ...everyFamily, ...large48 },
  '8gd': { ...gravitonOnly, ...everyFamily, ...large48 },
  '6i': { ...everyFamily, ...large24 },
  '6id': { ...everyFamily, ...large24 },
  '7i': { ...everyFamily, ...large48 },
};

/** Gibibytes for each processor: of compute-, general-purpose and memory-optimized series. */
const gibibytesPerProcessor = { c: 2, m: 4, r: 8 } as const;

/** The burstable families t3 and t4g. */
const burstableSizes: Sizes = {
  medium: { processors: 2, addressablePods: 17 },
  large: { processors: 2, addressablePods: 35 },
  xlarge: { processors: 4, addressablePods: 58 },
  '2xlarge': { processors: 8, addressablePods: 58 },
};

/** Their medium size has half the memory for each processor. */
const burstableGibibytes: Readonly<Record<string, number>> = { medium: 4, large: 8, xlarge: 16, '2xlarge': 32 };

const known: ReadonlyMap<string, InstanceSize> = new Map([...steady(), ...burstable()]);

function steady(): [string, InstanceSize][] {
  return Object.entries(gibibytesPerProcessor).flatMap(([series, gibibytes]) =>
    Object.entries(generations).flatMap(([generation, sizes]) =>
      Object.entries(sizes).map(([size, { processors, addressablePods }]): [string, InstanceSize] => [
        `${series}${generation}.${size}`,
        { processors, memoryMebibytes: processors * gibibytes * 1_024, addressablePods },
      ]),
    ),
  );
}

function burstable(): [string, InstanceSize][] {
  return ['t3', 't4g'].flatMap((family) =>
    Object.entries(burstableSizes).map(([size, { processors, addressablePods }]): [string, InstanceSize] => [
      `${family}.${size}`,
      { processors, memoryMebibytes: (burstableGibibytes[size] ?? 0) * 1_024, addressablePods },
    ]),
  );
}

/** Undefined if the type isn't known here. */
export const instanceSize = (instanceType: string): InstanceSize | undefined => known.get(instanceType);

/** Families that are known: `m7g`, say. */
export const knownFamilies: readonly string[] = [...new Set([...known.keys()].map(familyOf))];

/** Known types of the same family that are larger, the smallest first. */
export function largerTypes(instanceType: string): readonly string[] {
  const size = known.get(instanceType);
  if (!size) return [];
  return [...known]
    .filter(
      ([name, other]) => familyOf(name) === familyOf(instanceType) && other.memoryMebibytes > size.memoryMebibytes,
    )
    .sort(([, a], [, b]) => a.memoryMebibytes - b.memoryMebibytes)
    .map(([name]) => name);
}

function familyOf(instanceType: string): string {
  return instanceType.split('.')[0] ?? '';
}

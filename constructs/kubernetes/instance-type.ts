/** What the name of an EC2 instance type says. Source: "Amazon EC2 instance type naming conventions". */

/** Series and generation, attributes, size: `r`, `7`, `gd`, `2xlarge` of `r7gd.2xlarge`. */
const pattern = /^([a-z]+)(\d+)([a-z]*(?:-flex)?)\.(nano|micro|small|medium|large|\d*xlarge|metal(?:-\d+xl)?)$/;

export interface InstanceType {
  /** The series: `m`, `r`, `t`. */
  readonly series: string;
  /** Processors that are Graviton have a `g` among their attributes, or are those of `a1`. */
  readonly architecture: 'arm64' | 'x86_64';
  /** `large`, say. */
  readonly size: string;
}

/** Reads a name such as `r7g.xlarge`; undefined for what is none. */
export function parseInstanceType(name: string): InstanceType | undefined {
  const [, series = '', generation = '', attributes = '', size = ''] = pattern.exec(name) ?? [];
  if (series === '') return undefined;
  const isGraviton = attributes.includes('g') || series + generation === 'a1';
  return { series, architecture: isGraviton ? 'arm64' : 'x86_64', size };
}

/** Whether its processor slows down when its credits are spent (the series `t`). */
export const isBurstable = ({ series }: InstanceType) => series === 't';

/** Whether it has too few network addresses for the pods of the system and one more; see "eni-max-pods". */
export const isTooSmall = ({ size }: InstanceType) => ['nano', 'micro', 'small'].includes(size);

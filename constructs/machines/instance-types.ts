/** Types of EC2 instances for Redis, with their memory. Source: "Amazon EC2 instance types" of the EC2 guide. */

/** Gibibytes of memory for each processor, by series: for general purpose, and optimized for memory. */
const gibibytesPerProcessor = { m: 4, r: 8 } as const;

/** Graviton and Intel, of this and the last generation. None is burstable: Redis would slow down when its credits end. */
const families = ['m7g', 'r7g', 'm8g', 'r8g', 'm7i', 'r7i'] as const;

/** Processors by size. Redis uses one for commands, and others for TLS, persistence and the system. */
const processors = { large: 2, xlarge: 4, '2xlarge': 8, '4xlarge': 16, '8xlarge': 32 } as const;

type Size = keyof typeof processors;

/** Name of a type. */
export type MachineInstanceType = `${(typeof families)[number]}.${Size}`;

/** All of them. */
export const machineInstanceTypes: readonly MachineInstanceType[] = families.flatMap((family) =>
  (Object.keys(processors) as Size[]).map((size): MachineInstanceType => `${family}.${size}`),
);

/** Mebibytes of an instance's memory. */
export function instanceMebibytes(type: MachineInstanceType): number {
  const [family = '', size = ''] = type.split('.');
  return processors[size as Size] * gibibytesPerProcessor[family.charAt(0) as 'm' | 'r'] * 1024;
}

/** Whether it is of Graviton, and so takes images for arm64. */
export const isGraviton = (type: MachineInstanceType) => type.split('.')[0]?.endsWith('g') === true;

/** The programs of the image: what they are called, where they listen, and where they find their files. */
import { namespaces } from '../cluster-services/names';
import type { Labels } from '../cluster-services/pods';

/** A program; `<name>.js` in the image's folder. */
export type ProgramName = 'api' | 'worker' | 'migration' | 'exercise';

/**
 * Ports of pods, and of the services before them: the controller of network policies in EKS takes them for the same.
 * Source: "Limit Pod traffic with Kubernetes network policies" of the EKS guide.
 */
export const programPorts = { api: 8_080, worker: 8_081 } as const;

/** Name of the port, as monitors look for it. */
export const programPortName = 'http';

/** Labels that the pods of a program are selected by. They can't be changed without new Deployments. */
export const podLabels = (program: ProgramName): Labels => ({ 'app.kubernetes.io/name': program });

/** Labels of everything of a program. */
export const programLabels = (program: ProgramName): Labels => ({
  ...podLabels(program),
  'app.kubernetes.io/part-of': 'redis-platform',
});

/** The user and the group that programs run as: `nonroot` of the image. */
export const programUser = 65_532;

/** Where Node.js is in the image. */
export const nodeProgram = '/nodejs/bin/node';

/** Folder of the programs in the image. */
export const programFolder = '/application';

/** Where files with secrets, and with certificates that the image doesn't have, are mounted. */
export const mountedFolder = '/etc/redis-platform/mounted';

/** Files that are part of the image. */
export const imageFiles = {
  /** Certificates of the authorities that everyone trusts. */
  publicAuthorities: '/etc/ssl/certs/ca-certificates.crt',
  /** Certificates of RDS' authorities, of all regions. */
  databaseAuthorities: '/etc/redis-platform/certificates/rds.pem',
} as const;

/** Files that are mounted, each for the programs that need it. */
export const mountedFiles = {
  redisPassword: `${mountedFolder}/redis-password`,
  sentinelPassword: `${mountedFolder}/sentinel-password`,
  redisAuthorities: `${mountedFolder}/redis-ca.crt`,
  databasePassword: `${mountedFolder}/database-password`,
  databaseAuthorities: `${mountedFolder}/database-ca.crt`,
  administratorPassword: `${mountedFolder}/administrator-password`,
  sessionKeys: `${mountedFolder}/session-keys.json`,
  exercisePassword: `${mountedFolder}/exercise-password`,
} as const;

/** URL of a program's service within the cluster. */
export const serviceUrl = (program: keyof typeof programPorts) =>
  `http://${program}.${namespaces.application}.svc.cluster.local:${programPorts[program]}`;
